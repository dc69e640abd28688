using Precinto.Signatures.OpenPgp;
using Xunit;
using static Precinto.Tests.Signatures.OpenPgp.OpenPgpDefectTests;

namespace Precinto.Tests.Signatures.OpenPgp;

/// <summary>Where a lenient reading would be possible, and is not taken.</summary>
public sealed class OpenPgpStrictnessTests
{
    private readonly OpenPgpPrivateKey _primary = Forge.NewKey();

    [Theory]
    [InlineData(2048, 3, 0)]
    [InlineData(2048, 65536, 0)]
    [InlineData(2047, 65537, 0)]
    [InlineData(16392, 65537, 0)]
    [InlineData(2048, 65537, 1)]
    public void Rsa_with_an_unsound_exponent_or_modulus_is_weak_and_costs_nothing(int bits, int exponent, int less)
    {
        var modulus = new byte[(bits + 7) / 8];
        modulus.AsSpan().Fill(0xFF);
        modulus[0] = (byte)(0xFF >> (modulus.Length * 8 - bits));
        modulus[^1] -= (byte)less;
        var body = new OpenPgpWriter().Byte(4).UInt32(Forge.KeyTime.ToUnixTimeSeconds()).Byte(1)
            .Integer(modulus).Integer([(byte)(exponent >> 16), (byte)(exponent >> 8 & 0xFF), (byte)(exponent & 0xFF)]).ToArray();

        var refusal = OpenPgpMathematics.Refuse(Forge.Public(body));
        Assert.Equal((OpenPgpOutcome.Weak, OpenPgpRules.WeakKey), (refusal?.Outcome, refusal?.Rule));
    }

    [Fact]
    public void Key_flags_that_nobody_signed_empower_nobody()
    {
        var flags = new OpenPgpWriter().Subpacket(OpenPgpSubpacketType.KeyFlags, [0x03]).ToArray();
        var certification = Forge.Sign(
            _primary, OpenPgpSignatureType.PositiveCertification, Forge.UserIdSubject(_primary, Forge.Owner), at: Forge.KeyTime, unhashed: flags);
        byte[] keyring = [.. Forge.Key(_primary), .. Forge.UserId(Forge.Owner), .. certification];
        Refused(Forge.Verify(Forge.SignFile(_primary), keyring), OpenPgpOutcome.Invalid, OpenPgpRules.NotForSigning);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_revocation_counts_whatever_its_reason_and_however_late_it_came(byte reason)
    {
        // Superseded (1) and retired (3) would leave older signatures in force elsewhere; their dates are the signer's own word.
        var revocation = Forge.Sign(
            _primary, OpenPgpSignatureType.KeyRevocation, _primary.Key.Framed(), subpackets => subpackets.Subpacket(OpenPgpSubpacketType.RevocationReason, [reason]), Forge.Now);
        var key = Forge.Key(_primary);
        byte[] keyring = [.. key, .. revocation, .. Forge.Certificate(_primary)[key.Length..]];
        Refused(Forge.Verify(Forge.SignFile(_primary), keyring), OpenPgpOutcome.Revoked, OpenPgpRules.KeyRevoked);
    }

    [Fact]
    public void A_creation_time_that_nobody_signed_is_none()
    {
        var time = new OpenPgpWriter().Subpacket(OpenPgpSubpacketType.CreationTime, OpenPgpWriter.Seconds(Forge.SignTime.ToUnixTimeSeconds())).ToArray();
        var signature = Forge.Sign(_primary, OpenPgpSignatureType.Binary, Forge.File, withTime: false, unhashed: time);
        Refused(Forge.Verify(signature, Forge.Certificate(_primary)), OpenPgpOutcome.Invalid, OpenPgpRules.NoCreationTime);
    }
}
