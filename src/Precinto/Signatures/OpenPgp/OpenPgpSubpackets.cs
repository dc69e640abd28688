using System.Buffers.Binary;

namespace Precinto.Signatures.OpenPgp;

/// <summary>
/// The subpackets of a signature, RFC 9580 section 5.2.3. Only the hashed area speaks for the signer; of the unhashed one,
/// which anybody can rewrite, two things are taken: hints at the issuer, and a back-signature that proves itself.
/// </summary>
internal sealed class OpenPgpSubpackets
{
    private readonly List<ReadOnlyMemory<byte>> _embedded = [];
    private readonly List<byte[]> _revokers = [];
    private readonly HashSet<OpenPgpSubpacketType> _single = [];

    public OpenPgpSubpackets(ReadOnlyMemory<byte> hashed, long hashedOffset, ReadOnlyMemory<byte> unhashed, long unhashedOffset)
    {
        ReadArea(hashed, hashedOffset, isHashed: true);
        ReadArea(unhashed, unhashedOffset, isHashed: false);
    }

    public DateTimeOffset? CreatedAt { get; private set; }

    /// <summary>When the signature itself expires, counted from its creation; null for never.</summary>
    public TimeSpan? Lifetime { get; private set; }

    /// <summary>When the key expires, counted from the key's creation; null for never.</summary>
    public TimeSpan? KeyLifetime { get; private set; }

    public byte? KeyFlags { get; private set; }

    public bool IsPrimaryUserId { get; private set; }

    /// <summary>The full fingerprint that the signer stated, or null.</summary>
    public byte[]? IssuerFingerprint { get; private set; }

    public ulong? IssuerKeyId { get; private set; }

    /// <summary>A fingerprint from the unhashed area: helps to find the key, proves nothing.</summary>
    public byte[]? IssuerFingerprintHint { get; private set; }

    public ulong? IssuerKeyIdHint { get; private set; }

    /// <summary>Bodies of embedded signatures from both areas; gpg 2.2 puts the back-signature into the unhashed one.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Embedded => _embedded;

    /// <summary>Fingerprints of keys that may revoke this one (type 12).</summary>
    public IReadOnlyList<byte[]> Revokers => _revokers;

    /// <summary>Why the hashed area is refused, in half a sentence: an unknown critical subpacket, or one that contradicts another.</summary>
    public string? Defect { get; private set; }

    public string? IssuerText =>
        (IssuerFingerprint ?? IssuerFingerprintHint) is { } fingerprint ? Convert.ToHexString(fingerprint)
        : (IssuerKeyId ?? IssuerKeyIdHint) is { } keyId ? $"{keyId:X16}"
        : null;

    private void ReadArea(ReadOnlyMemory<byte> area, long offset, bool isHashed)
    {
        OpenPgpReader reader = new(area, offset);
        while (!reader.IsAtEnd)
        {
            var length = reader.ReadLength(twoOctetsUpTo: 254);
            if (length == 0)
                throw reader.Malformed("A subpacket without a type.");

            OpenPgpReader body = new(reader.ReadMemory(length), reader.Offset - length);
            var octet = body.ReadByte();
            var type = (OpenPgpSubpacketType)(octet & 0x7F);
            var isCritical = (octet & 0x80) != 0;
            if (isHashed)
                ReadHashed(type, isCritical, body);
            else
                ReadUnhashed(type, body);
        }
    }

