using System.Text;
using Precinto.Inspection;
using static Precinto.Formats.SevenZip.SevenZipProperty;

namespace Precinto.Formats.SevenZip;

/// <summary>
/// The header of a 7z archive (7-Zip, DOC/7zFormat.txt): properties, each a number and what belongs to it, closed by zero.
/// Where the packed bytes lie, how folders of streams are decoded, and what the members are called.
/// </summary>
internal sealed class SevenZipHeader
{
    private readonly SevenZipFields _fields;

    private SevenZipHeader(SevenZipFields fields) => _fields = fields;

    /// <summary>Where packed bytes lie and how they are unpacked; null for an archive of folders and empty files.</summary>
    public SevenZipStreams? Streams { get; private set; }

    public List<SevenZipEntry> Entries { get; } = [];

    /// <summary>Whether the header proper is packed itself, in the one folder.</summary>
    public bool IsPacked { get; private set; }

    /// <summary>Reads a header to its end.</summary>
    /// <param name="reader">The bytes of the header and no others.</param>
    /// <param name="archiveLength">Packed streams end before it.</param>
    /// <param name="limits">How many members are read.</param>
    /// <exception cref="MalformedModelException">The header is broken, or holds what is not read.</exception>
    public static SevenZipHeader Read(BoundedReader reader, long archiveLength, InspectionLimits limits)
    {
        SevenZipFields fields = new(reader, limits);
        SevenZipHeader header = new(fields);
        var kind = reader.ReadByte();
        header.IsPacked = kind == EncodedHeader;
        if (header.IsPacked)
            header.Streams = SevenZipStreams.Read(fields, archiveLength);
        else if (kind == Header)
            header.ReadParts(archiveLength);
        else
            throw fields.Broken($"A header begins with {kind}");

        return reader.IsAtEnd ? header : throw fields.Broken("Something follows the header");
    }

    private void ReadParts(long archiveLength)
    {
        for (var property = _fields.Reader.ReadByte(); property != End; property = _fields.Reader.ReadByte())
        {
            switch (property)
            {
                case ArchiveProperties:
                    while (_fields.Reader.ReadByte() != End)
                        _fields.Reader.Skip(_fields.ReadSize());
                    break;
                case MainStreams:
                    Streams = Streams is null ? SevenZipStreams.Read(_fields, archiveLength) : throw _fields.Broken("Streams are described twice");
                    break;
                case FilesInfo:
                    ReadFiles();
                    break;
                default:
                    throw _fields.Broken($"The header holds {property}");
            }
        }
    }

    private void ReadFiles()
    {
        var count = _fields.ReadCount();
        if (Entries.Count > 0 || count > _fields.Reader.Remaining / sizeof(char))
            throw _fields.Broken($"Names {count} members");

        bool[] empty = new bool[count];
        bool[] emptyFiles = [];
        bool[] anti = [];
        uint[] attributes = [];
        for (var property = _fields.Reader.ReadByte(); property != End; property = _fields.Reader.ReadByte())
        {
            var size = _fields.ReadSize();
            var start = _fields.Reader.Position;
            switch (property)
            {
                case EmptyStreams:
                    empty = _fields.ReadBits(count);
                    break;
                case EmptyFiles:
                    emptyFiles = _fields.ReadBits(empty.Count(isEmpty => isEmpty));
                    break;
                case AntiItems:
                    anti = _fields.ReadBits(empty.Count(isEmpty => isEmpty));
                    break;
                case Names:
                    ReadNames(count, size);
                    break;
                case Attributes:
                    attributes = ReadAttributes(count);
                    break;
                default:
                    // Times, the places of icons, and filling.
                    _fields.Reader.Skip(size);
                    break;
            }

            if (_fields.Reader.Position - start != size)
                throw _fields.Broken($"Property {property} of the members declares {size} bytes");
        }

        if (Entries.Count != count)
            throw _fields.Broken("Members have no names");
        for (var (index, ordinal) = (0, 0); index < count; index++)
        {
            var entry = Entries[index];
            entry.HasBytes = !empty[index];
            entry.Attributes = index < attributes.Length ? attributes[index] : 0;
            if (entry.HasBytes)
                continue;
            entry.IsFolder = ordinal >= emptyFiles.Length || !emptyFiles[ordinal];
            entry.IsAnti = ordinal < anti.Length && anti[ordinal];
            ordinal++;
        }
    }

    private void ReadNames(int count, long size)
    {
        _fields.ExpectInside();
        // UTF-16 in little-endian order, each name closed by zero.
        var bytes = _fields.Reader.ReadBytes(size - 1, _fields.Limits.JsonBytes).AsSpan();
        while (bytes.Length >= sizeof(char) && Entries.Count < count)
        {
            var length = 0;
            while (length + 1 < bytes.Length && (bytes[length] | bytes[length + 1]) != 0)
                length += sizeof(char);
            if (length + 1 >= bytes.Length)
                break;
            Entries.Add(new(Encoding.Unicode.GetString(bytes[..length])));
            bytes = bytes[(length + sizeof(char))..];
        }

        if (Entries.Count != count || !bytes.IsEmpty)
            throw _fields.Broken("The names of the members are broken");
    }

    private uint[] ReadAttributes(int count)
    {
        var defined = _fields.ReadDefined(count);
        _fields.ExpectInside();
        return Array.ConvertAll(defined, isDefined => isDefined ? _fields.Reader.ReadUInt32() : 0);
    }

    /// <summary>How many bytes lie before the first packed stream: mark, version, and where the header is.</summary>
    public const int SignatureSize = 32;
}
