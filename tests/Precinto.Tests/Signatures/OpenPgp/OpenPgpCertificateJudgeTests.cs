using Precinto.Signatures.OpenPgp;
using Xunit;
using static Precinto.Tests.Signatures.OpenPgp.OpenPgpDefectTests;

namespace Precinto.Tests.Signatures.OpenPgp;

public sealed class OpenPgpCertificateJudgeTests
{
    private readonly OpenPgpPrivateKey _primary = Forge.NewKey();
    private readonly OpenPgpPrivateKey _subkey = Forge.NewKey();

    [Fact]
    public void A_bound_subkey_signs_in_the_name_of_its_primary_key()
    {
        var verification = Forge.Verify(
            Forge.SignFile(_subkey), [.. Forge.Certificate(_primary, Forge.MayCertify), .. Forge.Subkey(_primary, _subkey)]);

        Assert.True(verification.IsValid, verification.Detail);
        Assert.Equal(_primary.Key.Fingerprint, verification.SignerFingerprint);
        Assert.Equal(_subkey.Key.Fingerprint, verification.KeyFingerprint);
    }

    [Fact]
    public void A_grafted_subkey_without_a_binding_does_not_sign() =>
        Check([.. Forge.Certificate(_primary), .. Forge.Key(_subkey, isSubkey: true)], OpenPgpOutcome.Invalid, OpenPgpRules.NotBound);

    [Fact]
    public void A_binding_by_another_primary_key_does_not_count() =>
        Check([.. Forge.Certificate(_primary), .. Forge.Subkey(Forge.NewKey(), _subkey)], OpenPgpOutcome.Invalid, OpenPgpRules.NotBound);

    [Fact]
    public void A_foreign_binding_that_names_the_victim_as_issuer_does_not_count()
    {
        var attacker = Forge.NewKey();
        byte[] subject = [.. _primary.Key.Framed(), .. _subkey.Key.Framed()];
        var binding = Forge.Sign(
            attacker, OpenPgpSignatureType.SubkeyBinding, subject,
            subpackets =>
            {
                Forge.MaySign(subpackets);
                subpackets.Subpacket(OpenPgpSubpacketType.IssuerFingerprint, [4, .. _primary.Key.FingerprintBytes]);
            },
            Forge.KeyTime, withIssuer: false);
        Check([.. Forge.Certificate(_primary), .. Forge.Key(_subkey, isSubkey: true), .. binding], OpenPgpOutcome.Invalid, OpenPgpRules.NotBound);
    }

    [Fact]
    public void A_subkey_that_never_agreed_does_not_sign() =>
        Check([.. Forge.Certificate(_primary), .. Forge.Subkey(_primary, _subkey, consent: [])], OpenPgpOutcome.Invalid, OpenPgpRules.NoBackSignature);

    [Fact]
    public void A_back_signature_by_another_key_is_none()
    {
        byte[] subject = [.. _primary.Key.Framed(), .. _subkey.Key.Framed()];
        var consent = Forge.Body(Forge.Sign(_primary, OpenPgpSignatureType.PrimaryKeyBinding, subject, at: Forge.KeyTime));
        Check([.. Forge.Certificate(_primary), .. Forge.Subkey(_primary, _subkey, consent: consent)], OpenPgpOutcome.Invalid, OpenPgpRules.NoBackSignature);
    }

    [Fact]
    public void A_back_signature_to_another_primary_key_is_none()
    {
        byte[] subject = [.. Forge.NewKey().Key.Framed(), .. _subkey.Key.Framed()];
        var consent = Forge.Body(Forge.Sign(_subkey, OpenPgpSignatureType.PrimaryKeyBinding, subject, at: Forge.KeyTime));
        Check([.. Forge.Certificate(_primary), .. Forge.Subkey(_primary, _subkey, consent: consent)], OpenPgpOutcome.Invalid, OpenPgpRules.NoBackSignature);
    }

    [Fact]
    public void A_malformed_back_signature_is_none() =>
        Check([.. Forge.Certificate(_primary), .. Forge.Subkey(_primary, _subkey, consent: [4, 0x19, 22])], OpenPgpOutcome.Invalid, OpenPgpRules.NoBackSignature);

