using System.Buffers.Binary;

namespace Precinto.Formats.Compression;

/// <summary>The checksum of xz: CRC-64 with the reflected polynomial of ECMA-182 (XZ file format 1.2.1, 6).</summary>
internal static class Crc64
{
    public static ulong Append(ulong crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            crc ^= BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            crc = Tables[0x700 + (int)(crc & 0xFF)] ^ Tables[0x600 + (int)((crc >> 8) & 0xFF)] ^ Tables[0x500 + (int)((crc >> 16) & 0xFF)]
                ^ Tables[0x400 + (int)((crc >> 24) & 0xFF)] ^ Tables[0x300 + (int)((crc >> 32) & 0xFF)] ^ Tables[0x200 + (int)((crc >> 40) & 0xFF)]
                ^ Tables[0x100 + (int)((crc >> 48) & 0xFF)] ^ Tables[(int)(crc >> 56)];
        }

        foreach (var value in bytes)
            crc = (crc >> 8) ^ Tables[(int)((crc ^ value) & 0xFF)];
        return ~crc;
    }

    private static ulong[] BuildTables()
    {
        var tables = new ulong[8 * 256];
        for (var index = 0; index < 256; index++)
        {
            var crc = (ulong)index;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xC96C5795D7870F42 : crc >> 1;
            tables[index] = crc;
        }

        for (var index = 256; index < tables.Length; index++)
            tables[index] = (tables[index - 256] >> 8) ^ tables[(int)(tables[index - 256] & 0xFF)];
        return tables;
    }

    private static readonly ulong[] Tables = BuildTables();
}
