using System.Buffers.Binary;
using System.Text;
using Precinto.Inspection;

namespace Precinto.Formats.SevenZip;

/// <summary>
/// The header of a 7z archive (7-Zip, DOC/7zFormat.txt): properties, each a number and what belongs to it, closed by zero.
/// Where the packed bytes lie, how folders of streams are decoded, and what the members are called.
/// </summary>
internal sealed class SevenZipHeader
{
    private readonly BoundedReader _reader;
    private readonly InspectionLimits _limits;

    private SevenZipHeader(BoundedReader reader, InspectionLimits limits)
    {
        _reader = reader;
        _limits = limits;
    }

    public List<SevenZipFolder> Folders { get; private set; } = [];

    public List<SevenZipEntry> Entries { get; } = [];

    /// <summary>Where the first packed stream lies, from the start of the archive, and how many bytes all have.</summary>
    public long PackedOffset { get; private set; } = SignatureSize;

    public long PackedSize { get; private set; }

    /// <summary>Whether the header proper is packed itself, in the one folder.</summary>
    public bool IsPacked { get; private set; }

    /// <summary>Reads a header to its end.</summary>
    /// <param name="reader">The bytes of the header and no others.</param>
    /// <param name="archiveLength">Packed streams end before it.</param>
    /// <param name="limits">How many members are read.</param>
    /// <exception cref="MalformedModelException">The header is broken, or holds what is not read.</exception>
    public static SevenZipHeader Read(BoundedReader reader, long archiveLength, InspectionLimits limits)
    {
        SevenZipHeader header = new(reader, limits);
        var kind = reader.ReadByte();
        header.IsPacked = kind == EncodedHeader;
        if (header.IsPacked)
            header.ReadStreams(archiveLength);
        else if (kind == Header)
            header.ReadParts(archiveLength);
        else
            throw header.Broken($"A header begins with {kind}");

        return reader.IsAtEnd ? header : throw header.Broken("Something follows the header");
    }

    private void ReadParts(long archiveLength)
    {
        for (var property = _reader.ReadByte(); property != End; property = _reader.ReadByte())
        {
            switch (property)
            {
                case ArchiveProperties:
                    while (_reader.ReadByte() != End)
                        _reader.Skip(ReadSize());
                    break;
                case MainStreams:
                    ReadStreams(archiveLength);
                    break;
                case FilesInfo:
                    ReadFiles();
                    break;
                default:
                    throw Broken($"The header holds {property}");
            }
        }
    }

    private void ReadStreams(long archiveLength)
    {
        if (Folders.Count > 0)
            throw Broken("Streams are described twice");

        List<long> packed = [];
        var property = _reader.ReadByte();
        if (property == PackInfo)
        {
            packed = ReadPackInfo(archiveLength);
            property = _reader.ReadByte();
        }

        if (property == UnpackInfo)
        {
            ReadFolders();
            Place(packed);
            property = _reader.ReadByte();
        }

        if (property == SubStreams)
        {
            ReadPieces();
            property = _reader.ReadByte();
        }
        else
        {
            Folders.ForEach(folder => folder.Pieces = [new(folder.Size, folder.Checksum)]);
        }

        if (property != End)
            throw Broken($"Streams are followed by {property}");
    }

    private List<long> ReadPackInfo(long archiveLength)
    {
        var start = ReadSize();
        var count = ReadCount();
        List<long> sizes = [];
        var property = _reader.ReadByte();
        if (property == Size)
        {
            while (sizes.Count < count)
                sizes.Add(ReadSize());
            property = _reader.ReadByte();
        }

        if (property == Checksums)
        {
            // Of packed bytes; nothing that writes archives states them.
            ReadChecksums(count);
            property = _reader.ReadByte();
        }

        PackedOffset = SignatureSize + start;
        PackedSize = sizes.Sum();
        if (property != End || sizes.Count != count || PackedOffset > archiveLength || PackedSize > archiveLength - PackedOffset)
            throw Broken("Packed streams lie outside of the archive");
        return sizes;
    }

    private void ReadFolders()
    {
        Expect(Folder, "folders");
        var count = ReadCount();
        ExpectInside();
        List<SevenZipFolder> folders = [];
        while (folders.Count < count)
            folders.Add(ReadFolder());

        Expect(UnpackSizes, "sizes");
        foreach (var folder in folders)
            folder.Sizes = [.. Enumerable.Range(0, folder.Outputs).Select(_ => ReadSize())];
        var property = _reader.ReadByte();
        if (property == Checksums)
        {
            foreach (var (folder, checksum) in folders.Zip(ReadChecksums(count)))
                folder.Checksum = checksum;
            property = _reader.ReadByte();
        }

        if (property != End)
            throw Broken($"Folders are followed by {property}");
        Folders = folders;
    }

