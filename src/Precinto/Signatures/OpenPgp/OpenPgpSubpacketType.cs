namespace Precinto.Signatures.OpenPgp;

/// <summary>Signature subpackets of RFC 9580 section 5.2.3.7 whose meaning is heeded or known to be harmless here.</summary>
internal enum OpenPgpSubpacketType : byte
{
    CreationTime = 2,
    ExpirationTime = 3,
    Exportable = 4,
    Revocable = 7,
    KeyExpirationTime = 9,
    PreferredCiphers = 11,
    RevocationKey = 12,
    IssuerKeyId = 16,
    Notation = 20,
    PreferredHashes = 21,
    PreferredCompression = 22,
    KeyServerPreferences = 23,
    PreferredKeyServer = 24,
    PrimaryUserId = 25,
    PolicyAddress = 26,
    KeyFlags = 27,
    SignersUserId = 28,
    RevocationReason = 29,
    Features = 30,
    EmbeddedSignature = 32,
    IssuerFingerprint = 33,
    PreferredAead = 39,
}
