namespace Precinto.Signatures.OpenPgp;

/// <summary>The secret part of a key packet: everything behind its public part, still encrypted where a password protects it.</summary>
internal sealed record OpenPgpSecretPart(OpenPgpPublicKey Key, ReadOnlyMemory<byte> Bytes, long Offset);

/// <summary>Reads the sequence of packets that makes up certificates (RFC 9580 sections 10.1 and 10.2).</summary>
internal static class OpenPgpCertificateReader
{
    public const int MaximumBytes = 8 << 20;

    /// <summary>Reads a keyring; secret parts go into <paramref name="secrets"/>, unless they are not wanted.</summary>
    public static IReadOnlyList<OpenPgpCertificate> Read(ReadOnlySpan<byte> bytes, List<OpenPgpSecretPart>? secrets)
    {
        if (bytes.Length > MaximumBytes)
            throw new MalformedSignatureException(MaximumBytes, $"A keyring of {bytes.Length} bytes; at most {MaximumBytes} are read.");

        var content = OpenPgpArmor.LooksArmored(bytes)
            ? OpenPgpArmor.Decode(bytes, [OpenPgpArmor.PublicKey, OpenPgpArmor.PrivateKey], several: true)
            : bytes.ToArray();

        List<OpenPgpCertificate> certificates = [];
        OpenPgpCertificate? certificate = null;
        List<OpenPgpSignaturePacket>? signatures = null;
        var isFirst = true;
        foreach (var packet in OpenPgpPacket.ReadAll(content, MaximumPackets))
        {
            if (packet.Type is OpenPgpPacketType.Marker or OpenPgpPacketType.Padding or OpenPgpPacketType.Trust)
                continue;
            if (isFirst && packet.Type is not (OpenPgpPacketType.PublicKey or OpenPgpPacketType.SecretKey))
                throw new MalformedSignatureException(packet.Offset, "A certificate must begin with a primary key.");

            isFirst = false;
            switch (packet.Type)
            {
                case OpenPgpPacketType.PublicKey:
                case OpenPgpPacketType.SecretKey:
                    certificate = ReadKey(packet, secrets) is { } primary ? new(primary) : null;
                    signatures = certificate?.DirectSignatures;
                    if (certificate is not null)
                        certificates.Add(certificate);
                    break;
                case OpenPgpPacketType.PublicSubkey:
                case OpenPgpPacketType.SecretSubkey:
                    // A subkey has the version of its primary key (section 10.1.3); another one is not usable, and its signatures are nobody's.
                    signatures = null;
                    if (certificate is not null && ReadKey(packet, secrets) is { } subkey && subkey.Version == certificate.Primary.Version)
                        certificate.Subkeys.Add(new(subkey, signatures = []));
                    break;
                case OpenPgpPacketType.UserId when packet.Body.Length > MaximumUserId:
                    throw new MalformedSignatureException(packet.Offset, $"A user ID of {packet.Body.Length} bytes.");
                case OpenPgpPacketType.UserId:
                    signatures = [];
                    certificate?.UserIdPackets.Add(new(packet.Body, signatures));
                    break;
                case OpenPgpPacketType.Signature:
                    var signature = OpenPgpSignaturePacket.Parse(packet.Body, packet.Offset);
                    // Wherever it stands, as behind the certificate in a file to which it was appended, a revocation of the key is one.
                    var target = signature.Type == OpenPgpSignatureType.KeyRevocation ? certificate?.DirectSignatures : signatures;
                    target?.Add(signature);
                    break;
                case OpenPgpPacketType.UserAttribute:
                case >= OpenPgpPacketType.FirstNonCritical:
                    signatures = null;
                    break;
                default:
                    throw new MalformedSignatureException(packet.Offset, $"A packet of type {(int)packet.Type} does not belong into a certificate.");
            }
        }

        return certificates.Count > 0 ? certificates : throw new MalformedSignatureException(0, "Holds no certificate of a version that is supported.");
    }

    private static OpenPgpPublicKey? ReadKey(OpenPgpPacket packet, List<OpenPgpSecretPart>? secrets)
    {
        var isSecret = packet.Type is OpenPgpPacketType.SecretKey or OpenPgpPacketType.SecretSubkey;
        var reader = packet.Read();
        var key = OpenPgpPublicKey.Parse(ref reader, packet.Body, isSecret);
        if (key is not null && isSecret)
            secrets?.Add(new(key, packet.Body[reader.Position..], reader.Offset));
        return key;
    }

    // Every certification hashes the user ID again; gpg itself takes no more than 2,048 bytes.
    private const int MaximumUserId = 4096;
    private const int MaximumPackets = 100_000;
}
