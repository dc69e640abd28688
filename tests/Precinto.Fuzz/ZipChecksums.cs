using System.Buffers.Binary;
using Precinto.Formats.Zip;

namespace Precinto.Fuzz;

/// <summary>Puts the checksums of an archive right after its stored members were changed: otherwise a reader sees little but wrong checksums.</summary>
internal static class ZipChecksums
{
    /// <summary>Mends the members that are stored without compression; what is no archive, or a broken one, stays as it is.</summary>
    public static void Mend(byte[] bytes)
    {
        if (!bytes.AsSpan().StartsWith("PK"u8))
            return;

        for (var at = 0; (at = Next(bytes, at, 0x02014B50)) >= 0; at++)
        {
            if (at + CentralSize > bytes.Length)
                return;
            var central = bytes.AsSpan(at);
            var local = (long)BinaryPrimitives.ReadUInt32LittleEndian(central[42..]);
            var size = (long)BinaryPrimitives.ReadUInt32LittleEndian(central[20..]);
            if (BinaryPrimitives.ReadUInt16LittleEndian(central[10..]) != 0 || local + LocalSize > bytes.Length)
                continue;

            var header = bytes.AsSpan((int)local);
            var start = local + LocalSize + BinaryPrimitives.ReadUInt16LittleEndian(header[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
            if (start + size > bytes.Length)
                continue;

            var checksum = Crc32.Append(0, bytes.AsSpan((int)start, (int)size));
            BinaryPrimitives.WriteUInt32LittleEndian(central[16..], checksum);
            BinaryPrimitives.WriteUInt32LittleEndian(header[14..], checksum);
        }
    }

    private static int Next(byte[] bytes, int from, uint signature)
    {
        Span<byte> mark = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(mark, signature);
        var found = bytes.AsSpan(from).IndexOf(mark);
        return found < 0 ? -1 : from + found;
    }

    private const int CentralSize = 46;
    private const int LocalSize = 30;
}
