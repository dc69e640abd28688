using Precinto.Signatures.Pkcs11;
using Xunit;

namespace Precinto.Tests.Signatures.Pkcs11;

public sealed class Pkcs11UriTests
{
    [Fact]
    public void Every_attribute_that_chooses_a_key_is_read()
    {
        var uri = Pkcs11Uri.Parse("pkcs11:token=The%20Software%20PKCS%2311%20Softtoken;manufacturer=Snake%20Oil;model=1.0;serial=4a3b;slot-id=7;object=my-key;id=%69%95%3E%5C;type=private?pin-source=file:/run/pin&module-path=/usr/lib/m.so");
        Assert.Equal("The Software PKCS#11 Softtoken", uri.Token);
        Assert.Equal("Snake Oil", uri.Manufacturer);
        Assert.Equal("1.0", uri.Model);
        Assert.Equal("4a3b", uri.Serial);
        Assert.Equal(7UL, uri.Slot);
        Assert.Equal("my-key", uri.Label);
        Assert.Equal([0x69, 0x95, 0x3E, 0x5C], uri.Id!);
        Assert.Equal("/run/pin", uri.PinFile);
        Assert.Equal("/usr/lib/m.so", uri.ModulePath);
        Assert.Null(uri.Pin);
    }

    [Fact]
    public void A_uri_without_attributes_names_any_key()
    {
        var uri = Pkcs11Uri.Parse("pkcs11:");
        Assert.Null(uri.Token);
        Assert.Null(uri.Id);
        Assert.Null(uri.PinFile);
    }

    [Theory]
    [InlineData("")]
    [InlineData("http:token=a")]
    [InlineData("pkcs11:token")]
    [InlineData("pkcs11:token=a;token=b")]
    [InlineData("pkcs11:tokn=a")]
    [InlineData("pkcs11:token=a;")]
    [InlineData("pkcs11:token=%4")]
    [InlineData("pkcs11:token=%zz")]
    [InlineData("pkcs11:token=a b")]
    [InlineData("pkcs11:token=é")]
    [InlineData("pkcs11:type=cert")]
    [InlineData("pkcs11:slot-id=-1")]
    [InlineData("pkcs11:slot-id=99999999999999999999")]
    [InlineData("pkcs11:token=a?pin-value=1&pin-source=file:p")]
    [InlineData("pkcs11:token=a?pin-source=%7Ccat%20p")]
    [InlineData("pkcs11:pin-value=1")]
    [InlineData("pkcs11:token=a?token=b")]
    public void What_chooses_no_key_for_certain_is_refused(string text) => Assert.Throws<FormatException>(() => Pkcs11Uri.Parse(text));

    [Fact]
    public void A_text_that_is_no_utf8_is_refused_when_it_is_read() => Assert.Throws<FormatException>(() => Pkcs11Uri.Parse("pkcs11:token=%FF").Token);
}