    [Fact]
    public void A_subkey_for_encryption_does_not_sign() =>
        Check(
            [.. Forge.Certificate(_primary), .. Forge.Subkey(_primary, _subkey, subpackets => subpackets.Subpacket(OpenPgpSubpacketType.KeyFlags, [0x0C]))],
            OpenPgpOutcome.Invalid, OpenPgpRules.NotForSigning);

    [Fact]
    public void A_primary_key_that_only_certifies_does_not_sign() =>
        CheckPrimary(Forge.Certificate(_primary, Forge.MayCertify), OpenPgpOutcome.Invalid, OpenPgpRules.NotForSigning);

    [Fact]
    public void Absent_key_flags_empower_nobody() =>
        CheckPrimary(Forge.Certificate(_primary, _ => { }), OpenPgpOutcome.Invalid, OpenPgpRules.NotForSigning);

    [Fact]
    public void A_primary_key_without_a_self_signature_does_not_sign()
    {
        CheckPrimary(Forge.Key(_primary), OpenPgpOutcome.Invalid, OpenPgpRules.NotBound);
        CheckPrimary([.. Forge.Key(_primary), .. Forge.UserId(Forge.Owner)], OpenPgpOutcome.Invalid, OpenPgpRules.NotBound);
        CheckPrimary(
            [.. Forge.Key(_primary), .. Forge.UserId("Mallory"), .. Forge.SelfSign(_primary, Forge.Owner)], OpenPgpOutcome.Invalid, OpenPgpRules.NotBound);
        CheckPrimary(
            [.. Forge.Key(_primary), .. Forge.UserId(Forge.Owner), .. Forge.SelfSign(Forge.NewKey(), Forge.Owner)], OpenPgpOutcome.Invalid, OpenPgpRules.NotBound);
    }

    [Fact]
    public void A_self_signature_with_sha1_binds_nothing() =>
        CheckPrimary(Forge.Certificate(_primary, hash: OpenPgpHash.Sha1), OpenPgpOutcome.Invalid, OpenPgpRules.NotBound);

    [Fact]
    public void A_self_signature_from_the_future_binds_nothing_now() =>
        CheckPrimary(Forge.Certificate(_primary, at: Forge.Now.AddDays(1)), OpenPgpOutcome.Invalid, OpenPgpRules.NotBound);

    [Fact]
    public void A_self_signature_that_replaced_an_older_one_speaks_for_the_time_before() =>
        Assert.True(Forge.Verify(Forge.SignFile(_primary), Forge.Certificate(_primary, at: Forge.Now.AddHours(-1))).IsValid);

    [Fact]
    public void An_expired_self_signature_does_not_revive_an_older_one()
    {
        var replaced = Forge.SelfSign(
            _primary, Forge.Owner,
            subpackets =>
            {
                Forge.MaySign(subpackets);
                subpackets.Subpacket(OpenPgpSubpacketType.ExpirationTime, OpenPgpWriter.Seconds(60));
            },
            Forge.KeyTime.AddDays(1));
        CheckPrimary([.. Forge.Certificate(_primary), .. replaced], OpenPgpOutcome.Invalid, OpenPgpRules.NotBound);
    }

    [Fact]
    public void A_key_that_has_expired_since_the_signature_is_refused() =>
        CheckPrimary(Forge.Certificate(_primary, ExpiresAt(Forge.Now)), OpenPgpOutcome.Expired, OpenPgpRules.KeyExpired);

    [Fact]
    public void The_newest_self_signature_decides_about_expiry()
    {
        byte[] extended =
            [.. Forge.Certificate(_primary, ExpiresAt(Forge.Now)), .. Forge.SelfSign(_primary, Forge.Owner, ExpiresAt(Forge.Now.AddYears(1)), Forge.Now.AddDays(-2))];
        Assert.True(Forge.Verify(Forge.SignFile(_primary), extended).IsValid);

        byte[] shortened =
            [.. Forge.Certificate(_primary, ExpiresAt(Forge.Now.AddYears(1))), .. Forge.SelfSign(_primary, Forge.Owner, ExpiresAt(Forge.Now), Forge.Now.AddDays(-2))];
        CheckPrimary(shortened, OpenPgpOutcome.Expired, OpenPgpRules.KeyExpired);
    }

