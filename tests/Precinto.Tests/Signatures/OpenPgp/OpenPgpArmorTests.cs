using System.Text;
using Precinto.Signatures;
using Precinto.Signatures.OpenPgp;
using Xunit;

namespace Precinto.Tests.Signatures.OpenPgp;

public sealed class OpenPgpArmorTests
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 100).Select(value => (byte)value)];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(47)]
    [InlineData(48)]
    [InlineData(49)]
    [InlineData(100)]
    public void What_is_encoded_is_decoded_again(int length)
    {
        var armored = Encoding.ASCII.GetBytes(OpenPgpArmor.Encode(Bytes.AsSpan(0, length), OpenPgpArmor.Signature));
        Assert.True(OpenPgpArmor.LooksArmored(armored, OpenPgpArmor.Signature));
        Assert.Equal(Bytes[..length], Decode(armored));
    }

    [Fact]
    public void Headers_carriage_returns_trailing_spaces_and_a_missing_checksum_are_allowed()
    {
        var plain = Text();
        Assert.Equal(Bytes, Decode(plain.Replace("-----\n\n", "-----\nComment: made by hand\nVersion: 1\n\n", StringComparison.Ordinal)));
        Assert.Equal(Bytes, Decode(plain.Replace("\n", "\r\n", StringComparison.Ordinal)));
        Assert.Equal(Bytes, Decode(plain.Replace("\n", " \t\n", StringComparison.Ordinal)));
        Assert.Equal(Bytes, Decode(plain + "\n \r\n"));
        Assert.Equal(Bytes, Decode(plain.Remove(plain.LastIndexOf("\n=", StringComparison.Ordinal), 6)));
    }

    [Fact]
    public void Whatever_stands_outside_or_does_not_fit_is_malformed()
    {
        var plain = Text();
        var checksum = plain.LastIndexOf("\n=", StringComparison.Ordinal);
        string[] broken =
        [
            "",
            " " + plain,
            "words before\n" + plain,
            plain + "words after",
            plain + plain,
            plain.Replace("PGP SIGNATURE", "PGP MESSAGE", StringComparison.Ordinal),
            plain.Replace("-----END PGP SIGNATURE", "-----END PGP MESSAGE", StringComparison.Ordinal),
            plain.Replace("-----\n\n", "-----\n", StringComparison.Ordinal),
            plain.Replace("-----\n\n", "-----\nno header\n\n", StringComparison.Ordinal),
            plain.Replace("AAEC", "AA C", StringComparison.Ordinal),
            plain.Replace("AAEC", "AA*C", StringComparison.Ordinal),
            plain.Replace("AAEC", "\nAAEC", StringComparison.Ordinal),
            plain[..(checksum + 2)] + "AAAA" + plain[(checksum + 6)..],
            plain[..checksum] + "AAAA" + plain[checksum..],
            plain.Replace("\n-----END", "\nAAAA\n-----END", StringComparison.Ordinal),
        ];
        Assert.All(broken, text => Assert.Throws<MalformedSignatureException>(() => Decode(text)));
    }

    [Fact]
    public void Unused_bits_of_the_last_character_must_be_zero()
    {
        const string Frame = "-----BEGIN PGP SIGNATURE-----\n\n{0}\n-----END PGP SIGNATURE-----\n";
        Assert.Equal([0], Decode(string.Format(Frame, "AA==")));
        Assert.Throws<MalformedSignatureException>(() => Decode(string.Format(Frame, "AB==")));
    }

    [Fact]
    public void Every_truncation_is_malformed()
    {
        var armored = Encoding.ASCII.GetBytes(Text());
        for (var length = 0; length < armored.Length - 1; length++)
            Assert.Throws<MalformedSignatureException>(() => Decode(armored[..length]));
    }

    private static string Text() => OpenPgpArmor.Encode(Bytes, OpenPgpArmor.Signature);

    private static byte[] Decode(string text) => Decode(Encoding.ASCII.GetBytes(text));

    private static byte[] Decode(byte[] text) => OpenPgpArmor.Decode(text, [OpenPgpArmor.Signature], several: false);
}
