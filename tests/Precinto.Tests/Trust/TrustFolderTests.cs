using Precinto.Signatures;
using Precinto.Signatures.Keys;
using Precinto.Signatures.OpenPgp;
using Precinto.Tests.Shared;
using Precinto.Trust;
using Precinto.Verification;
using Xunit;

namespace Precinto.Tests.Trust;

public sealed class TrustFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SigningKey _key = SigningKey.Generate(EllipticCurve.P256);

    public void Dispose()
    {
        _key.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Owners_of_all_keys_are_trusted_whichever_kind_they_are()
    {
        var openPgp = OpenPgpKeyGenerator.Generate("Ana", DateTimeOffset.UnixEpoch.AddYears(50), null);
        _folder.Write("trust/release.pub", _key.PublicKey.ToPem());
        // keygen calls both kinds .pub.
        _folder.Write("trust/ana.pub", openPgp.Certificate);
        _folder.Write("trust/README.md", "Whom we trust.");
        _folder.Write("trust/.gitkeep", "");
        var trust = TrustFolder.Load(_folder["trust"]);

        Assert.Null(trust.PolicyFile);
        Assert.Equal(["openpgp " + openPgp.Fingerprint, "key " + _key.PublicKey.Identity], trust.Policy.Signers.Select(signer => $"{signer.Kind} {signer.Identity}"));
        Assert.Equal([_folder["trust/ana.pub"], _folder["trust/release.pub"]], trust.Policy.Sources);
    }

    [Fact]
    public void A_policy_speaks_for_the_folder_with_the_keys_that_it_names()
    {
        _folder.Write("trust/keys/release.pub", _key.PublicKey.ToPem());
        _folder.Write("trust/policy.json", """{"schema": "precinto.policy/v1", "signers": [{"kind": "key", "file": "keys/release.pub"}], "name": "iris"}""");
        var trust = TrustFolder.Load(_folder["trust"]);

        Assert.Equal(_folder["trust/policy.json"], trust.PolicyFile);
        Assert.Equal("iris", trust.Policy.Name);

        _folder.Write("trust/other.pub", _key.PublicKey.ToPem());
        var exception = Assert.Throws<PolicyException>(() => TrustFolder.Load(_folder["trust"]));
        Assert.Contains("does not name it", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ConfigMap_as_Kubernetes_mounts_it_is_read_through_its_links()
    {
        _folder.Write("trust/..2026_01_01/release.pub", _key.PublicKey.ToPem());
        Directory.CreateSymbolicLink(_folder["trust/..data"], "..2026_01_01");
        File.CreateSymbolicLink(_folder["trust/release.pub"], "..data/release.pub");

        Assert.Equal(_key.PublicKey.Identity, Assert.Single(TrustFolder.Load(_folder["trust"]).Policy.Signers).Identity);
    }

    [Theory]
    [InlineData("release.txt", "-----BEGIN PUBLIC KEY-----", "is no trust file")]
    [InlineData("release.PUB", "", "is no trust file")]
    [InlineData("release", "", "is no trust file")]
    [InlineData("policy.json5", "{}", "is no trust file")]
    [InlineData("readme.md", "", "is no trust file")]
    [InlineData("release.pub", "", "There is no PEM block")]
    [InlineData("release.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "no X.509 certificate")]
    [InlineData("ana.asc", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n", "is no OpenPGP keyring")]
    [InlineData("ana.gpg", "\u0099", "is no OpenPGP keyring")]
    [InlineData("policy.json", "{}", "is no policy")]
    [InlineData("folder.pub/x", "", "is a folder")]
    public void Whatever_else_lies_in_it_is_an_error(string name, string content, string reason)
    {
        _folder.Write("trust/good.pub", _key.PublicKey.ToPem());
        _folder.Write("trust/" + name, content);
        Assert.Contains(reason, Assert.Throws<PolicyException>(() => TrustFolder.Load(_folder["trust"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_key_is_refused_with_a_line_that_says_so()
    {
        _folder.Write("trust/release.pem", _key.ToPem(null));
        Assert.Contains("private key", Assert.Throws<PolicyException>(() => TrustFolder.Load(_folder["trust"])).Message, StringComparison.Ordinal);

        File.Delete(_folder["trust/release.pem"]);
        var secret = _folder.Write("trust/ana.asc", OpenPgpKeyGenerator.Generate("Ana", DateTimeOffset.UnixEpoch.AddYears(50), null).SecretKey);
        Assert.Contains("secret key", Assert.Throws<PolicyException>(() => TrustFolder.Load(_folder["trust"])).Message, StringComparison.Ordinal);
        Assert.Contains("secret key", Assert.Throws<PolicyException>(() => PolicyDocument.LoadKeyring(secret, [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_trusts_nobody_is_an_error()
    {
        Directory.CreateDirectory(_folder["trust"]);
        Assert.Contains("trust nobody", Assert.Throws<PolicyException>(() => TrustFolder.Load(_folder["trust"])).Message, StringComparison.Ordinal);
        _folder.Write("trust/README", "");
        _folder.Write("trust/..data/release.pub", _key.PublicKey.ToPem());
        Assert.Throws<PolicyException>(() => TrustFolder.Load(_folder["trust"]));

        Assert.Throws<DirectoryNotFoundException>(() => TrustFolder.Load(_folder["nowhere"]));
        Assert.Throws<PolicyException>(() => TrustFolder.Load(_folder.Write("file", "")));
        File.CreateSymbolicLink(_folder["trust/gone.pub"], "nowhere");
        Assert.ThrowsAny<IOException>(() => TrustFolder.Load(_folder["trust"]));
    }

    [Fact]
    public void A_folder_with_very_many_files_is_refused()
    {
        Directory.CreateDirectory(_folder["trust"]);
        for (var index = 0; index <= 1000; index++)
            File.WriteAllText(_folder[$"trust/{index}.pub"], "");
        Assert.Contains("more than 1000", Assert.Throws<PolicyException>(() => TrustFolder.Load(_folder["trust"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_in_the_model_or_around_it_vouches_for_nothing()
    {
        var cancellation = TestContext.Current.CancellationToken;
        _folder.Write("models/iris.bin", "weights");
        await ModelSigner.SignAsync(_folder["models"], new() { Key = _key }, cancellation: cancellation);
        await ModelSigner.SignAsync(_folder["models/iris.bin"], new() { Key = _key }, cancellation: cancellation);
        _folder.Write("trust/release.pub", _key.PublicKey.ToPem());
        Directory.CreateSymbolicLink(_folder["models/link"], _folder["trust"]);
        _folder.Write("models/inside/release.pub", _key.PublicKey.ToPem());
        _folder.Write("models/release.pub", _key.PublicKey.ToPem());

        await AssertRefusedAsync("models", "models/inside");
        await AssertRefusedAsync("models", "models/link");
        var besides = new Verifier(new TrustPolicy { Signers = [new TrustedKey(_key.PublicKey)], Sources = [_folder["models/release.pub"]] });
        Assert.Contains("SIG006", (await besides.VerifyAsync(_folder["models/iris.bin"], cancellation: cancellation))[CheckName.Signature].Codes);

        async Task AssertRefusedAsync(string model, string trust)
        {
            var report = await new Verifier(TrustFolder.Load(_folder[trust]).Policy).VerifyAsync(_folder[model], cancellation: cancellation);
            Assert.Contains("SIG006", report[CheckName.Signature].Codes);
        }
    }
}