    private SevenZipFolder ReadFolder()
    {
        var count = ReadCount(MostCoders);
        List<(ulong Method, byte[] Properties)> coders = [];
        var (inputs, outputs) = (0, 0);
        while (coders.Count < count)
        {
            // Four bits for the length of the number, one each for several streams, for properties, and for what is reserved.
            var flags = _reader.ReadByte();
            if ((flags & 0xC0) != 0 || (flags & 0x0F) > sizeof(ulong))
                throw Broken("A coder is of an unknown kind");
            ulong method = 0;
            foreach (var digit in _reader.ReadSpan(flags & 0x0F))
                method = (method << 8) | digit;
            var isComplex = (flags & 0x10) != 0;
            inputs += isComplex ? ReadCount(MostCoders) : 1;
            outputs += isComplex ? ReadCount(MostCoders) : 1;
            coders.Add((method, (flags & 0x20) != 0 ? _reader.ReadBytes(ReadSize(), LongestProperties) : []));
        }

        if (outputs == 0 || inputs < outputs - 1)
            throw Broken("A folder has no stream that comes out");
        List<(int Input, int Output)> bonds = [];
        while (bonds.Count < outputs - 1)
            bonds.Add((ReadCount(inputs - 1), ReadCount(outputs - 1)));
        var packed = inputs - bonds.Count;
        for (var index = 0; packed > 1 && index < packed; index++)
            ReadCount(inputs - 1);
        var main = Enumerable.Range(0, outputs).FirstOrDefault(output => !bonds.Exists(bond => bond.Output == output), -1);
        return main < 0
            ? throw Broken("The coders of a folder go round in a circle")
            : new(coders, bonds, isSimple: inputs == count && outputs == count && packed == 1) { Outputs = outputs, PackedStreams = packed, MainOutput = main };
    }

    // Packed streams lie one behind the other, in the order of the folders.
    private void Place(List<long> packed)
    {
        var (index, offset) = (0, PackedOffset);
        foreach (var folder in Folders)
        {
            if (folder.PackedStreams > packed.Count - index)
                throw Broken("There are fewer packed streams than folders take");
            folder.PackedOffset = offset;
            folder.PackedSize = packed.Skip(index).Take(folder.PackedStreams).Sum();
            (index, offset) = (index + folder.PackedStreams, offset + folder.PackedSize);
        }

        if (index != packed.Count)
            throw Broken("There are more packed streams than folders take");
    }

    private void ReadPieces()
    {
        var counts = Folders.ConvertAll(_ => 1);
        var property = _reader.ReadByte();
        if (property == PieceCounts)
        {
            counts = Folders.ConvertAll(_ => ReadCount());
            if (counts.Sum(count => (long)count) > _limits.Entries)
                throw Broken($"The archive holds more than {_limits.Entries} members");
            property = _reader.ReadByte();
        }

        // The size of the last is what is left.
        List<List<long>> sizes = [];
        foreach (var (folder, count) in Folders.Zip(counts))
        {
            List<long> own = [];
            var left = folder.Size;
            while (property == Size && own.Count < count - 1)
            {
                own.Add(ReadSize());
                left -= own[^1];
            }

            if (left < 0 || own.Count < count - 1)
                throw Broken("Members are larger than the folder that they lie in");
            if (count > 0)
                own.Add(left);
            sizes.Add(own);
        }

        if (property == Size)
            property = _reader.ReadByte();

        var isStated = Folders.Zip(counts, (folder, count) => count == 1 && folder.Checksum is not null).ToList();
        var missing = isStated.Zip(counts, (stated, count) => stated ? 0 : count).Sum();
        Queue<uint?> checksums = new(property == Checksums ? ReadChecksums(missing) : Enumerable.Repeat((uint?)null, missing));
        for (var index = 0; index < Folders.Count; index++)
        {
            var folder = Folders[index];
            folder.Pieces = sizes[index].ConvertAll(size => new SevenZipPiece(size, isStated[index] ? folder.Checksum : checksums.Dequeue()));
        }

        while (property != End)
        {
            if (property != Checksums)
                throw Broken($"Members' sizes are followed by {property}");
            property = _reader.ReadByte();
        }
    }

