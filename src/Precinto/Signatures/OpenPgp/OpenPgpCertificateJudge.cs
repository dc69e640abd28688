namespace Precinto.Signatures.OpenPgp;

/// <summary>
/// Decides whether a key of a certificate may sign, from nothing but signatures that verify. A key must be in order now: a detached
/// signature has no trusted time, so whoever stole a key that has since expired or been revoked could date a signature back.
/// It must also have been in order when the signature says it was made.
/// </summary>
internal sealed class OpenPgpCertificateJudge
{
    private readonly OpenPgpCertificate _certificate;
    private readonly byte[] _primaryFrame;
    private readonly DateTimeOffset _now;
    private int _budget = MaximumVerifications;
    private List<SelfSignature>? _selfSignatures;
    private bool _hasRevokedUserId;

    public OpenPgpCertificateJudge(OpenPgpCertificate certificate, DateTimeOffset now)
    {
        _certificate = certificate;
        _primaryFrame = certificate.Primary.Framed();
        _now = now;
    }

    /// <summary>How far two clocks may be apart.</summary>
    public static TimeSpan Skew { get; } = TimeSpan.FromMinutes(5);

    /// <summary>The user ID that the owner marked as the main one, or the newest; null where none is bound.</summary>
    public string? UserId =>
        SelfSignatures.Where(self => self.UserId is not null && self.Packet.Subpackets.CreatedAt <= _now + Skew)
            .OrderBy(self => self.Packet.Subpackets.IsPrimaryUserId)
            .ThenBy(self => self.Packet.Subpackets.CreatedAt)
            .LastOrDefault()?.UserId;

    /// <summary>Why <paramref name="key"/> may not sign, or may not have signed at <paramref name="signedAt"/>; null if it may.</summary>
    public OpenPgpRefusal? Refuse(OpenPgpPublicKey key, DateTimeOffset signedAt)
    {
        var primary = _certificate.Primary;
        var subkey = key == primary ? null : _certificate.Subkeys.Find(candidate => candidate.Key == key);
        if (subkey is null && key != primary)
            return NotBound($"The key {key.Fingerprint} does not belong to the certificate {primary.Fingerprint}.");

        Lazy<List<OpenPgpSignaturePacket>> bindings = new(() => subkey is null ? [] : FindBindings(subkey));
        return OpenPgpMathematics.Refuse(primary)
            ?? (subkey is null ? null : OpenPgpMathematics.Refuse(key))
            ?? RefuseRevokedPrimary()
            ?? (subkey is null ? null : RefuseRevokedSubkey(subkey))
            ?? RefuseAge(key, signedAt)
            ?? RefuseAt(subkey, bindings, _now, _now + Skew, "now")
            ?? RefuseAt(subkey, bindings, signedAt, signedAt, "when the signature was made");
    }

    private static OpenPgpRefusal? RefuseAge(OpenPgpPublicKey key, DateTimeOffset signedAt) =>
        signedAt < key.CreatedAt
            ? new(OpenPgpOutcome.Invalid, OpenPgpRules.OlderThanKey, $"The signature is dated {Text(signedAt)}, before its key was made on {Text(key.CreatedAt)}.")
            : null;

    private OpenPgpRefusal? RefuseAt(
        OpenPgpSubkey? subkey, Lazy<List<OpenPgpSignaturePacket>> bindings, DateTimeOffset time, DateTimeOffset latest, string when)
    {
        var primary = _certificate.Primary;
        var direct = Deciding(SelfSignatures.Where(self => self.UserId is null).Select(self => self.Packet), time, latest);
        var named = Deciding(SelfSignatures.Where(self => self.UserId is not null).Select(self => self.Packet), time, latest);
        var terms = OpenPgpKeyTerms.Combine(OpenPgpKeyTerms.From(direct), OpenPgpKeyTerms.From(named));
        if (terms is null)
        {
            return _hasRevokedUserId
                ? new(OpenPgpOutcome.Revoked, OpenPgpRules.KeyRevoked, $"Every user ID of the certificate {primary.Fingerprint} is revoked.")
                : WeaklyBound(primary, [.. _certificate.DirectSignatures, .. _certificate.UserIdPackets.SelectMany(userId => userId.Signatures)])
                    ?? NotBound($"The primary key {primary.Fingerprint} has no self-signature that holds {when}.");
        }

        if (RefuseExpired(primary, terms, time, when) is { } expired)
            return expired;

        if (subkey is null)
            return RefuseFlags(primary, terms, when);

        var binding = Deciding(bindings.Value, time, latest);
        if (binding is null)
        {
            return WeaklyBound(subkey.Key, subkey.Signatures)
                ?? NotBound($"The certificate {primary.Fingerprint} does not bind the subkey {subkey.Key.Fingerprint} {when}.");
        }

        terms = OpenPgpKeyTerms.From(binding)!;
        return RefuseExpired(subkey.Key, terms, time, when)
            ?? RefuseFlags(subkey.Key, terms, when)
            ?? RefuseUnwilling(subkey, binding, time);
    }

