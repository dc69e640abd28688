namespace Precinto.Signatures.OpenPgp;

/// <summary>Writes signatures of version 4 (RFC 9580 section 5.2.3).</summary>
internal static class OpenPgpSignatureWriter
{
    /// <summary>Everything that is hashed, but for the trailer's six last bytes.</summary>
    public static byte[] HashedPart(OpenPgpSignatureType type, OpenPgpPublicKeyAlgorithm algorithm, OpenPgpHash hash, ReadOnlySpan<byte> subpackets) =>
        new OpenPgpWriter().Byte(4).Byte((int)type).Byte((int)algorithm).Byte((int)hash).UInt16(subpackets.Length).Bytes(subpackets).ToArray();

    /// <summary>The subpackets that every signature of ours has: when, and by which key.</summary>
    public static OpenPgpWriter CommonSubpackets(OpenPgpPublicKey issuer, DateTimeOffset createdAt) =>
        new OpenPgpWriter()
            .Subpacket(OpenPgpSubpacketType.IssuerFingerprint, [issuer.Version, .. issuer.FingerprintBytes])
            .Subpacket(OpenPgpSubpacketType.CreationTime, OpenPgpWriter.Seconds(createdAt.ToUnixTimeSeconds()));

    /// <summary>The key ID that older tools look for, in the unhashed area.</summary>
    public static OpenPgpWriter UnhashedSubpackets(OpenPgpPublicKey issuer) =>
        new OpenPgpWriter().Subpacket(OpenPgpSubpacketType.IssuerKeyId, issuer.FingerprintBytes.AsSpan(12));

    public static byte[] Packet(ReadOnlySpan<byte> hashedPart, ReadOnlySpan<byte> unhashedSubpackets, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> material)
    {
        var body = new OpenPgpWriter().Bytes(hashedPart).UInt16(unhashedSubpackets.Length).Bytes(unhashedSubpackets).Bytes(digest[..2]).Bytes(material).ToArray();
        return new OpenPgpWriter().Packet(OpenPgpPacketType.Signature, body).ToArray();
    }
}