    private void ReadHashed(OpenPgpSubpacketType type, bool isCritical, OpenPgpReader body)
    {
        switch (type)
        {
            case OpenPgpSubpacketType.CreationTime:
                RequireSingle(type);
                CreatedAt = DateTimeOffset.FromUnixTimeSeconds(body.ReadUInt32());
                body.ExpectEnd("a creation time");
                break;
            case OpenPgpSubpacketType.ExpirationTime:
                RequireSingle(type);
                Lifetime = ReadLifetime(ref body);
                break;
            case OpenPgpSubpacketType.KeyExpirationTime:
                RequireSingle(type);
                KeyLifetime = ReadLifetime(ref body);
                break;
            case OpenPgpSubpacketType.KeyFlags:
                RequireSingle(type);
                KeyFlags = body.IsAtEnd ? (byte)0 : body.ReadByte();
                break;
            case OpenPgpSubpacketType.PrimaryUserId:
                RequireSingle(type);
                IsPrimaryUserId = body.ReadByte() != 0;
                body.ExpectEnd("a primary user ID flag");
                break;
            case OpenPgpSubpacketType.IssuerFingerprint:
                RequireSingle(type);
                IssuerFingerprint = ReadFingerprint(ref body);
                break;
            case OpenPgpSubpacketType.IssuerKeyId:
                RequireSingle(type);
                IssuerKeyId = ReadKeyId(ref body);
                break;
            case OpenPgpSubpacketType.RevocationKey:
                body.ReadMemory(2);
                _revokers.Add(body.ReadToEnd().ToArray());
                break;
            case OpenPgpSubpacketType.EmbeddedSignature:
                AddEmbedded(ref body);
                break;
            case OpenPgpSubpacketType.Notation:
                // No notation is known here, so a critical one says something that must not be passed over (section 5.2.3.24).
                if (isCritical)
                    Defect ??= "carries a critical notation that is not known";
                break;
            case OpenPgpSubpacketType.Exportable:
            case OpenPgpSubpacketType.Revocable:
            case OpenPgpSubpacketType.PreferredCiphers:
            case OpenPgpSubpacketType.PreferredHashes:
            case OpenPgpSubpacketType.PreferredCompression:
            case OpenPgpSubpacketType.KeyServerPreferences:
            case OpenPgpSubpacketType.PreferredKeyServer:
            case OpenPgpSubpacketType.PolicyAddress:
            case OpenPgpSubpacketType.SignersUserId:
            case OpenPgpSubpacketType.RevocationReason:
            case OpenPgpSubpacketType.Features:
            case OpenPgpSubpacketType.PreferredAead:
                break;
            default:
                if (isCritical)
                    Defect ??= $"carries the critical subpacket {(byte)type}, which is not known";
                break;
        }
    }

    private void ReadUnhashed(OpenPgpSubpacketType type, OpenPgpReader body)
    {
        switch (type)
        {
            case OpenPgpSubpacketType.IssuerFingerprint:
                IssuerFingerprintHint ??= ReadFingerprint(ref body);
                break;
            case OpenPgpSubpacketType.IssuerKeyId:
                IssuerKeyIdHint ??= ReadKeyId(ref body);
                break;
            case OpenPgpSubpacketType.EmbeddedSignature:
                AddEmbedded(ref body);
                break;
            default:
                break;
        }
    }

    private void AddEmbedded(ref OpenPgpReader body)
    {
        if (_embedded.Count == MaximumEmbedded)
            throw body.Malformed($"Holds more than {MaximumEmbedded} embedded signatures.");
        _embedded.Add(body.ReadToEnd());
    }

    // Two answers to one question let two verifiers disagree.
    private void RequireSingle(OpenPgpSubpacketType type)
    {
        if (!_single.Add(type))
            Defect ??= $"carries the subpacket {(byte)type} twice";
    }

    private static TimeSpan? ReadLifetime(ref OpenPgpReader body)
    {
        var seconds = body.ReadUInt32();
        body.ExpectEnd("an expiration time");
        return seconds == 0 ? null : TimeSpan.FromSeconds(seconds);
    }

    private static ulong ReadKeyId(ref OpenPgpReader body)
    {
        var keyId = BinaryPrimitives.ReadUInt64BigEndian(body.ReadMemory(8).Span);
        body.ExpectEnd("an issuer key ID");
        return keyId;
    }

    private static byte[]? ReadFingerprint(ref OpenPgpReader body)
    {
        var expected = body.ReadByte() switch { 4 => 20, 6 => 32, _ => 0 };
        var fingerprint = body.ReadToEnd().ToArray();
        if (expected != 0 && fingerprint.Length != expected)
            throw body.Malformed($"A fingerprint of {fingerprint.Length} bytes.");
        return fingerprint;
    }

    private const int MaximumEmbedded = 4;
}
