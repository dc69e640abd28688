using Precinto.Signatures.OpenPgp;
using Xunit;
using static Precinto.Tests.Signatures.OpenPgp.OpenPgpDefectTests;

namespace Precinto.Tests.Signatures.OpenPgp;

public sealed class OpenPgpRevocationTests
{
    private readonly OpenPgpPrivateKey _primary = Forge.NewKey();
    private readonly OpenPgpPrivateKey _subkey = Forge.NewKey();

    [Theory]
    [InlineData(0, OpenPgpHash.Sha256)]
    [InlineData(1, OpenPgpHash.Sha256)]
    [InlineData(2, OpenPgpHash.Sha256)]
    [InlineData(3, OpenPgpHash.Sha256)]
    [InlineData(2, OpenPgpHash.Sha1)]
    internal void A_revoked_key_is_refused_whatever_the_reason_the_date_and_the_hash(byte reason, OpenPgpHash hash)
    {
        var revocation = Forge.Sign(
            _primary, OpenPgpSignatureType.KeyRevocation, _primary.Key.Framed(),
            subpackets => subpackets.Subpacket(OpenPgpSubpacketType.RevocationReason, [reason]), Forge.Now.AddHours(1), hash);
        byte[] certificate = Forge.Certificate(_primary);
        var key = Forge.Key(_primary);
        byte[] revoked = [.. key, .. revocation, .. certificate[key.Length..]];
        CheckPrimary(revoked, OpenPgpOutcome.Revoked, OpenPgpRules.KeyRevoked);
        Check([.. revoked, .. Forge.Subkey(_primary, _subkey)], OpenPgpOutcome.Revoked, OpenPgpRules.KeyRevoked);
        // A second copy of the certificate without the revocation does not undo it, in whatever order.
        CheckPrimary([.. certificate, .. revoked], OpenPgpOutcome.Revoked, OpenPgpRules.KeyRevoked);
        CheckPrimary([.. revoked, .. certificate], OpenPgpOutcome.Revoked, OpenPgpRules.KeyRevoked);
    }

    [Fact]
    public void A_revocation_counts_wherever_it_stands_in_the_certificate()
    {
        var revocation = Forge.Sign(_primary, OpenPgpSignatureType.KeyRevocation, _primary.Key.Framed());
        CheckPrimary([.. Forge.Certificate(_primary), .. Forge.Subkey(_primary, _subkey), .. revocation], OpenPgpOutcome.Revoked, OpenPgpRules.KeyRevoked);
        var attribute = new OpenPgpWriter().Packet(OpenPgpPacketType.UserAttribute, [1]).ToArray();
        CheckPrimary([.. Forge.Certificate(_primary), .. attribute, .. revocation], OpenPgpOutcome.Revoked, OpenPgpRules.KeyRevoked);
    }

    [Fact]
    public void A_revocation_by_a_stranger_is_ignored()
    {
        var revocation = Forge.Sign(Forge.NewKey(), OpenPgpSignatureType.KeyRevocation, _primary.Key.Framed());
        var key = Forge.Key(_primary);
        Assert.True(Forge.Verify(Forge.SignFile(_primary), [.. key, .. revocation, .. Forge.Certificate(_primary)[key.Length..]]).IsValid);
    }

    [Fact]
    public void A_revocation_that_cannot_be_judged_counts()
    {
        // Version 3, as old tools made them.
        var revocation = new OpenPgpWriter()
            .Packet(OpenPgpPacketType.Signature, [3, 5, 0x20, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 1, 8, 0, 0, 0, 1, 1]).ToArray();
        var key = Forge.Key(_primary);
        CheckPrimary([.. key, .. revocation, .. Forge.Certificate(_primary)[key.Length..]], OpenPgpOutcome.Revoked, OpenPgpRules.KeyRevoked);
    }

    [Fact]
    public void A_revocation_by_an_appointed_revoker_counts()
    {
        var revoker = Forge.NewKey();
        var revocation = Forge.Sign(revoker, OpenPgpSignatureType.KeyRevocation, _primary.Key.Framed());
        var appointment = Forge.Sign(
            _primary, OpenPgpSignatureType.DirectKey, _primary.Key.Framed(),
            subpackets =>
            {
                Forge.MaySign(subpackets);
                subpackets.Subpacket(OpenPgpSubpacketType.RevocationKey, [0x80, 22, .. revoker.Key.FingerprintBytes]);
            },
            Forge.KeyTime);
        var key = Forge.Key(_primary);
        var rest = Forge.Certificate(_primary)[key.Length..];

        Assert.True(Forge.Verify(Forge.SignFile(_primary), [.. key, .. appointment, .. rest]).IsValid);
        CheckPrimary([.. key, .. revocation, .. appointment, .. rest], OpenPgpOutcome.Revoked, OpenPgpRules.KeyRevoked);
    }

