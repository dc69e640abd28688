using Precinto.Digests;
using Precinto.Signatures;
using Precinto.Signatures.Certificates;
using Precinto.Signatures.Keys;

namespace Precinto.Conformance;

/// <summary>Writes a bundle and nothing else.</summary>
internal static class SignModel
{
    public static async Task<int> RunAsync(AdapterArguments arguments)
    {
        await SignAsync(arguments, arguments.Required("--output-bundle")).ConfigureAwait(false);
        return 0;
    }

    public static async Task SignAsync(AdapterArguments arguments, string output)
    {
        var model = arguments.Required("--model-path");
        using var key = SigningKey.ParsePem(await File.ReadAllTextAsync(arguments.Required("--private-key")).ConfigureAwait(false), null);
        await ModelSigner.SignAsync(model, new()
        {
            Key = key,
            Certificates = ReadCertificates(arguments),
            OutputPath = output,
            IgnoredPaths = arguments.IgnoredPaths(model),
            HashAlgorithm = ReadHash(arguments),
            ShardSize = arguments.Number("--shard-size"),
            SignatureOnly = true,
            Overwrite = true,
        }).ConfigureAwait(false);
    }

    public static DigestAlgorithm ReadHash(AdapterArguments arguments)
    {
        var name = arguments.Optional("--hash-algorithm") ?? DigestAlgorithm.Sha256.Name;
        return DigestAlgorithm.TryParse(name, out var algorithm) ? algorithm : throw new ArgumentException($"The hash {name} is not known.");
    }

    private static CertificateChain? ReadCertificates(AdapterArguments arguments) => arguments.Required("--method") switch
    {
        "key" => null,
        "certificate" => CertificateChain.ParsePem(
            File.ReadAllText(arguments.Required("--signing-cert")), [.. arguments.All("--cert-chain").Select(File.ReadAllText)]),
        var other => throw new NotSupportedException($"The method {other} needs services on the network and is not supported."),
    };
}
