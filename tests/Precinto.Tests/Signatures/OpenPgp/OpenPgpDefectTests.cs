using Precinto.Signatures;
using Precinto.Signatures.OpenPgp;
using Xunit;

namespace Precinto.Tests.Signatures.OpenPgp;

/// <summary>One defect a test; everything else about the signature and its certificate is in order.</summary>
public sealed class OpenPgpDefectTests
{
    private readonly OpenPgpPrivateKey _key = Forge.NewKey();

    [Fact]
    public void A_signature_in_order_is_valid_and_names_the_signer()
    {
        var verification = Forge.Verify(Forge.SignFile(_key), Forge.Certificate(_key));

        Assert.Equal(OpenPgpOutcome.Valid, verification.Outcome);
        Assert.True(verification.IsValid);
        Assert.Null(verification.Rule);
        Assert.Equal(_key.Key.Fingerprint, verification.SignerFingerprint);
        Assert.Equal(_key.Key.Fingerprint, verification.KeyFingerprint);
        Assert.Equal(Forge.SignTime, verification.SignedAt);
        Assert.Equal(Forge.Owner, verification.UserId);
    }

    [Fact]
    public void The_default_outcome_is_no_pass() => Assert.Equal(OpenPgpOutcome.Invalid, default);

    [Fact]
    public void A_changed_file_is_told_apart_from_a_broken_signature()
    {
        var other = Forge.Verify(Forge.SignFile(_key), Forge.Certificate(_key), "other bytes"u8.ToArray());
        Refused(other, OpenPgpOutcome.NotTheseBytes, OpenPgpRules.OtherBytes);

        var stranger = Forge.Verify(Forge.SignFile(_key), Forge.Certificate(Forge.NewKey()), "other bytes"u8.ToArray());
        Refused(stranger, OpenPgpOutcome.NotTheseBytes, OpenPgpRules.OtherBytes);

        var signature = Forge.SignFile(_key);
        signature[^1] ^= 1;
        Refused(Forge.Verify(signature, Forge.Certificate(_key)), OpenPgpOutcome.Invalid, OpenPgpRules.BadSignature);
    }

    [Fact]
    public void A_stranger_is_no_signer() =>
        Refused(Forge.Verify(Forge.SignFile(_key), Forge.Certificate(Forge.NewKey())), OpenPgpOutcome.UnknownKey, OpenPgpRules.UnknownKey);

    [Fact]
    public void No_certificates_verify_nothing()
    {
        var signature = OpenPgpSignature.ParseFile(Forge.SignFile(_key))[0];
        Refused(Forge.Verify(signature, [], Forge.File, Forge.Now), OpenPgpOutcome.UnknownKey, OpenPgpRules.UnknownKey);
    }

    [Fact]
    public void A_digest_of_the_wrong_length_is_the_callers_mistake()
    {
        var signature = OpenPgpSignature.ParseFile(Forge.SignFile(_key))[0];
        Assert.Throws<ArgumentException>(() => signature.Verify(new byte[20], [], Forge.Now));
    }

    [Theory]
    [InlineData(0x01)]
    [InlineData(0x02)]
    [InlineData(0x10)]
    [InlineData(0x13)]
    [InlineData(0x18)]
    [InlineData(0x40)]
    public void Only_type_0_speaks_of_a_file(byte type) =>
        Refused(
            Forge.Verify(Forge.Sign(_key, (OpenPgpSignatureType)type, Forge.File), Forge.Certificate(_key)), OpenPgpOutcome.Invalid, OpenPgpRules.WrongType);

    [Fact]
    public void A_certification_cannot_be_replayed_as_a_signature_over_a_file()
    {
        var selfSignature = Forge.SelfSign(_key, Forge.Owner);
        Refused(Forge.Verify(selfSignature, Forge.Certificate(_key), Forge.UserIdSubject(_key, Forge.Owner)), OpenPgpOutcome.Invalid, OpenPgpRules.WrongType);
    }

    [Fact]
    public void Sha1_is_weak_and_needs_no_digest()
    {
        var signature = OpenPgpSignature.ParseFile(Forge.Sign(_key, OpenPgpSignatureType.Binary, Forge.File, hash: OpenPgpHash.Sha1))[0];
        Assert.Null(signature.HashAlgorithm);
        Refused(signature.Verify([], OpenPgpCertificate.ParseKeyring(Forge.Certificate(_key)), Forge.Now), OpenPgpOutcome.Weak, OpenPgpRules.WeakHash);
    }

