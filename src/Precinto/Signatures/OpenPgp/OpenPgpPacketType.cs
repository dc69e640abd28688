namespace Precinto.Signatures.OpenPgp;

/// <summary>The packet types of RFC 9580 section 5 that signatures, certificates and keys are made of.</summary>
internal enum OpenPgpPacketType
{
    Reserved = 0,
    Signature = 2,
    SecretKey = 5,
    PublicKey = 6,
    SecretSubkey = 7,
    Marker = 10,
    Trust = 12,
    UserId = 13,
    PublicSubkey = 14,
    UserAttribute = 17,
    Padding = 21,

    /// <summary>Types from here on may be skipped by those who do not know them (section 4.3).</summary>
    FirstNonCritical = 40,
}
