using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Precinto.Signatures.Keys;
using Precinto.Tests.Shared;
using Precinto.Tests.Signatures.Pkcs11;
using Xunit;
using PublicKey = System.Security.Cryptography.X509Certificates.PublicKey;

namespace Precinto.Cli.Tests;

/// <summary><c>precinto sign --pkcs11</c>, with the software token of SoftHSM.</summary>
public sealed class DeviceSigningTests(SoftToken token) : IClassFixture<SoftToken>
{
    [Theory]
    [InlineData("p256", false)]
    [InlineData("p384", true)]
    [InlineData("p521", false)]
    public async Task A_key_in_a_device_signs_what_its_public_half_verifies(string curve, bool hasPinInUri)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var module = token.Module;
        using TemporaryFolder folder = new();
        using WorkingFolder working = new(folder.Path);
        folder.Write("pin", SoftToken.Pin + "\n");
        folder.Write("model/weights.txt", "the weights of a model");
        folder.Write("device.pub", token.PublicKeyOf(EllipticCurve.All.Single(candidate => candidate.Name == curve)).ToPem());
        Scene scene = new(folder);

        string[] sign = hasPinInUri
            ? ["sign", "model", "--pkcs11", $"pkcs11:token=release;object={curve}?pin-source=file:pin&module-path={module}"]
            : ["sign", "model", "--pkcs11", $"pkcs11:token=release;object={curve}", "--module", module, "--password-file", "pin"];
        var signed = await scene.RunAsync(sign, cancellation);
        Assert.True(signed.Code == 0, signed.Error);
        Assert.Equal(0, (await scene.RunAsync(["verify", "model", "--key", "device.pub"], cancellation)).Code);

        folder.Write("model/weights.txt", "the weights of a Model");
        Assert.Equal(1, (await scene.RunAsync(["verify", "model", "--key", "device.pub"], cancellation)).Code);
    }

    [Fact]
    public async Task A_key_in_a_device_signs_with_its_certificate()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var module = token.Module;
        using TemporaryFolder folder = new();
        using WorkingFolder working = new(folder.Path);
        folder.Write("pin", SoftToken.Pin + "\n");
        folder.Write("model/weights.txt", "the weights of a model");
        using var authority = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=authority", authority, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        using var root = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        var subject = PublicKey.CreateFromSubjectPublicKeyInfo(token.PublicKeyOf(EllipticCurve.P384).SubjectPublicKeyInfo, out _);
        CertificateRequest leaf = new(new("CN=device"), subject, HashAlgorithmName.SHA256);
        leaf.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        using var certificate = leaf.Create(root, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100), [1]);
        folder.Write("root.pem", root.ExportCertificatePem());
        folder.Write("device.pem", certificate.ExportCertificatePem());
        Scene scene = new(folder);

        string[] sign = ["sign", "model", "--module", module, "--password-file", "pin", "--certificate", "device.pem", "--pkcs11"];
        Assert.Equal(2, (await scene.RunAsync([.. sign, "pkcs11:token=release;object=p256"], cancellation)).Code);
        var signed = await scene.RunAsync([.. sign, "pkcs11:token=release;object=p384"], cancellation);
        Assert.True(signed.Code == 0, signed.Error);
        Assert.Equal(0, (await scene.RunAsync(["verify", "model", "--ca", "root.pem", "--identity", "CN=device"], cancellation)).Code);
        Assert.Equal(1, (await scene.RunAsync(["verify", "model", "--ca", "device.pem", "--identity", "CN=other"], cancellation)).Code);
    }

    [Theory]
    [InlineData("pkcs11:token=release;object=none", "no private key")]
    [InlineData("pkcs11:token=none;object=p256", "No token")]
    [InlineData("pkcs11:token=release;object=p256?pin-value=0000", "does not take the PIN")]
    [InlineData("pkcs11:token=release;object=p256", "without its PIN")]
    [InlineData("pkcs11:token", "no attribute")]
    public async Task A_device_that_cannot_sign_is_a_usage_error_and_writes_nothing(string uri, string reason)
    {
        var module = token.Module;
        using TemporaryFolder folder = new();
        using WorkingFolder working = new(folder.Path);
        folder.Write("model/weights.txt", "the weights of a model");
        var answer = await new Scene(folder).RunAsync(["sign", "model", "--pkcs11", uri, "--module", module], TestContext.Current.CancellationToken);
        Assert.Equal(2, answer.Code);
        Assert.Contains(reason, answer.Error, StringComparison.Ordinal);
        Assert.Equal(["weights.txt"], Directory.GetFileSystemEntries(folder["model"]).Select(Path.GetFileName));
    }
}
