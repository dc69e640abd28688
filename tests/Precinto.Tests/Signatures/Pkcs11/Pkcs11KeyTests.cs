using Precinto.Signatures.Keys;
using Precinto.Signatures.Pkcs11;
using Xunit;

namespace Precinto.Tests.Signatures.Pkcs11;

public sealed class Pkcs11KeyTests(SoftToken token) : IClassFixture<SoftToken>
{
    public static TheoryData<string> Curves => [.. EllipticCurve.All.Select(curve => curve.Name)];

    [Theory]
    [MemberData(nameof(Curves))]
    public void A_key_in_a_device_signs_without_leaving_it(string curve)
    {
        using var key = Open($"pkcs11:token=release;object={curve}");
        Assert.Equal(token.PublicKeyOf(key.PublicKey.Algorithm), key.PublicKey);
        Assert.Equal(curve, key.PublicKey.Algorithm.Name);
        for (var round = 0; round < 20; round++)
        {
            var data = BitConverter.GetBytes(round);
            Assert.True(token.PublicKeyOf(key.PublicKey.Algorithm).Verify(data, key.Sign(data)));
        }
    }

    [Fact]
    public void A_key_is_found_by_its_identifier_as_well()
    {
        using var key = Open("pkcs11:token=release;id=%02;type=private");
        Assert.Equal(EllipticCurve.P384, key.PublicKey.Algorithm);
    }

    [Theory]
    [InlineData("pkcs11:token=release", "names 3 private keys")]
    [InlineData("pkcs11:object=p256", "names 2 tokens")]
    [InlineData("pkcs11:token=none;object=p256", "No token")]
    [InlineData("pkcs11:token=release;serial=0;object=p256", "No token")]
    [InlineData("pkcs11:token=release;object=none", "no private key")]
    [InlineData("pkcs11:token=other", "no private key")]
    public void A_uri_that_names_no_key_or_several_is_refused(string uri, string reason) =>
        Assert.Contains(reason, Assert.Throws<Pkcs11Exception>(() => Open(uri)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_wrong_pin_is_told_from_no_pin()
    {
        Assert.Equal("The device does not take the PIN.", Assert.Throws<Pkcs11Exception>(() => Open("pkcs11:token=release;object=p256", "0000")).Message);
        Assert.Contains("without its PIN", Assert.Throws<Pkcs11Exception>(() => Open("pkcs11:token=release;object=p256", null)).Message, StringComparison.Ordinal);
        using var key = Open("pkcs11:token=release;object=p256");
    }

    [Theory]
    [InlineData("libsofthsm2.so", "no full path")]
    [InlineData("/nonexistent/module.so", "cannot be loaded")]
    [InlineData("/etc/passwd", "cannot be loaded")]
    public void What_is_no_module_is_refused(string path, string reason)
    {
        var uri = Pkcs11Uri.Parse("pkcs11:token=release");
        Assert.Contains(reason, Assert.Throws<Pkcs11Exception>(() => Pkcs11Key.Open(uri, path, null)).Message, StringComparison.Ordinal);
    }

    private Pkcs11Key Open(string uri, string? pin = SoftToken.Pin) => Pkcs11Key.Open(Pkcs11Uri.Parse(uri), token.Module, pin);
}