    // Flags that are absent empower nobody: section 5.2.3.29 lets an implementation decide, and the strict way lets nobody sign by accident.
    private static OpenPgpRefusal? RefuseFlags(OpenPgpPublicKey key, OpenPgpKeyTerms terms, string when) =>
        !terms.MaySign
            ? new(OpenPgpOutcome.Invalid, OpenPgpRules.NotForSigning, $"The certificate does not allow the key {key.Fingerprint} to sign {when}.")
            : null;

    private static OpenPgpRefusal? RefuseExpired(OpenPgpPublicKey key, OpenPgpKeyTerms terms, DateTimeOffset time, string when)
    {
        if (terms.Lifetime is not { } lifetime || time < key.CreatedAt + lifetime)
            return null;
        var verb = when == "now" ? "expired" : "had expired when the signature was made,";
        return new(OpenPgpOutcome.Expired, OpenPgpRules.KeyExpired, $"The key {key.Fingerprint} {verb} on {Text(key.CreatedAt + lifetime)}.");
    }

    // Without the subkey's own consent (type 0x19) anybody could adopt a stranger's signing key and so the stranger's signatures.
    private OpenPgpRefusal? RefuseUnwilling(OpenPgpSubkey subkey, OpenPgpSignaturePacket binding, DateTimeOffset time)
    {
        foreach (var embedded in binding.Subpackets.Embedded)
        {
            OpenPgpSignaturePacket consent;
            try
            {
                consent = OpenPgpSignaturePacket.Parse(embedded, 0);
            }
            catch (MalformedSignatureException)
            {
                continue;
            }

            if (consent.Type == OpenPgpSignatureType.PrimaryKeyBinding
                && IsAccepted(consent, subkey.Key)
                && consent.Subpackets.CreatedAt <= _now + Skew
                && !IsExpired(consent, time)
                && Check(consent, subkey.Key, subkey.Key.Framed()) == OpenPgpCheck.Good)
            {
                return null;
            }
        }

        return new(
            OpenPgpOutcome.Invalid, OpenPgpRules.NoBackSignature, $"The subkey {subkey.Key.Fingerprint} has not signed that it belongs to {_certificate.Fingerprint}.");
    }

    private OpenPgpRefusal? RefuseRevokedPrimary()
    {
        var primary = _certificate.Primary;
        if (_certificate.DirectSignatures.Exists(packet => packet.Type == OpenPgpSignatureType.KeyRevocation && IsHeeded(packet, [])))
            return Revoked(primary);

        // A revocation by somebody whom the owner appointed (section 5.2.3.23) cannot be verified without that key: believing it is the strict side.
        var revokers = SelfSignatures.SelectMany(self => self.Packet.Subpackets.Revokers).Select(Convert.ToHexString).ToHashSet();
        var isAppointed = revokers.Count > 0 && _certificate.DirectSignatures.Exists(packet =>
            packet.Type == OpenPgpSignatureType.KeyRevocation
            && (packet.Subpackets.IssuerText is not { } issuer || revokers.Any(revoker => revoker.EndsWith(issuer, StringComparison.Ordinal))));
        return isAppointed ? Revoked(primary) : null;
    }

    private OpenPgpRefusal? RefuseRevokedSubkey(OpenPgpSubkey subkey) =>
        subkey.Signatures.Exists(packet => packet.Type == OpenPgpSignatureType.SubkeyRevocation && IsHeeded(packet, subkey.Key.Framed()))
            ? Revoked(subkey.Key)
            : null;

    private static OpenPgpRefusal Revoked(OpenPgpPublicKey key) =>
        new(OpenPgpOutcome.Revoked, OpenPgpRules.KeyRevoked, $"The key {key.Fingerprint} has been revoked.");

    // Old keys are bound by SHA-1 alone. That binds nothing, but their owners need to be told what to do about it.
    private OpenPgpRefusal? WeaklyBound(OpenPgpPublicKey key, List<OpenPgpSignaturePacket> signatures) =>
        signatures.Exists(packet => packet.Hash.IsWeak && IsBinding(packet.Type) && ClaimsToBeOurs(packet))
            ? new(
                OpenPgpOutcome.Weak,
                OpenPgpRules.WeakHash,
                $"The key {key.Fingerprint} is bound to its certificate by a hash for which collisions can be made; its owner must sign it anew.")
            : null;

    private static bool IsBinding(OpenPgpSignatureType type) =>
        type is (>= OpenPgpSignatureType.GenericCertification and <= OpenPgpSignatureType.PositiveCertification)
            or OpenPgpSignatureType.DirectKey or OpenPgpSignatureType.SubkeyBinding;

    private static OpenPgpRefusal NotBound(string detail) => new(OpenPgpOutcome.Invalid, OpenPgpRules.NotBound, detail);

    private List<SelfSignature> SelfSignatures => _selfSignatures ??= FindSelfSignatures();

