using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NJsonSchema;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests;

/// <summary>
/// The published conformance suite of OpenSSF Model Signing, driven as the suite drives it: through the adapter of tests/Precinto.Conformance, whose exit code is the answer.
/// </summary>
public sealed class ConformanceTests
{
    private static readonly string Adapter = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "oms-conformance.exe" : "oms-conformance");

    public static TheoryData<string> Cases
    {
        get
        {
            TheoryData<string> cases = [];
            var root = Path.Combine(Fixtures.Root, "oms", "conformance", "test-cases");
            if (Fixtures.Root.Length > 0)
                foreach (var config in Directory.GetFiles(root, "config.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                    cases.Add(Path.GetRelativePath(root, Path.GetDirectoryName(config)!));
            if (cases.Count == 0)
                cases.Add("none");
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_adapter_answers_as_the_suite_expects(string name)
    {
        var root = Fixtures.PathOf("oms", "conformance");
        var test = Path.Combine(root, "test-cases", name);
        using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(test, "config.json"), TestContext.Current.CancellationToken));
        var config = document.RootElement;
        if (Text(config, "method") == "sigstore")
            Assert.Skip("The suite itself runs the method 'sigstore' with its services at hand alone.");

        using TemporaryFolder folder = new();
        var assets = Path.Combine(root, "assets");
        var source = Path.Combine(Text(config, "model_relative_to") == "test_dir" ? test : assets, Text(config, "model")!);
        var model = folder[Path.GetFileName(source)];
        Copy(source, model);
        Modify(model, config);
        var expectsFailure = Text(config, "expect") == "fail";
        var bundle = config.TryGetProperty("sig_inside_model", out var inside) && inside.GetBoolean() ? Path.Combine(model, "model.sig") : folder["bundle.sig"];
        if (config.TryGetProperty("sign", out var sign))
        {
            var before = Files(model);
            var signed = await Run(["sign-model", "--method", Text(config, "method")!, "--model-path", model, "--output-bundle", bundle, .. Options(sign, assets), .. Ignored(config.GetProperty("verify"), model)]);
            if (expectsFailure && signed != 0)
            {
                Assert.Equal(before, Files(model));
                Assert.False(File.Exists(bundle));
                return;
            }

            Assert.Equal(0, signed);
            await ValidateAsync(bundle);
        }
        else
        {
            File.Copy(Path.Combine(test, "bundle.sig"), bundle);
        }

        if (!expectsFailure && config.TryGetProperty("expected_signed_files", out var expected))
            Assert.Equal(expected.EnumerateArray().Select(file => file.GetString()!).Order(StringComparer.Ordinal), SignedFiles(bundle).Order(StringComparer.Ordinal));

        var verify = config.GetProperty("verify");
        var verified = await Run(["verify-model", "--method", Text(config, "method")!, "--model-path", model, "--bundle", bundle, .. Options(verify, assets), .. Ignored(verify, model)]);
        Assert.Equal(expectsFailure, verified != 0);
    }

    [Fact]
    public async Task What_the_adapter_signs_by_any_method_it_verifies_and_the_schemas_allow()
    {
        var assets = Fixtures.PathOf("oms", "conformance", "assets");
        using TemporaryFolder folder = new();
        foreach (var model in new[] { "multi-file", "special-chars", "unicode-names", "with-empty-file" }.Select(name => Path.Combine(assets, "models", name)))
            foreach (var options in new string[][] { [], ["--hash-algorithm", "blake2b"], ["--hash-algorithm", "blake3", "--shard-size", "5"], ["--shard-size", "1000000000"] })
            {
                // A model with an empty file is not signed in parts.
                if (options.Contains("--shard-size") && Files(model).Any(file => File.Exists(file) && new FileInfo(file).Length == 0))
                    continue;

                var bundle = folder["bundle.sig"];
                var keys = Path.Combine(assets, "keys", "certificate");
                Assert.Equal(0, await Run(["sign-model", "--method", "key", "--model-path", model, "--output-bundle", bundle, "--private-key", Path.Combine(keys, "signing-key.pem"), .. options]));
                await ValidateAsync(bundle);
                Assert.Equal(0, await Run(["verify-model", "--method", "key", "--model-path", model, "--bundle", bundle, "--public-key", Path.Combine(keys, "signing-key-pub.pem")]));
                Assert.NotEqual(0, await Run(["verify-model", "--method", "certificate", "--model-path", model, "--bundle", bundle, "--cert-chain", Path.Combine(keys, "ca-cert.pem")]));
            }
    }

    [Fact]
    public async Task Certificates_are_judged_by_what_they_say_and_by_the_time_of_the_verification()
    {
        var assets = Fixtures.PathOf("oms", "conformance", "assets");
        string Key(string name) => Path.Combine(assets, "keys", name);
        using TemporaryFolder folder = new();
        var bundle = folder["bundle.sig"];
        Task<int> Sign(string keys, params string[] chain) => Run(
        [
            "sign-model", "--method", "certificate", "--model-path", Path.Combine(assets, "models", "multi-file"), "--output-bundle", bundle,
            "--private-key", Key($"{keys}/signing-key.pem"), "--signing-cert", Key(keys == "self-signed" ? "self-signed/signing-cert.pem" : $"{keys}/signing-key-cert.pem"),
            .. chain.SelectMany(certificate => new[] { "--cert-chain", Key(certificate) }),
        ]);
        Task<int> Verify(params string[] anchors) => Run(
        [
            "verify-model", "--method", "certificate", "--model-path", Path.Combine(assets, "models", "multi-file"), "--bundle", bundle,
            .. anchors.SelectMany(certificate => new[] { "--cert-chain", Key(certificate) }),
        ]);

        Assert.Equal(0, await Sign("self-signed"));
        await ValidateAsync(bundle);
        Assert.Equal(0, await Verify("self-signed/signing-cert.pem"));
        Assert.NotEqual(0, await Verify("certificate/ca-cert.pem"));
        Assert.NotEqual(0, await Verify());

        Assert.Equal(0, await Sign("certificate", "certificate/int-ca-cert.pem", "certificate/ca-cert.pem"));
        Assert.Equal(0, await Verify("certificate/ca-cert.pem"));
        Assert.NotEqual(0, await Verify("wrong/wrong-ca-cert.pem"));
        Assert.NotEqual(0, await Run(
            ["verify-model", "--method", "key", "--model-path", Path.Combine(assets, "models", "multi-file"), "--bundle", bundle, "--public-key", Key("certificate/signing-key-pub.pem")]));

        Assert.Equal(0, await Sign("certificate"));
        Assert.NotEqual(0, await Verify("certificate/ca-cert.pem"));
        Assert.Equal(0, await Sign("expired", "certificate/int-ca-cert.pem"));
        Assert.NotEqual(0, await Verify("certificate/ca-cert.pem"));
    }

    [Fact]
    public async Task The_adapter_says_what_it_can_and_measures_it()
    {
        using TemporaryFolder folder = new();
        var model = folder.Write("model/weights.bin", "the weights of a model");
        var capabilities = await CommandProcess.RunAsync(Adapter, ["capabilities"], folder.Path);
        Assert.Equal(0, capabilities.Code);
        Assert.Equal(["sha256", "blake2b", "blake3"], JsonNode.Parse(capabilities.Output)!["hash_algorithms"]!.AsArray().Select(hash => hash!.GetValue<string>()));

        var measured = await CommandProcess.RunAsync(Adapter, ["benchmark-model", "--operation", "hash", "--model-path", model, "--repeat", "3", "--hash-algorithm", "blake3"], folder.Path);
        Assert.Equal(3, JsonNode.Parse(measured.Output)!["times_ms"]!.AsArray().Count);
        Assert.Equal(2, (await CommandProcess.RunAsync(Adapter, ["verify-model", "--more"], folder.Path)).Code);
        Assert.NotEqual(0, (await CommandProcess.RunAsync(Adapter, ["verify-model", "--method", "sigstore", "--model-path", model, "--bundle", model], folder.Path)).Code);
    }

    private static async Task<int> Run(IReadOnlyList<string> arguments)
    {
        var answer = await CommandProcess.RunAsync(Adapter, arguments, Path.GetTempPath());
        TestContext.Current.SendDiagnosticMessage("{0}: {1}\n{2}", string.Join(' ', arguments), answer.Code, answer.Error);
        Assert.True(answer.Code != 2, answer.Error);
        return answer.Code;
    }

    // The schemas are the specification's own; they are not a verifier, and every bundle must satisfy them all the same.
    private static async Task ValidateAsync(string path)
    {
        var bundle = JsonNode.Parse(await File.ReadAllBytesAsync(path))!;
        var statement = JsonNode.Parse(Convert.FromBase64String(bundle["dsseEnvelope"]!["payload"]!.GetValue<string>()))!;
        foreach (var (schema, value) in new[] { ("bundle", bundle), ("envelope", bundle["dsseEnvelope"]!), ("statement", statement), ("predicate", statement["predicate"]!) })
        {
            // Each part is held against its own schema; what a schema takes from another one by its address is not fetched. The validator knows definitions by their older name.
            var text = await File.ReadAllTextAsync(Fixtures.PathOf("oms", "schemas", $"{schema}.schema.json"));
            var parsed = await JsonSchema.FromJsonAsync(Regex.Replace(text, "\"\\$ref\": \"https:[^\"]*\"", "\"$comment\": \"\"").Replace("$defs", "definitions", StringComparison.Ordinal));
            Assert.NotEmpty(parsed.Validate("{}"));
            Assert.Empty(parsed.Validate(value.ToJsonString()));
        }
    }

    private static IEnumerable<string> SignedFiles(string bundle)
    {
        var payload = JsonNode.Parse(File.ReadAllBytes(bundle))!["dsseEnvelope"]!["payload"]!.GetValue<string>();
        return JsonNode.Parse(Convert.FromBase64String(payload))!["predicate"]!["resources"]!.AsArray().Select(resource => resource!["name"]!.GetValue<string>());
    }

    private static IEnumerable<string> Options(JsonElement part, string assets)
    {
        foreach (var (member, option) in new[] { ("private_key", "--private-key"), ("public_key", "--public-key"), ("signing_cert", "--signing-cert") })
            if (Text(part, member) is { } path)
            {
                yield return option;
                yield return Path.Combine(assets, path);
            }

        if (part.TryGetProperty("cert_chain", out var chain))
            foreach (var certificate in chain.EnumerateArray())
            {
                yield return "--cert-chain";
                yield return Path.Combine(assets, certificate.GetString()!);
            }

        if (part.TryGetProperty("ignore_unsigned_files", out var ignores) && ignores.GetBoolean())
            yield return "--ignore-unsigned-files";
    }

    private static IEnumerable<string> Ignored(JsonElement part, string model) =>
        part.TryGetProperty("ignore_paths", out var paths) ? paths.EnumerateArray().SelectMany(path => new[] { "--ignore-paths", Path.Combine(model, path.GetString()!) }) : [];

    private static string[] Files(string model) =>
        Directory.Exists(model) ? [.. Directory.GetFileSystemEntries(model, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Order(StringComparer.Ordinal)] : [model];

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
            File.SetAttributes(path, FileAttributes.Normal);
        }
    }
}
