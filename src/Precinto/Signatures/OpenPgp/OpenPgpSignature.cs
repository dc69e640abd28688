using System.Security.Cryptography;

namespace Precinto.Signatures.OpenPgp;

/// <summary>
/// A detached OpenPGP signature (RFC 9580 section 10.4). It never sees the file: the caller hashes <see cref="Salt"/>, the file and
/// <see cref="Trailer"/> with <see cref="HashAlgorithm"/>, in the same pass in which anything else is computed of the file.
/// </summary>
public sealed class OpenPgpSignature
{
    private readonly OpenPgpSignaturePacket _packet;

    private OpenPgpSignature(OpenPgpSignaturePacket packet) => _packet = packet;

    /// <summary>The version of the signature's format; 4 and 6 can be verified.</summary>
    public int Version => _packet.Version;

    /// <summary>When the signature says it was made; null where its signed part does not say.</summary>
    public DateTimeOffset? CreatedAt => _packet.Subpackets.CreatedAt;

    /// <summary>The issuer's fingerprint in upper-case hex, as stated and not proven; null where it is not stated.</summary>
    public string? IssuerFingerprint =>
        (_packet.Subpackets.IssuerFingerprint ?? _packet.Subpackets.IssuerFingerprintHint) is { } fingerprint ? Convert.ToHexString(fingerprint) : null;

    /// <summary>The issuer's key ID in 16 upper-case hex digits, as stated and not proven; null where it is not stated.</summary>
    public string? IssuerKeyId => (_packet.Subpackets.IssuerKeyId ?? _packet.Subpackets.IssuerKeyIdHint) is { } keyId ? $"{keyId:X16}" : null;

    /// <summary>The hash to compute; null for a signature that is refused without one (weak or unknown hash, unsupported version).</summary>
    public HashAlgorithmName? HashAlgorithm => _packet.Hash.Accepted;

    /// <summary>What is hashed before the file; empty but in version 6.</summary>
    public ReadOnlyMemory<byte> Salt => _packet.Salt;

    /// <summary>What is hashed after the file.</summary>
    public ReadOnlyMemory<byte> Trailer => _packet.Trailer;

    /// <summary>The first two bytes of the digest, as the signature states them.</summary>
    public ReadOnlyMemory<byte> DigestPrefix => _packet.DigestPrefix;

    /// <summary>Whether a file begins like OpenPGP signatures do, binary or armored; its name does not matter. Never throws for any bytes.</summary>
    public static bool LooksLikeOpenPgp(ReadOnlySpan<byte> bytes)
    {
        if (OpenPgpArmor.LooksArmored(bytes, OpenPgpArmor.Signature))
            return true;
        if (bytes.Length < 4)
            return false;

        // A header of a signature packet, the length, then a version; or the marker packet "PGP" before it.
        return bytes[0] switch
        {
            0xCA or 0xA8 => bytes[1] == 3 && bytes[2] == (byte)'P' && bytes[3] == (byte)'G',
            0x88 => bytes[2] is >= 2 and <= 6,
            0x89 => bytes[3] is >= 2 and <= 6,
            0x8A => bytes.Length > 5 && bytes[5] is >= 2 and <= 6,
            0xC2 => bytes[1] switch
            {
                < 192 => bytes[2] is >= 2 and <= 6,
                < 224 => bytes[3] is >= 2 and <= 6,
                255 => bytes.Length > 6 && bytes[6] is >= 2 and <= 6,
                _ => false,
            },
            _ => false,
        };
    }

    /// <summary>
    /// Reads all signatures of a file, binary or armored, up to 64 KiB; at least one. Beside signatures only marker and padding packets may
    /// stand. Where a file holds several, each must be verified, and one that is not valid spoils the file.
    /// </summary>
    /// <exception cref="MalformedSignatureException">The bytes are anything else, or anything follows the last packet.</exception>
    public static IReadOnlyList<OpenPgpSignature> ParseFile(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaximumBytes)
            throw new MalformedSignatureException(MaximumBytes, $"A signature file of {bytes.Length} bytes; at most {MaximumBytes} are read.");

