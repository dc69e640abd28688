using System.IO.Compression;
using System.Text;

namespace Precinto.Tests.Shared;

/// <summary>A member as a test wants it; what is not set is right.</summary>
internal sealed record ForgedMember(string Name, byte[] Data)
{
    public string? LocalName { get; init; }

    public bool Deflate { get; init; }

    public ushort? Method { get; init; }

    public ushort Flags { get; init; }

    public uint? Crc { get; init; }

    public uint? Size { get; init; }

    public byte[] Behind { get; init; } = [];

    public uint? HeaderOffset { get; init; }

    public uint ExternalAttributes { get; init; }

    /// <summary>Extra fields of the central header.</summary>
    public byte[] Extra { get; init; } = [];

    public bool IsListed { get; init; } = true;
}

/// <summary>Makes zip archives, right or wrong.</summary>
internal static class ZipForge
{
    public static byte[] Make(params ForgedMember[] members) => MakeBehind([], members);

    /// <summary>An archive behind other bytes, whose offsets count from their start.</summary>
    public static byte[] MakeBehind(byte[] prefix, params ForgedMember[] members)
    {
        MemoryStream output = new();
        using BinaryWriter writer = new(output);
        writer.Write(prefix);
        MemoryStream directory = new();
        using BinaryWriter central = new(directory);
        var listed = 0;
        // Tests of bombs pass one large array many times.
        Dictionary<byte[], uint> checksums = new(ReferenceEqualityComparer.Instance);
        Dictionary<byte[], byte[]> deflated = new(ReferenceEqualityComparer.Instance);
        foreach (var member in members)
        {
            if (!checksums.TryGetValue(member.Data, out var checksum))
                checksums.Add(member.Data, checksum = Crc(member.Data));
            var data = member.Data;
            if (member.Deflate && !deflated.TryGetValue(member.Data, out data))
                deflated.Add(member.Data, data = Deflate(member.Data));
            var method = member.Method ?? (ushort)(member.Deflate ? 8 : 0);
            var crc = member.Crc ?? checksum;
            var size = member.Size ?? (uint)member.Data.Length;
            var name = Encoding.UTF8.GetBytes(member.Name);
            var localName = Encoding.UTF8.GetBytes(member.LocalName ?? member.Name);
            var header = member.HeaderOffset ?? (uint)output.Position;

            writer.Write(0x04034B50u);
            WriteCommon(writer, member.Flags, method, crc, (uint)(data.Length + (member.Deflate ? member.Behind.Length : 0)), size, localName);
            writer.Write((ushort)0);
            writer.Write(localName);
            writer.Write(data);
            writer.Write(member.Behind);

            if (!member.IsListed)
                continue;
            listed++;
            central.Write(0x02014B50u);
            central.Write((ushort)20);
            WriteCommon(central, member.Flags, method, crc, (uint)(data.Length + (member.Deflate ? member.Behind.Length : 0)), size, name);
            central.Write((ushort)member.Extra.Length);
            central.Write((ushort)0);
            central.Write(0u);
            central.Write(member.ExternalAttributes);
            central.Write(header);
            central.Write(name);
            central.Write(member.Extra);
        }

        var start = (uint)output.Position;
        writer.Write(directory.ToArray());
        writer.Write(0x06054B50u);
        writer.Write(0u);
        writer.Write((ushort)listed);
        writer.Write((ushort)listed);
        writer.Write((uint)directory.Length);
        writer.Write(start);
        writer.Write((ushort)0);
        return output.ToArray();
    }

    public static uint Crc(byte[] data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }

    private static void WriteCommon(BinaryWriter writer, ushort flags, ushort method, uint crc, uint compressed, uint size, byte[] name)
    {
        writer.Write((ushort)20);
        writer.Write(flags);
        writer.Write(method);
        writer.Write(0x00210000u);
        writer.Write(crc);
        writer.Write(compressed);
        writer.Write(size);
        writer.Write((ushort)name.Length);
    }

    private static byte[] Deflate(byte[] data)
    {
        MemoryStream output = new();
        using (DeflateStream stream = new(output, CompressionLevel.Optimal))
            stream.Write(data);
        return output.ToArray();
    }
}