    [Fact]
    public void Rsa_1024_is_weak_and_rsa_2048_is_not()
    {
        var weak = Forge.NewRsaKey(1024);
        Refused(Forge.Verify(Forge.SignFile(weak), Forge.Certificate(weak)), OpenPgpOutcome.Weak, OpenPgpRules.WeakKey);

        var strong = Forge.NewRsaKey(2048);
        Assert.True(Forge.Verify(Forge.SignFile(strong), Forge.Certificate(strong)).IsValid);
    }

    [Fact]
    public void A_point_of_small_order_is_no_key()
    {
        // The neutral point: an all-zero s and this r verify under it whatever the message is, in verifiers that do not look.
        var neutral = new byte[32];
        neutral[0] = 1;
        var weak = Forge.Public(new OpenPgpWriter().Byte(4).UInt32(0).Byte(27).Bytes(neutral).ToArray());
        Assert.Equal(OpenPgpRules.WeakKey, OpenPgpMathematics.Refuse(weak)?.Rule);
    }

    [Fact]
    public void A_signature_from_the_future_is_not_valid_yet()
    {
        Refused(Forge.Verify(Forge.SignFile(_key, at: Forge.Now.AddYears(4)), Forge.Certificate(_key)), OpenPgpOutcome.NotYetValid, OpenPgpRules.FromTheFuture);
        Assert.True(Forge.Verify(Forge.SignFile(_key, at: Forge.Now.AddMinutes(4)), Forge.Certificate(_key)).IsValid);
    }

    [Fact]
    public void A_signature_older_than_its_key_is_refused() =>
        Refused(Forge.Verify(Forge.SignFile(_key, at: Forge.KeyTime.AddSeconds(-1)), Forge.Certificate(_key)), OpenPgpOutcome.Invalid, OpenPgpRules.OlderThanKey);

    [Fact]
    public void A_signature_expires()
    {
        static void OneHour(OpenPgpWriter subpackets) => subpackets.Subpacket(OpenPgpSubpacketType.ExpirationTime, OpenPgpWriter.Seconds(3600));
        var signature = Forge.SignFile(_key, OneHour);

        Refused(Forge.Verify(signature, Forge.Certificate(_key)), OpenPgpOutcome.Expired, OpenPgpRules.SignatureExpired);
        Assert.True(Forge.Verify(signature, Forge.Certificate(_key), now: Forge.SignTime.AddMinutes(59)).IsValid);
        Refused(Forge.Verify(signature, Forge.Certificate(_key), now: Forge.SignTime.AddHours(1)), OpenPgpOutcome.Expired, OpenPgpRules.SignatureExpired);
    }

    [Fact]
    public void Without_a_signed_creation_time_nothing_is_valid()
    {
        var time = new OpenPgpWriter().Subpacket(OpenPgpSubpacketType.CreationTime, OpenPgpWriter.Seconds(Forge.SignTime.ToUnixTimeSeconds())).ToArray();
        var signature = Forge.Sign(_key, OpenPgpSignatureType.Binary, Forge.File, unhashed: time, withTime: false);
        Refused(Forge.Verify(signature, Forge.Certificate(_key)), OpenPgpOutcome.Invalid, OpenPgpRules.NoCreationTime);
    }

    [Fact]
    public void A_critical_notation_that_is_unknown_is_refused()
    {
        static void Notation(OpenPgpWriter subpackets, bool critical) =>
            subpackets.Subpacket(OpenPgpSubpacketType.Notation, [0x80, 0, 0, 0, 0, 1, 0, 1, (byte)'n', (byte)'v'], critical);
        Refused(
            Forge.Verify(Forge.SignFile(_key, subpackets => Notation(subpackets, true)), Forge.Certificate(_key)),
            OpenPgpOutcome.Invalid, OpenPgpRules.NotUnderstood);
        Assert.True(Forge.Verify(Forge.SignFile(_key, subpackets => Notation(subpackets, false)), Forge.Certificate(_key)).IsValid);
    }

    [Fact]
    public void A_critical_subpacket_that_is_unknown_is_refused()
    {
        Refused(
            Forge.Verify(Forge.SignFile(_key, subpackets => subpackets.Subpacket((OpenPgpSubpacketType)99, [1], critical: true)), Forge.Certificate(_key)),
            OpenPgpOutcome.Invalid, OpenPgpRules.NotUnderstood);
        Assert.True(Forge.Verify(Forge.SignFile(_key, subpackets => subpackets.Subpacket((OpenPgpSubpacketType)99, [1])), Forge.Certificate(_key)).IsValid);
    }