    private List<SelfSignature> FindSelfSignatures()
    {
        var primary = _certificate.Primary;
        List<SelfSignature> found = [];
        foreach (var packet in _certificate.DirectSignatures)
        {
            if (packet.Type == OpenPgpSignatureType.DirectKey && IsSelfSignature(packet, []))
                found.Add(new(packet, null));
        }

        foreach (var userId in _certificate.UserIdPackets)
        {
            var framed = new OpenPgpWriter().Byte(0xB4).UInt32(userId.Bytes.Length).Bytes(userId.Bytes.Span).ToArray();
            var revocations = userId.Signatures
                .Where(packet => packet.Type == OpenPgpSignatureType.CertificationRevocation && IsHeeded(packet, framed)).ToList();
            foreach (var packet in userId.Signatures)
            {
                var isCertification = packet.Type is >= OpenPgpSignatureType.GenericCertification and <= OpenPgpSignatureType.PositiveCertification;
                if (!isCertification || !IsSelfSignature(packet, framed))
                    continue;

                // A user ID that was revoked comes back only by a newer certification.
                if (revocations.Exists(revocation => !(revocation.Subpackets.CreatedAt < packet.Subpackets.CreatedAt)))
                    _hasRevokedUserId = true;
                // In version 6 user IDs decide nothing about the key; a direct-key signature must (section 10.1.1).
                else if (primary.Version == 4)
                    found.Add(new(packet, userId.Text));
            }
        }

        return found;
    }

    private List<OpenPgpSignaturePacket> FindBindings(OpenPgpSubkey subkey) =>
        subkey.Signatures.FindAll(packet => packet.Type == OpenPgpSignatureType.SubkeyBinding && IsSelfSignature(packet, subkey.Key.Framed()));

    private bool IsSelfSignature(OpenPgpSignaturePacket packet, ReadOnlySpan<byte> subject) =>
        IsAccepted(packet, _certificate.Primary) && Check(packet, _certificate.Primary, subject) == OpenPgpCheck.Good;

    private static bool IsAccepted(OpenPgpSignaturePacket packet, OpenPgpPublicKey by) =>
        packet.IsSupported
        && packet.Hash.Accepted is not null
        && packet.Subpackets.Defect is null
        && packet.Subpackets.CreatedAt >= by.CreatedAt
        && (packet.Subpackets.IssuerFingerprint is not { } issuer || issuer.AsSpan().SequenceEqual(by.FingerprintBytes))
        && ((packet.Subpackets.IssuerKeyId ?? packet.Subpackets.IssuerKeyIdHint) is not { } keyId || keyId == by.KeyId);

    /// <summary>Whether a revocation counts: one that verifies, whatever its hash and date, and one of ours that cannot be judged.</summary>
    private bool IsHeeded(OpenPgpSignaturePacket packet, ReadOnlySpan<byte> subject) =>
        Check(packet, _certificate.Primary, subject) switch
        {
            OpenPgpCheck.Good => true,
            OpenPgpCheck.CannotJudge => ClaimsToBeOurs(packet),
            _ => false,
        };

    private bool ClaimsToBeOurs(OpenPgpSignaturePacket packet) =>
        packet.Subpackets.IssuerText is not { } issuer || _certificate.Fingerprint.Contains(issuer, StringComparison.Ordinal);

    private OpenPgpCheck Check(OpenPgpSignaturePacket packet, OpenPgpPublicKey by, ReadOnlySpan<byte> subject)
    {
        if (!packet.IsSupported || packet.Hash.Computable is not { } name || _budget <= 0)
            return OpenPgpCheck.CannotJudge;

        // The cost of RSA grows with the square of its size at least; Edwards and NIST curves and RSA up to 4096 bits cost about the same.
        var size = by.Body.Length / 512;
        _budget -= Math.Max(1, size * size);
        byte[] content = [.. _primaryFrame, .. subject];
        return OpenPgpMathematics.Check(by, packet, name, packet.Digest(name, content));
    }

    // The newest one decides alone: an older one must not come back to life when the newer one runs out.
    // gpg replaces a self-signature when a key's expiry is extended: where none is left from the time of the signature, the oldest speaks for it.
    private static OpenPgpSignaturePacket? Deciding(IEnumerable<OpenPgpSignaturePacket> candidates, DateTimeOffset time, DateTimeOffset latest)
    {
        var ordered = candidates.OrderBy(packet => packet.Subpackets.CreatedAt)
            .ThenByDescending(packet => packet.Subpackets.KeyLifetime ?? TimeSpan.MaxValue).ToList();
        var deciding = ordered.FindLast(packet => packet.Subpackets.CreatedAt <= latest) ?? (latest == time ? ordered.FirstOrDefault() : null);
        return deciding is null || IsExpired(deciding, time) ? null : deciding;
    }

    private static bool IsExpired(OpenPgpSignaturePacket packet, DateTimeOffset time) =>
        packet.Subpackets.Lifetime is { } lifetime && time >= packet.Subpackets.CreatedAt + lifetime;

    private static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss'Z'");

    private const int MaximumVerifications = 1024;

    private sealed record SelfSignature(OpenPgpSignaturePacket Packet, string? UserId);
}
