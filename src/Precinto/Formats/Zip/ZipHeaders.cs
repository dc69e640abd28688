using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Zip;

/// <summary>The two headers of a member: the central one, and the local one that streaming readers believe instead.</summary>
internal static class ZipHeaders
{
    /// <summary>Reads the next central header (APPNOTE 4.3.12).</summary>
    public static ZipEntry ReadCentral(BoundedReader reader, long shift)
    {
        var at = reader.Position;
        var fixedPart = reader.ReadSpan(46);
        if (!fixedPart.StartsWith(ZipDirectory.CentralMark))
            throw new MalformedModelException(at, "A header of the zip directory lacks its mark.");

        var flags = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[8..]);
        var method = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[10..]);
        var crc = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[16..]);
        long compressed = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[20..]);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[24..]);
        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[28..]);
        int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[30..]);
        int commentLength = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[32..]);
        var attributes = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[38..]);
        long header = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[42..]);

        var name = reader.ReadSpan(nameLength).ToArray();
        var extra = reader.ReadSpan(extraLength);
        ReadWide(ZipExtra.Wide(extra), at, ref size, ref compressed, ref header);
        var fields = ZipExtra.Read(extra);
        reader.Skip(commentLength);

        return new()
        {
            Name = Decode(name),
            RawName = name,
            Flags = flags,
            Method = method,
            Crc = crc,
            CompressedSize = compressed,
            Size = size,
            HeaderOffset = header + shift,
            DirectoryOffset = at,
            ExternalAttributes = attributes,
            Extra = fields,
        };
    }

    /// <summary>Reads a member's local header (APPNOTE 4.3.7), compares it with the central one and sets where the member lies.</summary>
    public static void ReadLocal(ModelContent content, ZipEntry entry, long directoryStart, InspectionContext context)
    {
        if (entry.HeaderOffset < 0 || entry.HeaderOffset > directoryStart - 30)
            throw new MalformedModelException(entry.DirectoryOffset, $"The local header of '{entry.Name}' lies outside of the archive.");

        BoundedReader reader = new(content, entry.HeaderOffset, directoryStart - entry.HeaderOffset);
        var fixedPart = reader.ReadSpan(30);
        if (!fixedPart.StartsWith(ZipDirectory.LocalMark))
            throw new MalformedModelException(entry.HeaderOffset, $"The local header of '{entry.Name}' lacks its mark.");

        var flags = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[6..]);
        var method = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[8..]);
        var crc = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[14..]);
        long compressed = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[18..]);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[22..]);
        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[26..]);
        int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[28..]);
        var name = reader.ReadSpan(nameLength).ToArray();
        var extra = reader.ReadSpan(extraLength);
        var isWide = compressed == uint.MaxValue || size == uint.MaxValue;
        long ignored = 0;
        ReadWide(ZipExtra.Wide(extra), entry.HeaderOffset, ref size, ref compressed, ref ignored);
        var fields = ZipExtra.Read(extra);
        entry.DataOffset = reader.Position;

        if (!name.AsSpan().SequenceEqual(entry.RawName))
            context.Add(ZipRules.NamesDiffer, $"The directory names it '{entry.Name}', its local header '{Decode(name)}'.", entry.HeaderOffset);
        NoticeExtra(entry, entry.Extra, entry.DirectoryOffset, context);
        NoticeExtra(entry, fields, entry.HeaderOffset, context);

        // With a descriptor behind the data the local sizes and checksum may be zero; whatever else is stated must agree.
        var agrees = method == entry.Method && (flags & 0x2069) == (entry.Flags & 0x2069)
            && (compressed == entry.CompressedSize || (entry.HasDescriptor && compressed == 0))
            && (size == entry.Size || (entry.HasDescriptor && size == 0))
            && (crc == entry.Crc || (entry.HasDescriptor && crc == 0));
        if (!agrees)
            context.Add(ZipRules.HeadersDiffer, $"The local header of '{entry.Name}' states another method, flag, size or checksum than the directory.", entry.HeaderOffset);
        if (entry.CompressedSize > directoryStart - entry.DataOffset)
            throw new MalformedModelException(entry.DirectoryOffset, $"'{entry.Name}' declares {entry.CompressedSize} bytes where {directoryStart - entry.DataOffset} are left.");

        entry.End = entry.DataOffset + entry.CompressedSize;
        if (entry.HasDescriptor)
            entry.End += DescriptorLength(content, entry, directoryStart, isWide);
    }

    private static void NoticeExtra(ZipEntry entry, ZipExtra extra, long offset, InspectionContext context)
    {
        foreach (var other in extra.Names.Where(other => other != entry.Name))
            context.Add(ZipRules.NamesDiffer, $"The directory names it '{entry.Name}' and, in an extra field, '{other}'.", offset);
        if (extra.IsBroken)
            context.Add(ZipRules.HeadersDiffer, $"The extra fields of '{entry.Name}' are broken, or one of them occurs twice.", offset);
    }

    internal static string Decode(ReadOnlySpan<byte> name) =>
        Utf8.IsValid(name) ? Encoding.UTF8.GetString(name) : Encoding.Latin1.GetString(name);

    // The mark is optional and the sizes have 4 or 8 bytes (APPNOTE 4.3.9): whichever form agrees with the directory counts.
    private static long DescriptorLength(ModelContent content, ZipEntry entry, long limit, bool isWide)
    {
        Span<byte> bytes = stackalloc byte[24];
        var read = content.Read(entry.End, bytes[..(int)Math.Min(24, limit - entry.End)]);
        var marked = read >= 16 && bytes.StartsWith("PK\u0007\u0008"u8) && BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) == entry.Crc;
        var mark = marked ? 4 : 0;
        if (read < mark + 12 || BinaryPrimitives.ReadUInt32LittleEndian(bytes[mark..]) != entry.Crc)
            return 0;

        var sizes = bytes[(mark + 4)..];
        if (read >= mark + 20 && BinaryPrimitives.ReadUInt64LittleEndian(sizes) == (ulong)entry.CompressedSize
            && BinaryPrimitives.ReadUInt64LittleEndian(sizes[8..]) == (ulong)entry.Size && (isWide || entry.Size != 0 || entry.CompressedSize != 0))
            return mark + 20;
        return BinaryPrimitives.ReadUInt32LittleEndian(sizes) == unchecked((uint)entry.CompressedSize) ? mark + 12 : 0;
    }

    // Zip64 (APPNOTE 4.5.3): holds, in this order, only those numbers that the header leaves open.
    private static void ReadWide(ReadOnlySpan<byte> field, long at, ref long size, ref long compressed, ref long header)
    {
        if (size == uint.MaxValue)
            size = Take(ref field, at);
        if (compressed == uint.MaxValue)
            compressed = Take(ref field, at);
        if (header == uint.MaxValue)
            header = Take(ref field, at);
    }

    private static long Take(ref ReadOnlySpan<byte> field, long at)
    {
        if (field.Length < 8)
            throw new MalformedModelException(at, "A header leaves a number to a Zip64 field that lacks it.");
        var value = BinaryPrimitives.ReadUInt64LittleEndian(field);
        field = field[8..];
        return value <= long.MaxValue / 4 ? (long)value : throw new MalformedModelException(at, $"A header states the number {value}.");
    }
}