    [Fact]
    public void A_revoked_subkey_is_refused_and_its_primary_key_is_not()
    {
        byte[] subject = [.. _primary.Key.Framed(), .. _subkey.Key.Framed()];
        var revocation = Forge.Sign(_primary, OpenPgpSignatureType.SubkeyRevocation, subject);
        byte[] keyring = [.. Forge.Certificate(_primary), .. Forge.Subkey(_primary, _subkey), .. revocation];
        Check(keyring, OpenPgpOutcome.Revoked, OpenPgpRules.KeyRevoked);
        Assert.True(Forge.Verify(Forge.SignFile(_primary), keyring).IsValid);
        // The same subkey a second time in the same certificate, without its revocation.
        Check([.. keyring, .. Forge.Subkey(_primary, _subkey)], OpenPgpOutcome.Revoked, OpenPgpRules.KeyRevoked);
    }

    [Fact]
    public void A_certificate_whose_user_ids_are_all_revoked_is_revoked()
    {
        var revocation = Forge.Sign(_primary, OpenPgpSignatureType.CertificationRevocation, Forge.UserIdSubject(_primary, Forge.Owner));
        CheckPrimary([.. Forge.Certificate(_primary), .. revocation], OpenPgpOutcome.Revoked, OpenPgpRules.KeyRevoked);

        // A newer certification takes the user ID back into use.
        byte[] renewed = [.. Forge.Certificate(_primary), .. revocation, .. Forge.SelfSign(_primary, Forge.Owner, at: Forge.SignTime.AddHours(1))];
        Assert.True(Forge.Verify(Forge.SignFile(_primary), renewed).IsValid);
    }

    [Fact]
    public void Thousands_of_junk_signatures_are_judged_in_bounded_time()
    {
        List<byte> keyring = [.. Forge.Key(_primary)];
        var junk = Forge.Sign(_primary, OpenPgpSignatureType.KeyRevocation, Forge.File);
        for (var i = 0; i < 20_000; i++)
            keyring.AddRange(junk);
        keyring.AddRange(Forge.Certificate(_primary)[Forge.Key(_primary).Length..]);

        var watch = System.Diagnostics.Stopwatch.StartNew();
        CheckPrimary([.. keyring], OpenPgpOutcome.Revoked, OpenPgpRules.KeyRevoked);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Junk_under_a_giant_key_is_judged_in_bounded_time()
    {
        var modulus = new byte[2048];
        Array.Fill(modulus, (byte)0xFF);
        var body = new OpenPgpWriter().Byte(4).UInt32(0).Byte(1).Integer(modulus).Integer([0x80, 0, 0, 0, 0, 0, 0, 1]).ToArray();
        var junk = new OpenPgpWriter().Byte(4).Byte(0x20).Byte(1).Byte(8).UInt16(0).UInt16(0).UInt16(0).Integer(modulus.AsSpan(1)).ToArray();
        List<byte> keyring = [.. new OpenPgpWriter().Packet(OpenPgpPacketType.PublicKey, body).ToArray()];
        for (var i = 0; i < 3_000; i++)
            keyring.AddRange(new OpenPgpWriter().Packet(OpenPgpPacketType.Signature, junk).ToArray());

        var certificate = OpenPgpCertificate.ParseKeyring([.. keyring])[0];
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var refusal = new OpenPgpCertificateJudge(certificate, Forge.Now).Refuse(certificate.Primary, Forge.SignTime);
        Assert.Equal(OpenPgpRules.KeyRevoked, refusal?.Rule);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        TestContext.Current.TestOutputHelper?.WriteLine($"{watch.Elapsed.TotalMilliseconds} ms");
    }

    private void Check(byte[] keyring, OpenPgpOutcome outcome, Precinto.Inspection.FindingRule rule) =>
        Refused(Forge.Verify(Forge.SignFile(_subkey), keyring), outcome, rule);

    private void CheckPrimary(byte[] keyring, OpenPgpOutcome outcome, Precinto.Inspection.FindingRule rule) =>
        Refused(Forge.Verify(Forge.SignFile(_primary), keyring), outcome, rule);
}
