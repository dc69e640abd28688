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
        CheckPrimary(Forge.Certificate(_primary, hash: OpenPgpHash.Sha1), OpenPgpOutcome.Weak, OpenPgpRules.WeakHash);

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
    public void An_expiry_stated_for_the_key_directly_is_not_abolished_by_a_user_id_without_one()
    {
        var direct = Forge.Sign(_primary, OpenPgpSignatureType.DirectKey, _primary.Key.Framed(), ExpiresAt(Forge.Now), Forge.KeyTime);
        var key = Forge.Key(_primary);
        CheckPrimary([.. key, .. direct, .. Forge.Certificate(_primary)[key.Length..]], OpenPgpOutcome.Expired, OpenPgpRules.KeyExpired);
        CheckPrimary(
            [.. key, .. direct, .. Forge.Certificate(_primary, at: Forge.KeyTime.AddDays(9))[key.Length..]], OpenPgpOutcome.Expired, OpenPgpRules.KeyExpired);

        // A newer statement prevails.
        var extended = Forge.Certificate(_primary, ExpiresAt(Forge.Now.AddYears(1)), Forge.KeyTime.AddDays(9));
        Assert.True(Forge.Verify(Forge.SignFile(_primary), [.. key, .. direct, .. extended[key.Length..]]).IsValid);
    }

    [Fact]
    public void Of_two_statements_in_the_same_second_the_stricter_one_holds()
    {
        var direct = Forge.Sign(_primary, OpenPgpSignatureType.DirectKey, _primary.Key.Framed(), Forge.MayCertify, Forge.KeyTime);
        var key = Forge.Key(_primary);
        CheckPrimary([.. key, .. direct, .. Forge.Certificate(_primary)[key.Length..]], OpenPgpOutcome.Invalid, OpenPgpRules.NotForSigning);
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
        Check([.. Forge.Certificate(_primary), .. Forge.Subkey(_primary, _subkey, hash: OpenPgpHash.Sha1)], OpenPgpOutcome.Weak, OpenPgpRules.WeakHash);

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
