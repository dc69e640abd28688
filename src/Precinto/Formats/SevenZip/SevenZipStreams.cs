using static Precinto.Formats.SevenZip.SevenZipProperty;

namespace Precinto.Formats.SevenZip;

/// <summary>The part of a 7z header that says where packed bytes lie, how folders of coders unpack them, and which members come out.</summary>
internal sealed class SevenZipStreams
{
    private readonly SevenZipFields _fields;

    private SevenZipStreams(SevenZipFields fields) => _fields = fields;

    public List<SevenZipFolder> Folders { get; private set; } = [];

    /// <summary>Where the first packed stream lies, from the start of the archive, and how many bytes all have.</summary>
    public long PackedOffset { get; private set; } = SevenZipHeader.SignatureSize;

    public long PackedSize { get; private set; }

    /// <summary>Reads the part, whose number is consumed.</summary>
    /// <param name="fields">The header.</param>
    /// <param name="archiveLength">Packed streams end before it.</param>
    /// <exception cref="MalformedModelException">It is broken, or holds what is not read.</exception>
    public static SevenZipStreams Read(SevenZipFields fields, long archiveLength)
    {
        SevenZipStreams streams = new(fields);
        streams.Read(archiveLength);
        return streams;
    }

    private void Read(long archiveLength)
    {
        List<long> packed = [];
        var property = _fields.Reader.ReadByte();
        if (property == PackInfo)
        {
            packed = ReadPackInfo(archiveLength);
            property = _fields.Reader.ReadByte();
        }

        if (property == UnpackInfo)
        {
            ReadFolders();
            property = _fields.Reader.ReadByte();
        }

        Place(packed);

        if (property == SubStreams)
        {
            ReadPieces();
            property = _fields.Reader.ReadByte();
        }
        else
        {
            Folders.ForEach(folder => folder.Pieces = [new(folder.Size, folder.Checksum)]);
        }

        if (property != End)
            throw _fields.Broken($"Streams are followed by {property}");
    }

    private List<long> ReadPackInfo(long archiveLength)
    {
        var start = _fields.ReadSize();
        var count = _fields.ReadCount();
        List<long> sizes = [];
        var property = _fields.Reader.ReadByte();
        if (property == Size)
        {
            while (sizes.Count < count)
                sizes.Add(_fields.ReadSize());
            property = _fields.Reader.ReadByte();
        }

        if (property == Checksums)
        {
            // Of packed bytes; nothing that writes archives states them.
            _fields.ReadChecksums(count);
            property = _fields.Reader.ReadByte();
        }

        PackedOffset = SevenZipHeader.SignatureSize + start;
        PackedSize = sizes.Sum();
        if (property != End || sizes.Count != count || PackedOffset > archiveLength || PackedSize > archiveLength - PackedOffset)
            throw _fields.Broken("Packed streams lie outside of the archive");
        return sizes;
    }

    private void ReadFolders()
    {
        _fields.Expect(Folder, "folders");
        var count = _fields.ReadCount();
        _fields.ExpectInside();
        List<SevenZipFolder> folders = [];
        while (folders.Count < count)
            folders.Add(ReadFolder());

        _fields.Expect(UnpackSizes, "sizes");
        foreach (var folder in folders)
            folder.Sizes = [.. Enumerable.Range(0, folder.Outputs).Select(_ => _fields.ReadSize())];
        var property = _fields.Reader.ReadByte();
        if (property == Checksums)
        {
            foreach (var (folder, checksum) in folders.Zip(_fields.ReadChecksums(count)))
                folder.Checksum = checksum;
            property = _fields.Reader.ReadByte();
        }

        if (property != End)
            throw _fields.Broken($"Folders are followed by {property}");
        Folders = folders;
    }

