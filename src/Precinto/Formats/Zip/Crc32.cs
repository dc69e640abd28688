using Precinto.Files;

namespace Precinto.Formats.Zip;

/// <summary>The checksum of zip members: CRC-32 with the reflected polynomial EDB88320 (APPNOTE 6.3.10, 4.4.7). It finds accidents, never attacks.</summary>
internal static class Crc32
{
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        while (bytes.Length >= 4)
        {
            crc ^= bytes[0] | (uint)bytes[1] << 8 | (uint)bytes[2] << 16 | (uint)bytes[3] << 24;
            crc = Tables[768 + (crc & 0xFF)] ^ Tables[512 + ((crc >> 8) & 0xFF)] ^ Tables[256 + ((crc >> 16) & 0xFF)] ^ Tables[crc >> 24];
            bytes = bytes[4..];
        }

        foreach (var value in bytes)
            crc = (crc >> 8) ^ Tables[(crc ^ value) & 0xFF];
        return ~crc;
    }

    /// <summary>The checksum of all bytes of a member.</summary>
    public static uint Compute(ModelContent content, CancellationToken cancellation)
    {
        var buffer = new byte[(int)Math.Clamp(content.Length, 1, BoundedReader.WindowSize)];
        uint crc = 0;
        for (long position = 0; position < content.Length;)
        {
            cancellation.ThrowIfCancellationRequested();
            var read = content.Read(position, buffer);
            crc = Append(crc, buffer.AsSpan(0, read));
            position += read;
        }

        return crc;
    }

    private static uint[] BuildTables()
    {
        var tables = new uint[4 * 256];
        for (var index = 0U; index < 256; index++)
        {
            var crc = index;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            tables[index] = crc;
        }

        for (var index = 256; index < tables.Length; index++)
            tables[index] = (tables[index - 256] >> 8) ^ tables[tables[index - 256] & 0xFF];
        return tables;
    }

    private static readonly uint[] Tables = BuildTables();
}
