using System.Text;
using Precinto.Formats.Zip;

namespace Precinto.Tests.Formats.SevenZip;

/// <summary>A member of a 7z archive as a test wants it; null bytes for a folder or, with a mark, for something else that has none.</summary>
internal sealed record SevenZipMember(string Name, byte[]? Data)
{
    public bool IsEmptyFile { get; init; }

    public bool IsAnti { get; init; }

    public uint Attributes { get; init; }

    public uint? Checksum { get; init; }
}

/// <summary>Makes 7z archives with one folder of stored members, right or wrong; a packed folder is given as it is.</summary>
internal static class SevenZipForge
{
    public static byte[] Make(params SevenZipMember[] members) => Pack([1, 0], [.. members.SelectMany(member => member.Data ?? [])], null, members);

    /// <summary>An archive whose one folder has the coders and the packed bytes that are given.</summary>
    public static byte[] Pack(byte[] coder, byte[] packed, long[]? sizes, params SevenZipMember[] members)
    {
        var filled = members.Where(member => member.Data is not null).ToArray();
        List<byte> header = [1];
        if (filled.Length > 0)
        {
            header.AddRange([4, 6, 0, 1, 9, .. Number(packed.Length), 0]);
            header.AddRange([7, 11, 1, 0, .. coder, 12]);
            foreach (var size in sizes ?? [filled.Sum(member => (long)member.Data!.Length)])
                header.AddRange(Number(size));
            header.AddRange([0, 8, 13, .. Number(filled.Length), 9]);
            foreach (var member in filled[..^1])
                header.AddRange(Number(member.Data!.Length));
            header.AddRange([10, 1]);
            foreach (var member in filled)
                header.AddRange(BitConverter.GetBytes(member.Checksum ?? Crc32.Append(0, member.Data)));
            header.AddRange([0, 0]);
        }

        header.AddRange([5, .. Number(members.Length)]);
        if (filled.Length < members.Length)
        {
            Property(header, 14, Bits(members.Select(member => member.Data is null)));
            var empty = members.Where(member => member.Data is null).ToArray();
            Property(header, 15, Bits(empty.Select(member => member.IsEmptyFile)));
            Property(header, 16, Bits(empty.Select(member => member.IsAnti)));
        }

        Property(header, 17, [0, .. members.SelectMany(member => Encoding.Unicode.GetBytes(member.Name + "\0"))]);
        Property(header, 21, [1, 0, .. members.SelectMany(member => BitConverter.GetBytes(member.Attributes))]);
        header.AddRange([0, 0]);
        return Frame(packed, [.. header]);
    }

    /// <summary>Puts the mark before packed bytes and a header.</summary>
    public static byte[] Frame(byte[] packed, byte[] header)
    {
        byte[] place = [.. BitConverter.GetBytes((long)packed.Length), .. BitConverter.GetBytes((long)header.Length), .. BitConverter.GetBytes(Crc32.Append(0, header))];
        return [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, 0, 4, .. BitConverter.GetBytes(Crc32.Append(0, place)), .. place, .. packed, .. header];
    }

    /// <summary>A number in one byte or in nine: longer than need be, and as valid.</summary>
    public static byte[] Number(long value) => value < 0x80 ? [(byte)value] : [0xFF, .. BitConverter.GetBytes(value)];

    private static void Property(List<byte> header, byte kind, byte[] bytes) => header.AddRange([kind, .. Number(bytes.Length), .. bytes]);

    private static byte[] Bits(IEnumerable<bool> bits)
    {
        var all = bits.ToArray();
        var bytes = new byte[(all.Length + 7) / 8];
        for (var index = 0; index < all.Length; index++)
            bytes[index / 8] |= (byte)(all[index] ? 0x80 >> (index % 8) : 0);
        return bytes;
    }
}