    private SevenZipFolder ReadFolder()
    {
        var count = _fields.ReadCount(MostCoders);
        List<(ulong Method, byte[] Properties)> coders = [];
        var (inputs, outputs) = (0, 0);
        while (coders.Count < count)
        {
            // Four bits for the length of the number, one each for several streams, for properties, and for what is reserved.
            var flags = _fields.Reader.ReadByte();
            if ((flags & 0xC0) != 0 || (flags & 0x0F) > sizeof(ulong))
                throw _fields.Broken("A coder is of an unknown kind");
            ulong method = 0;
            foreach (var digit in _fields.Reader.ReadSpan(flags & 0x0F))
                method = (method << 8) | digit;
            var isComplex = (flags & 0x10) != 0;
            inputs += isComplex ? _fields.ReadCount(MostCoders) : 1;
            outputs += isComplex ? _fields.ReadCount(MostCoders) : 1;
            coders.Add((method, (flags & 0x20) != 0 ? _fields.Reader.ReadBytes(_fields.ReadSize(), LongestProperties) : []));
        }

        if (outputs == 0 || inputs < outputs - 1)
            throw _fields.Broken("A folder has no stream that comes out");
        List<(int Input, int Output)> bonds = [];
        while (bonds.Count < outputs - 1)
            bonds.Add((_fields.ReadCount(inputs - 1), _fields.ReadCount(outputs - 1)));
        var packed = inputs - bonds.Count;
        for (var index = 0; packed > 1 && index < packed; index++)
            _fields.ReadCount(inputs - 1);
        var main = Enumerable.Range(0, outputs).FirstOrDefault(output => !bonds.Exists(bond => bond.Output == output), -1);
        return main < 0
            ? throw _fields.Broken("The coders of a folder go round in a circle")
            : new(coders, bonds, isSimple: inputs == count && outputs == count && packed == 1) { Outputs = outputs, PackedStreams = packed, MainOutput = main };
    }

    // Packed streams lie one behind the other, in the order of the folders.
    private void Place(List<long> packed)
    {
        var (index, offset) = (0, PackedOffset);
        foreach (var folder in Folders)
        {
            if (folder.PackedStreams > packed.Count - index)
                throw _fields.Broken("There are fewer packed streams than folders take");
            folder.PackedOffset = offset;
            folder.PackedSize = packed.Skip(index).Take(folder.PackedStreams).Sum();
            (index, offset) = (index + folder.PackedStreams, offset + folder.PackedSize);
        }

        if (index != packed.Count)
            throw _fields.Broken("There are more packed streams than folders take");
    }

    private void ReadPieces()
    {
        var counts = Folders.ConvertAll(_ => 1);
        var property = _fields.Reader.ReadByte();
        if (property == PieceCounts)
        {
            counts = Folders.ConvertAll(_ => _fields.ReadCount());
            if (counts.Sum(count => (long)count) > _fields.Limits.Entries)
                throw _fields.Broken($"The archive holds more than {_fields.Limits.Entries} members");
            property = _fields.Reader.ReadByte();
        }

        // The size of the last is what is left.
        List<List<long>> sizes = [];
        foreach (var (folder, count) in Folders.Zip(counts))
        {
            List<long> own = [];
            var left = folder.Size;
            while (property == Size && own.Count < count - 1)
            {
                own.Add(_fields.ReadSize());
                left -= own[^1];
            }

            if (left < 0 || own.Count < count - 1)
                throw _fields.Broken("Members are larger than the folder that they lie in");
            if (count > 0)
                own.Add(left);
            sizes.Add(own);
        }

        if (property == Size)
            property = _fields.Reader.ReadByte();

        var isStated = Folders.Zip(counts, (folder, count) => count == 1 && folder.Checksum is not null).ToList();
        var missing = isStated.Zip(counts, (stated, count) => stated ? 0 : count).Sum();
        Queue<uint?> checksums = new(property == Checksums ? _fields.ReadChecksums(missing) : Enumerable.Repeat((uint?)null, missing));
        for (var index = 0; index < Folders.Count; index++)
        {
            var folder = Folders[index];
            folder.Pieces = sizes[index].ConvertAll(size => new SevenZipPiece(size, isStated[index] ? folder.Checksum : checksums.Dequeue()));
        }

        if (property == Checksums)
            property = _fields.Reader.ReadByte();
        if (property != End)
            throw _fields.Broken($"Members' sizes are followed by {property}");
    }

    private const int MostCoders = 32;
    private const int LongestProperties = 256;
}
