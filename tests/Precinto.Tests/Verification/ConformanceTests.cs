using System.Text.Json;
using Precinto.Signatures;
using Precinto.Signatures.Keys;
using Precinto.Tests.Shared;
using Precinto.Trust;
using Precinto.Verification;
using Xunit;

namespace Precinto.Tests.Verification;

/// <summary>The published conformance suite of OpenSSF Model Signing, as far as it is about keys.</summary>
public sealed class ConformanceTests
{
    // Bundles with a raw key or a certificate: not supported yet, and never accepted by accident.
    private static readonly string[] NotYetSupported =
        ["historical-v0.3.1-elliptic-key", "historical-v0.2.0-certificate", "historical-v1.0.1-certificate", "historical-v1.1.0-sigstore", "certificate-simple"];

    [Fact]
    public async Task Every_case_ends_as_the_suite_expects()
    {
        var root = Fixtures.PathOf("oms", "conformance");
        var configurations = Directory.GetFiles(Path.Combine(root, "test-cases"), "config.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        Assert.NotEmpty(configurations);
        List<string> wrong = [];
        foreach (var path in configurations)
        {
            var name = Path.GetFileName(Path.GetDirectoryName(path)!);
            using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
            var isExpected = Text(document.RootElement, "expect") != "fail" && !NotYetSupported.Contains(name);
            var answer = await Run(root, Path.GetDirectoryName(path)!, document.RootElement);
            if ((answer == "Trusted") != isExpected)
                wrong.Add($"{name}: {answer}");
        }

        Assert.Empty(wrong);
    }

    private static async Task<string> Run(string root, string test, JsonElement config)
    {
        var assets = Path.Combine(root, "assets");
        using TemporaryFolder folder = new();
        var source = Path.Combine(Text(config, "model_relative_to") == "test_dir" ? test : assets, Text(config, "model")!);
        if (Path.GetFileName(source) == "single-file")
            source = Path.Combine(source, "model.bin");
        var model = folder[Path.GetFileName(source)];
        Copy(source, model);
        Modify(model, config);
        var bundle = folder["bundle.sig"];
        var cancellation = TestContext.Current.CancellationToken;
        if (!config.TryGetProperty("sign", out var sign))
        {
            File.Copy(Path.Combine(test, "bundle.sig"), bundle);
        }
        else if (Text(config, "method") == "key")
        {
            using var key = SigningKey.ParsePem(await File.ReadAllTextAsync(Path.Combine(assets, Text(sign, "private_key")!), cancellation), null);
            if (config.TryGetProperty("sig_inside_model", out _))
                bundle = Path.Combine(model, "bundle.sig");
            try
            {
                await ModelSigner.SignAsync(model, new() { Key = key, OutputPath = bundle, IgnoredPaths = Ignored(config) }, cancellation: cancellation);
            }
            catch (SigningRefusedException refused)
            {
                return refused.Message;
            }
        }
        else
        {
            return "not signed";
        }

        var verify = config.GetProperty("verify");
        // Bundles of other methods are held against a key as well: they must be refused, not misread.
        var trusted = Path.Combine(assets, Text(verify, "public_key") ?? "keys/certificate/signing-key-pub.pem");
        TrustPolicy policy = new()
        {
            Signers = [PolicyDocument.LoadKey(trusted)],
            IgnoredPaths = Directory.Exists(model) ? Ignored(config) : [],
            AllowExtraFiles = verify.TryGetProperty("ignore_unsigned_files", out var extra) && extra.GetBoolean(),
        };
        var report = await new Verifier(policy).VerifyAsync(model, new() { SignatureFiles = [bundle] }, cancellation: cancellation);
        return report.Verdict == Verdict.Trusted ? "Trusted" : string.Join("; ", report.Checks.Where(check => check.Outcome == CheckOutcome.Failed).Select(check => check.Detail));
    }

    private static void Modify(string model, JsonElement config)
    {
        if (!config.TryGetProperty("model_modifications", out var changes))
            return;
        if (changes.TryGetProperty("delete", out var deleted))
            foreach (var file in deleted.EnumerateArray())
                File.Delete(Path.Combine(model, file.GetString()!));
        foreach (var kind in new[] { "inject", "tamper" })
            if (changes.TryGetProperty(kind, out var written))
                foreach (var file in written.EnumerateObject())
                    File.WriteAllText(Path.Combine(model, file.Name), file.Value.GetString());
        if (changes.TryGetProperty("symlinks", out var links))
            foreach (var link in links.EnumerateObject())
                File.CreateSymbolicLink(Path.Combine(model, link.Name), link.Value.GetString()!);
    }

    private static string[] Ignored(JsonElement config) =>
        config.GetProperty("verify").TryGetProperty("ignore_paths", out var paths) ? [.. paths.EnumerateArray().Select(path => path.GetString()!)] : [];

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static void Copy(string source, string target)
    {
        if (File.Exists(source))
        {
            File.Copy(source, target);
            return;
        }

        Directory.CreateDirectory(target);
        foreach (var file in Directory.GetFiles(source, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }))
        {
            var path = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(file, path);
        }
    }
}
