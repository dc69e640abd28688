using System.Text;
using System.Text.Json.Nodes;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests;

/// <summary>A bundle is worth something without Precinto: openssl alone confirms it from its parts.</summary>
public sealed class OpenSslTests
{
    [Theory]
    [InlineData("p256", "-sha256")]
    [InlineData("p384", "-sha384")]
    [InlineData("p521", "-sha512")]
    public async Task A_bundle_verifies_with_openssl_alone_from_its_parts(string type, string digest)
    {
        Assert.SkipUnless(Tools.Exists("openssl"), "openssl is not installed.");
        using TemporaryFolder folder = new();
        using WorkingFolder working = new(folder.Path);
        folder.Write("model/weights.txt", "the weights of a model");
        await RunAsync(folder, "keygen", "-o", "k", "--type", type);
        await RunAsync(folder, "sign", "model", "--key", "k.key");
        var statement = Split(folder, "model/model.sig");

        Assert.Equal(0, await OpenSslAsync(folder, "dgst", digest, "-verify", "k.pub", "-signature", "signature", "signed"));
        foreach (var resource in statement["predicate"]!["resources"]!.AsArray())
        {
            var answer = await CommandProcess.RunAsync("openssl", ["dgst", "-sha256", "-r", folder["model/" + resource!["name"]!.GetValue<string>()]], folder.Path);
            Assert.StartsWith(resource["digest"]!.GetValue<string>(), answer.Output, StringComparison.Ordinal);
        }

        File.AppendAllText(folder["signed"], " ");
        Assert.NotEqual(0, await OpenSslAsync(folder, "dgst", digest, "-verify", "k.pub", "-signature", "signature", "signed"));
    }

    [Fact]
    public async Task Ed25519_is_asked_for_on_both_sides_and_openssl_confirms_it()
    {
        Assert.SkipUnless(Tools.Exists("openssl"), "openssl is not installed.");
        using TemporaryFolder folder = new();
        using WorkingFolder working = new(folder.Path);
        folder.Write("model/weights.txt", "the weights of a model");
        Assert.Equal(0, await OpenSslAsync(folder, "genpkey", "-algorithm", "ed25519", "-out", "k.key"));
        Assert.Equal(0, await OpenSslAsync(folder, "pkey", "-in", "k.key", "-pubout", "-out", "k.pub"));
        Scene scene = new(folder);
        Assert.Equal(2, (await scene.RunAsync(["sign", "model", "--key", "k.key"], TestContext.Current.CancellationToken)).Code);
        await RunAsync(folder, "sign", "model", "--key", "k.key", "--beyond-specification");
        var unasked = await scene.RunAsync(["verify", "model", "--key", "k.pub"], TestContext.Current.CancellationToken);
        Assert.Equal(2, unasked.Code);
        Assert.Contains("--beyond-specification", unasked.Error, StringComparison.Ordinal);
        await RunAsync(folder, "verify", "model", "--key", "k.pub", "--beyond-specification");

        Split(folder, "model/model.sig");
        Assert.Equal(0, await OpenSslAsync(folder, "pkeyutl", "-verify", "-pubin", "-inkey", "k.pub", "-rawin", "-in", "signed", "-sigfile", "signature"));
        await RunAsync(folder, "keygen", "-o", "ours", "--type", "ed25519");
        Assert.Equal(0, await OpenSslAsync(folder, "pkey", "-in", "ours.key", "-noout"));
        Assert.Equal(2, (await scene.RunAsync(["keygen", "-o", "locked", "--type", "ml-dsa-65", "--password-file", "k.pub"], TestContext.Current.CancellationToken)).Code);
    }

    [Fact]
    public async Task A_certificate_that_openssl_issued_signs_and_openssl_confirms_it()
    {
        Assert.SkipUnless(Tools.Exists("openssl"), "openssl is not installed.");
        using TemporaryFolder folder = new();
        using WorkingFolder working = new(folder.Path);
        folder.Write("model/weights.txt", "the weights of a model");
        folder.Write("authority.cnf", "[authority]\nbasicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign\n");
        folder.Write("signer.cnf", "basicConstraints=CA:false\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=codeSigning\nsubjectAltName=email:ana@example.org\n");
        await RunAsync(folder, "keygen", "-o", "root");
        await RunAsync(folder, "keygen", "-o", "ana", "--type", "p384");
        Assert.Equal(0, await OpenSslAsync(folder, "req", "-x509", "-new", "-key", "root.key", "-subj", "/CN=root", "-days", "2", "-out", "root.pem", "-addext", "keyUsage=critical,keyCertSign"));
        Assert.Equal(0, await OpenSslAsync(folder, "req", "-new", "-key", "ana.key", "-subj", "/CN=Ana", "-out", "ana.csr"));
        Assert.Equal(0, await OpenSslAsync(folder, "x509", "-req", "-in", "ana.csr", "-CA", "root.pem", "-CAkey", "root.key", "-days", "1", "-set_serial", "2", "-extfile", "signer.cnf", "-out", "ana.pem"));
        Scene scene = new(folder);
        scene.Arrange($"date {TimeProvider.System.GetUtcNow():O}");

        var signed = await scene.RunAsync(["sign", "model", "--key", "ana.key", "--certificate", "ana.pem"], TestContext.Current.CancellationToken);
        Assert.True(signed.Code == 0, signed.Error);
        Assert.Equal(0, (await scene.RunAsync(["verify", "model", "--ca", "root.pem", "--identity", "ana@example.org"], TestContext.Current.CancellationToken)).Code);
        Assert.Equal(1, (await scene.RunAsync(["verify", "model", "--ca", "root.pem", "--identity", "bea@example.org"], TestContext.Current.CancellationToken)).Code);
        Assert.Equal(2, (await scene.RunAsync(["verify", "model", "--identity", "ana@example.org"], TestContext.Current.CancellationToken)).Code);
        Assert.Equal(2, (await scene.RunAsync(["sign", "model", "--key", "root.key", "--certificate", "ana.pem", "--force"], TestContext.Current.CancellationToken)).Code);

        Split(folder, "model/model.sig");
        Assert.Equal(0, await OpenSslAsync(folder, "verify", "-CAfile", "root.pem", "ana.pem"));
        Assert.Equal(0, await OpenSslAsync(folder, "dgst", "-sha384", "-verify", "ana.pub", "-signature", "signature", "signed"));
    }

    // What is signed is the pre-authentication encoding of DSSE: type and payload, each with its length.
    private static JsonNode Split(TemporaryFolder folder, string bundle)
    {
        var envelope = JsonNode.Parse(File.ReadAllBytes(folder[bundle]))!["dsseEnvelope"]!;
        var payload = Convert.FromBase64String(envelope["payload"]!.GetValue<string>());
        var type = envelope["payloadType"]!.GetValue<string>();
        folder.Write("signed", [.. Encoding.ASCII.GetBytes($"DSSEv1 {type.Length} {type} {payload.Length} "), .. payload]);
        folder.Write("signature", Convert.FromBase64String(envelope["signatures"]![0]!["sig"]!.GetValue<string>()));
        return JsonNode.Parse(payload)!;
    }

    private static async Task<int> OpenSslAsync(TemporaryFolder folder, params string[] arguments) =>
        (await CommandProcess.RunAsync("openssl", arguments, folder.Path)).Code;

    private static async Task RunAsync(TemporaryFolder folder, params string[] arguments)
    {
        var answer = await new Scene(folder).RunAsync(arguments, TestContext.Current.CancellationToken);
        Assert.True(answer.Code == 0, answer.Error);
    }
}