    [Fact]
    public void Two_creation_times_contradict_each_other()
    {
        var signature = Forge.SignFile(_key, subpackets => subpackets.Subpacket(OpenPgpSubpacketType.CreationTime, OpenPgpWriter.Seconds(1)));
        Refused(Forge.Verify(signature, Forge.Certificate(_key)), OpenPgpOutcome.Invalid, OpenPgpRules.NotUnderstood);
    }

    [Fact]
    public void A_signed_key_id_of_another_key_is_refused()
    {
        var signature = Forge.SignFile(_key, subpackets => subpackets.Subpacket(OpenPgpSubpacketType.IssuerKeyId, [1, 2, 3, 4, 5, 6, 7, 8]));
        Refused(Forge.Verify(signature, Forge.Certificate(_key)), OpenPgpOutcome.Invalid, OpenPgpRules.IssuerDisagrees);
    }

    [Fact]
    public void A_signed_fingerprint_of_another_key_finds_no_key()
    {
        var signature = Forge.Sign(
            _key, OpenPgpSignatureType.Binary, Forge.File, subpackets => subpackets.Subpacket(OpenPgpSubpacketType.IssuerFingerprint, [4, .. new byte[20]]),
            withIssuer: false);
        Refused(Forge.Verify(signature, Forge.Certificate(_key)), OpenPgpOutcome.UnknownKey, OpenPgpRules.UnknownKey);
    }

    [Fact]
    public void Without_any_issuer_every_key_is_tried()
    {
        var signature = Forge.Sign(_key, OpenPgpSignatureType.Binary, Forge.File, withIssuer: false);
        var verification = Forge.Verify(signature, [.. Forge.Certificate(Forge.NewKey()), .. Forge.Certificate(_key)]);
        Assert.True(verification.IsValid);
        Assert.Equal(_key.Key.Fingerprint, verification.SignerFingerprint);
    }

    [Fact]
    public void The_algorithm_of_signature_and_key_must_agree()
    {
        var signature = Forge.Sign(_key, OpenPgpSignatureType.Binary, Forge.File, algorithm: (int)OpenPgpPublicKeyAlgorithm.Ecdsa);
        Refused(Forge.Verify(signature, Forge.Certificate(_key)), OpenPgpOutcome.Invalid, OpenPgpRules.VersionsDisagree);
    }

    [Fact]
    public void A_wrong_digest_prefix_is_refused_although_the_mathematics_agree()
    {
        var signature = Forge.Sign(_key, OpenPgpSignatureType.Binary, Forge.File, prefix: [0, 0]);
        Refused(Forge.Verify(signature, Forge.Certificate(_key)), OpenPgpOutcome.NotTheseBytes, OpenPgpRules.OtherBytes);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Other_versions_of_signatures_are_named_and_refused(byte version)
    {
        var packet = new OpenPgpWriter().Packet(OpenPgpPacketType.Signature, [version, 5, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 1, 8, 0, 0]).ToArray();
        var signature = OpenPgpSignature.ParseFile(packet)[0];
        Assert.Equal(version, signature.Version);
        Refused(signature.Verify([], [], Forge.Now), OpenPgpOutcome.Unsupported, OpenPgpRules.UnsupportedVersion);
    }

    [Fact]
    public void Of_a_good_and_a_bad_signature_in_one_file_each_has_its_own_answer()
    {
        var bad = Forge.SignFile(_key);
        bad[^1] ^= 1;
        var certificates = OpenPgpCertificate.ParseKeyring(Forge.Certificate(_key));
        var goodBad = OpenPgpSignature.ParseFile([.. Forge.SignFile(_key), .. bad]);
        var badGood = OpenPgpSignature.ParseFile([.. bad, .. Forge.SignFile(_key)]);

        bool[] Answers(IReadOnlyList<OpenPgpSignature> signatures) =>
            [.. signatures.Select(signature => Forge.Verify(signature, certificates, Forge.File, Forge.Now).IsValid)];
        Assert.Equal([true, false], Answers(goodBad));
        Assert.Equal([false, true], Answers(badGood));
    }

    [Fact]
    public void Every_rule_has_its_own_code_and_weighs_as_danger()
    {
        var rules = OpenPgpRules.All.ToList();
        Assert.Equal(rules.Count, rules.Select(rule => rule.Code).Distinct().Count());
        Assert.All(rules, rule => Assert.Equal(Precinto.Inspection.FindingSeverity.Danger, rule.Severity));
    }

    internal static void Refused(OpenPgpVerification verification, OpenPgpOutcome outcome, Precinto.Inspection.FindingRule rule)
    {
        Assert.Equal((outcome, rule.Code), (verification.Outcome, verification.Rule?.Code));
        Assert.False(verification.IsValid);
        Assert.NotEmpty(verification.Detail);
    }
}