        var content = OpenPgpArmor.LooksArmored(bytes) ? OpenPgpArmor.Decode(bytes, [OpenPgpArmor.Signature], several: false) : bytes.ToArray();
        List<OpenPgpSignature> signatures = [];
        foreach (var packet in OpenPgpPacket.ReadAll(content, MaximumPackets))
        {
            switch (packet.Type)
            {
                case OpenPgpPacketType.Signature:
                    var signature = OpenPgpSignaturePacket.Parse(packet.Body, packet.Offset);
                    OpenPgpMathematics.RequireWellFormed(signature);
                    signatures.Add(new(signature));
                    break;
                case OpenPgpPacketType.Marker when packet.Body.Span.SequenceEqual("PGP"u8):
                case OpenPgpPacketType.Padding:
                    break;
                default:
                    throw new MalformedSignatureException(packet.Offset, $"A packet of type {(int)packet.Type} does not belong into a detached signature.");
            }
        }

        return signatures.Count > 0 ? signatures : throw new MalformedSignatureException(0, "Holds no signature.");
    }

    /// <summary>Whether the first two bytes of a digest are those that the signature states. It proves nothing; it tells a foreign file early.</summary>
    public bool FitsDigest(ReadOnlySpan<byte> digest) => _packet.DigestPrefix.Length == 2 && digest.StartsWith(_packet.DigestPrefix.Span);

    /// <summary>Verifies the signature over the file that has this digest.</summary>
    /// <param name="digest">The hash over <see cref="Salt"/>, the file and <see cref="Trailer"/>; not looked at where <see cref="HashAlgorithm"/> is null.</param>
    /// <param name="certificates">Candidates, which need not be trusted: the answer names the one that signed.</param>
    /// <param name="now">The time at which the key must be in order.</param>
    /// <exception cref="ArgumentException"><paramref name="digest"/> has not the length of <see cref="HashAlgorithm"/>.</exception>
    public OpenPgpVerification Verify(ReadOnlySpan<byte> digest, IReadOnlyList<OpenPgpCertificate> certificates, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        if (RefuseForm() is { } unsupported)
            return Refused(unsupported);
        if (digest.Length != _packet.Hash.Size)
            throw new ArgumentException($"A digest of {digest.Length} bytes is not one of {_packet.Hash.DisplayName}.", nameof(digest));
        if (!FitsDigest(digest))
            return Refused(new(OpenPgpOutcome.NotTheseBytes, OpenPgpRules.OtherBytes, "The signature was not made over these bytes."));
        if (RefuseStatements(now) is { } refused)
            return Refused(refused);

        var candidates = FindCandidates(certificates);
        if (candidates.Count == 0)
        {
            return Refused(new(
                OpenPgpOutcome.UnknownKey, OpenPgpRules.UnknownKey, $"No certificate at hand holds the key {_packet.Subpackets.IssuerText ?? "that signed"}."));
        }

        // The same key may stand in several certificates; one that stole it by grafting must not spoil the rightful one.
        OpenPgpVerification? first = null;
        foreach (var (certificate, key) in candidates)
        {
            var verification = VerifyWith(certificate, key, digest, now);
            if (verification.IsValid)
                return verification;
            first ??= verification;
        }

        return first!;
    }

    /// <summary>What the signature is made of, for those who check it before it leaves the house.</summary>
    internal OpenPgpSignaturePacket Packet => _packet;

    private OpenPgpVerification VerifyWith(OpenPgpCertificate certificate, OpenPgpPublicKey key, ReadOnlySpan<byte> digest, DateTimeOffset now)
    {
        OpenPgpCertificateJudge judge = new(certificate, now);
        var broken = RefuseMathematics(key, digest);
        var refusal = broken ?? judge.Refuse(key, CreatedAt!.Value);
        // Whoever did not sign is not named.
        var userId = broken is null && refusal?.Outcome is not (OpenPgpOutcome.Weak or OpenPgpOutcome.Unsupported) ? judge.UserId : null;
        return refusal is null
            ? new($"Signed on {CreatedAt:yyyy-MM-dd HH:mm:ss'Z'} by {certificate.Fingerprint}.")
            {
                SignerFingerprint = certificate.Fingerprint,
                KeyFingerprint = key.Fingerprint,
                SignedAt = CreatedAt,
                UserId = userId,
            }
            : new(refusal)
            {
                SignerFingerprint = certificate.Fingerprint,
                KeyFingerprint = key.Fingerprint,
                SignedAt = CreatedAt,
                UserId = userId,
            };
    }

    private OpenPgpRefusal? RefuseMathematics(OpenPgpPublicKey key, ReadOnlySpan<byte> digest)
    {
        if (_packet.Version != key.Version || _packet.Algorithm != key.Algorithm)
        {
            return new(
                OpenPgpOutcome.Invalid,
                OpenPgpRules.VersionsDisagree,
                $"The signature has version {_packet.Version} and algorithm {(byte)_packet.Algorithm}, its key version {key.Version} and algorithm {(byte)key.Algorithm}.");
        }

        if (OpenPgpMathematics.Refuse(key) is { } weak)
            return weak;
        if (OpenPgpMathematics.Check(key, _packet, _packet.Hash.Accepted!.Value, digest) != OpenPgpCheck.Good)
            return new(OpenPgpOutcome.Invalid, OpenPgpRules.BadSignature, $"The signature does not verify under the key {key.Fingerprint}.");
        if ((_packet.Subpackets.IssuerFingerprint is { } fingerprint && !fingerprint.AsSpan().SequenceEqual(key.FingerprintBytes))
            || (_packet.Subpackets.IssuerKeyId is { } keyId && keyId != key.KeyId))
        {
            return new(OpenPgpOutcome.Invalid, OpenPgpRules.IssuerDisagrees, $"The signature names another issuer than {key.Fingerprint}.");
        }

        return null;
    }

    private OpenPgpRefusal? RefuseForm()
    {
        if (!_packet.IsSupported)
            return new(OpenPgpOutcome.Unsupported, OpenPgpRules.UnsupportedVersion, $"Signatures of version {_packet.Version} are not supported.");
        // A text signature (0x01) holds for several files: every one that differs in line ends alone.
        if (_packet.Type != OpenPgpSignatureType.Binary)
            return new(OpenPgpOutcome.Invalid, OpenPgpRules.WrongType, $"The signature has type 0x{(byte)_packet.Type:X2}, not 0x00 for the bytes of a file.");
        if (_packet.Hash.IsWeak)
            return new(OpenPgpOutcome.Weak, OpenPgpRules.WeakHash, $"The signature uses {_packet.Hash.DisplayName}, for which collisions can be made.");
        if (_packet.Hash.Accepted is null)
            return new(OpenPgpOutcome.Unsupported, OpenPgpRules.UnsupportedAlgorithm, $"The signature uses {_packet.Hash.DisplayName}, which is not supported here.");
        return null;
    }

    private OpenPgpRefusal? RefuseStatements(DateTimeOffset now)
    {
        var stated = _packet.Subpackets;
        if (stated.Defect is { } defect)
            return new(OpenPgpOutcome.Invalid, OpenPgpRules.NotUnderstood, $"The signature {defect}.");
        if (stated.CreatedAt is not { } createdAt)
            return new(OpenPgpOutcome.Invalid, OpenPgpRules.NoCreationTime, "The signed part of the signature does not state when it was made.");
        if (createdAt > now + OpenPgpCertificateJudge.Skew)
            return new(OpenPgpOutcome.NotYetValid, OpenPgpRules.FromTheFuture, $"The signature is dated {createdAt:yyyy-MM-dd HH:mm:ss'Z'}, in the future.");
        if (stated.Lifetime is { } lifetime && now >= createdAt + lifetime)
            return new(OpenPgpOutcome.Expired, OpenPgpRules.SignatureExpired, $"The signature expired on {createdAt + lifetime:yyyy-MM-dd HH:mm:ss'Z'}.");
        return null;
    }

    private List<(OpenPgpCertificate Certificate, OpenPgpPublicKey Key)> FindCandidates(IReadOnlyList<OpenPgpCertificate> certificates)
    {
        var named = certificates.Where(certificate => AllKeys(certificate).Any(IsNamed)).Select(certificate => certificate.Fingerprint).ToHashSet();
        var merged = OpenPgpCertificate.Merge(certificates.Where(certificate => named.Contains(certificate.Fingerprint)));
        return [.. merged.SelectMany(certificate => AllKeys(certificate).Where(IsNamed).Select(key => (certificate, key))).Take(MaximumCandidates)];
    }

    private static IEnumerable<OpenPgpPublicKey> AllKeys(OpenPgpCertificate certificate) =>
        certificate.Subkeys.Select(subkey => subkey.Key).Prepend(certificate.Primary);

    private bool IsNamed(OpenPgpPublicKey key)
    {
        var stated = _packet.Subpackets;
        if ((stated.IssuerFingerprint ?? stated.IssuerFingerprintHint) is { } fingerprint)
            return fingerprint.AsSpan().SequenceEqual(key.FingerprintBytes);
        return (stated.IssuerKeyId ?? stated.IssuerKeyIdHint) is not { } keyId || keyId == key.KeyId;
    }

    private OpenPgpVerification Refused(OpenPgpRefusal refusal) => new(refusal) { SignedAt = CreatedAt };

    private const int MaximumBytes = 64 << 10;
    private const int MaximumPackets = 64;
    private const int MaximumCandidates = 256;
}
