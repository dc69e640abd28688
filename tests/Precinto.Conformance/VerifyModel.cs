using Precinto.Trust;
using Precinto.Verification;

namespace Precinto.Conformance;

/// <summary>Verifies a bundle by the one method that is asked for.</summary>
internal static class VerifyModel
{
    public static async Task<int> RunAsync(AdapterArguments arguments)
    {
        var report = await VerifyAsync(arguments).ConfigureAwait(false);
        foreach (var check in report.Checks)
            await Console.Error.WriteLineAsync($"{check.Name} {check.Outcome} {string.Join(' ', check.Codes)}").ConfigureAwait(false);
        return report.Verdict == Verdict.Trusted ? 0 : 1;
    }

    public static Task<VerificationReport> VerifyAsync(AdapterArguments arguments)
    {
        var model = arguments.Required("--model-path");
        TrustPolicy policy = new()
        {
            Signers = [ReadSigner(arguments)],
            IgnoredPaths = arguments.IgnoredPaths(model),
            AllowExtraFiles = arguments.Has("--ignore-unsigned-files"),
        };
        return new Verifier(policy).VerifyAsync(model, new() { SignatureFiles = [arguments.Required("--bundle")] });
    }

    private static TrustedSigner ReadSigner(AdapterArguments arguments) => arguments.Required("--method") switch
    {
        "key" => PolicyDocument.LoadKey(arguments.Required("--public-key")),
        "certificate" => PolicyDocument.LoadAuthority(arguments.All("--cert-chain"), null),
        var other => throw new NotSupportedException($"The method {other} needs services on the network and is not supported."),
    };
}