    private void ReadFiles()
    {
        var count = ReadCount();
        if (Entries.Count > 0 || count > _reader.Remaining / sizeof(char))
            throw Broken($"Names {count} members");

        bool[] empty = new bool[count];
        bool[] emptyFiles = [];
        bool[] anti = [];
        uint[] attributes = [];
        for (var property = _reader.ReadByte(); property != End; property = _reader.ReadByte())
        {
            var size = ReadSize();
            var start = _reader.Position;
            switch (property)
            {
                case EmptyStreams:
                    empty = ReadBits(count);
                    break;
                case EmptyFiles:
                    emptyFiles = ReadBits(empty.Count(isEmpty => isEmpty));
                    break;
                case AntiItems:
                    anti = ReadBits(empty.Count(isEmpty => isEmpty));
                    break;
                case Names:
                    ReadNames(count, size);
                    break;
                case Attributes:
                    attributes = ReadAttributes(count);
                    break;
                default:
                    // Times, the places of icons, and filling.
                    _reader.Skip(size);
                    break;
            }

            if (_reader.Position - start != size)
                throw Broken($"Property {property} of the members declares {size} bytes");
        }

        if (Entries.Count != count)
            throw Broken("Members have no names");
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
        ExpectInside();
        // UTF-16 in little-endian order, each name closed by zero.
        var bytes = _reader.ReadBytes(size - 1, _limits.JsonBytes).AsSpan();
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
            throw Broken("The names of the members are broken");
    }

    private uint[] ReadAttributes(int count)
    {
        var defined = ReadDefined(count);
        ExpectInside();
        return Array.ConvertAll(defined, isDefined => isDefined ? _reader.ReadUInt32() : 0);
    }

    private uint?[] ReadChecksums(int count) => Array.ConvertAll(ReadDefined(count), isDefined => isDefined ? _reader.ReadUInt32() : (uint?)null);

    private bool[] ReadDefined(int count)
    {
        if (_reader.ReadByte() == 0)
            return ReadBits(count);
        if (count > _reader.Remaining)
            throw Broken("More is declared than the header can hold");
        var all = new bool[count];
        Array.Fill(all, true);
        return all;
    }

    private bool[] ReadBits(int count)
    {
        var bytes = _reader.ReadBytes((count + 7) / 8, _limits.Entries);
        var bits = new bool[count];
        for (var index = 0; index < count; index++)
            bits[index] = (bytes[index / 8] & (0x80 >> (index % 8))) != 0;
        return bits;
    }

    private void Expect(byte property, string what)
    {
        if (_reader.ReadByte() != property)
            throw Broken($"The {what} are missing");
    }

    // A byte other than zero says that what follows lies in another stream, which nothing writes.
    private void ExpectInside()
    {
        if (_reader.ReadByte() != 0)
            throw Broken("A part of the header lies elsewhere");
    }

    private int ReadCount() => ReadCount(_limits.Entries);

    private int ReadCount(int most) =>
        ReadNumber() is var count && count <= (ulong)most ? (int)count : throw Broken($"Declares {count} where at most {most} are read");

    private long ReadSize() => ReadNumber() is var size && size <= long.MaxValue / 1_000_000 ? (long)size : throw Broken($"Declares a size of {size}");

    // As many more bytes as the first has leading ones; what is left of it are the highest bits.
    private ulong ReadNumber()
    {
        var first = _reader.ReadByte();
        ulong value = 0;
        for (var index = 0; index < sizeof(ulong); index++)
        {
            var mask = 0x80 >> index;
            if ((first & mask) == 0)
                return value | ((ulong)(first & (mask - 1)) << (8 * index));
            value |= (ulong)_reader.ReadByte() << (8 * index);
        }

        return value;
    }

    private MalformedModelException Broken(string what) => new(_reader.Position, what + ".");

    public const int SignatureSize = 32;

    private const byte End = 0x00;
    private const byte Header = 0x01;
    private const byte ArchiveProperties = 0x02;
    private const byte MainStreams = 0x04;
    private const byte FilesInfo = 0x05;
    private const byte PackInfo = 0x06;
    private const byte UnpackInfo = 0x07;
    private const byte SubStreams = 0x08;
    private const byte Size = 0x09;
    private const byte Checksums = 0x0A;
    private const byte Folder = 0x0B;
    private const byte UnpackSizes = 0x0C;
    private const byte PieceCounts = 0x0D;
    private const byte EmptyStreams = 0x0E;
    private const byte EmptyFiles = 0x0F;
    private const byte AntiItems = 0x10;
    private const byte Names = 0x11;
    private const byte Attributes = 0x15;
    private const byte EncodedHeader = 0x17;
    private const int MostCoders = 32;
    private const int LongestProperties = 256;
}
