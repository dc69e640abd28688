namespace Precinto.Signatures.OpenPgp;

/// <summary>One packet of RFC 9580 section 4 with a definite length: its type, its body, and where the body begins.</summary>
internal readonly record struct OpenPgpPacket(OpenPgpPacketType Type, ReadOnlyMemory<byte> Body, long Offset)
{
    public OpenPgpReader Read() => new(Body, Offset);

    /// <summary>Reads the whole input; anything that is no packet of known length is malformed, and so are more packets than <paramref name="maximum"/>.</summary>
    public static List<OpenPgpPacket> ReadAll(ReadOnlyMemory<byte> bytes, int maximum)
    {
        List<OpenPgpPacket> packets = [];
        OpenPgpReader reader = new(bytes, 0);
        while (!reader.IsAtEnd)
        {
            if (packets.Count == maximum)
                throw reader.Malformed($"Holds more than {maximum} packets.");
            packets.Add(ReadOne(ref reader));
        }

        return packets;
    }

    private static OpenPgpPacket ReadOne(ref OpenPgpReader reader)
    {
        var header = reader.ReadByte();
        if ((header & 0x80) == 0)
            throw new MalformedSignatureException(reader.Offset - 1, $"0x{header:X2} begins no OpenPGP packet.");

        int type;
        long length;
        if ((header & 0x40) != 0)
        {
            type = header & 0x3F;
            // 224 to 254 would be partial body lengths, which signatures and keys must not have (section 4.2.1.4).
            length = reader.ReadLength(twoOctetsUpTo: 223);
        }
        else
        {
            type = (header >> 2) & 0x0F;
            length = (header & 3) switch
            {
                0 => reader.ReadByte(),
                1 => reader.ReadUInt16(),
                2 => reader.ReadUInt32(),
                _ => throw reader.Malformed("A packet of unknown length is not accepted."),
            };
        }

        var offset = reader.Offset;
        return new((OpenPgpPacketType)type, reader.ReadMemory(length), offset);
    }
}