    [Fact]
    public void A_signature_made_while_the_key_had_expired_is_refused_although_it_was_extended_later()
    {
        byte[] keyring =
        [
            .. Forge.Certificate(_primary, ExpiresAt(Forge.SignTime.AddDays(-1))),
            .. Forge.SelfSign(_primary, Forge.Owner, ExpiresAt(Forge.Now.AddYears(1)), Forge.Now.AddHours(-1)),
        ];
        CheckPrimary(keyring, OpenPgpOutcome.Expired, OpenPgpRules.KeyExpired);
    }

    [Fact]
    public void A_subkey_expires_on_its_own_and_with_its_primary_key()
    {
        Check([.. Forge.Certificate(_primary), .. Forge.Subkey(_primary, _subkey, ExpiresAt(Forge.Now))], OpenPgpOutcome.Expired, OpenPgpRules.KeyExpired);
        Check([.. Forge.Certificate(_primary, ExpiresAt(Forge.Now)), .. Forge.Subkey(_primary, _subkey)], OpenPgpOutcome.Expired, OpenPgpRules.KeyExpired);
    }

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
    public void A_stolen_subkey_in_another_certificate_does_not_spoil_the_rightful_one()
    {
        var thief = Forge.NewKey();
        byte[] keyring =
        [
            .. Forge.Certificate(thief), .. Forge.Subkey(thief, _subkey, consent: []),
            .. Forge.Certificate(_primary), .. Forge.Subkey(_primary, _subkey),
        ];
        var verification = Forge.Verify(Forge.SignFile(_subkey), keyring);
        Assert.True(verification.IsValid);
        Assert.Equal(_primary.Key.Fingerprint, verification.SignerFingerprint);
    }

    [Fact]
    public void A_strong_subkey_of_a_weak_primary_key_is_weak()
    {
        var weak = Forge.NewRsaKey(1024);
        Check([.. Forge.Certificate(weak), .. Forge.Subkey(weak, _subkey)], OpenPgpOutcome.Weak, OpenPgpRules.WeakKey);
    }

    [Fact]
    public void A_binding_with_sha1_binds_nothing() =>
        Check([.. Forge.Certificate(_primary), .. Forge.Subkey(_primary, _subkey, hash: OpenPgpHash.Sha1)], OpenPgpOutcome.Invalid, OpenPgpRules.NotBound);

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
    public void The_user_id_that_the_owner_marked_is_named()
    {
        byte[] keyring =
        [
            .. Forge.Key(_primary),
            .. Forge.UserId("main"), .. Forge.SelfSign(_primary, "main", subpackets =>
            {
                Forge.MaySign(subpackets);
                subpackets.Subpacket(OpenPgpSubpacketType.PrimaryUserId, [1]);
            }),
            .. Forge.UserId("newer"), .. Forge.SelfSign(_primary, "newer", at: Forge.KeyTime.AddDays(1)),
            .. Forge.UserId("never signed"),
        ];
        Assert.Equal("main", Forge.Verify(Forge.SignFile(_primary), keyring).UserId);
        Assert.Equal(["main", "newer", "never signed"], OpenPgpCertificate.ParseKeyring(keyring)[0].UserIds);
    }

    private void Check(byte[] keyring, OpenPgpOutcome outcome, Precinto.Inspection.FindingRule rule) =>
        Refused(Forge.Verify(Forge.SignFile(_subkey), keyring), outcome, rule);

    private void CheckPrimary(byte[] keyring, OpenPgpOutcome outcome, Precinto.Inspection.FindingRule rule) =>
        Refused(Forge.Verify(Forge.SignFile(_primary), keyring), outcome, rule);

    private static Action<OpenPgpWriter> ExpiresAt(DateTimeOffset time) => subpackets =>
    {
        Forge.MaySign(subpackets);
        subpackets.Subpacket(OpenPgpSubpacketType.KeyExpirationTime, OpenPgpWriter.Seconds((long)(time - Forge.KeyTime).TotalSeconds));
    };
}
