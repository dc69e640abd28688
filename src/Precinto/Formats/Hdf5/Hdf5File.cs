using Precinto.Files;

namespace Precinto.Formats.Hdf5;

/// <summary>
/// A file by its superblock (HDF5 File Format Specification 3.0, II.A, versions 0 to 3), and the reading of its blocks.
/// What is read in all is bounded by the file's size, so that blocks that lie over each other cost no more than blocks that do not.
/// </summary>
internal sealed class Hdf5File
{
    private readonly ModelContent _content;
    private readonly Dictionary<long, Dictionary<long, ReadOnlyMemory<byte>>> _globalHeaps = [];
    private long _held;
    private long _budget;

    private Hdf5File(ModelContent content, long start)
    {
        _content = content;
        Base = start;
        _budget = checked((content.Length * 4) + (1 << 20));
    }

    /// <summary>Where the superblock is; addresses count from the base address that it states.</summary>
    public long Base { get; private set; }

    /// <summary>The bytes before the superblock, which HDF5 leaves to the user.</summary>
    public long UserBlock { get; private init; }

    public int OffsetSize { get; private set; }

    public int LengthSize { get; private set; }

    public long Root { get; private set; }

    /// <summary>The symbol table of the root that the superblock repeats, or null.</summary>
    public (long Tree, long Heap)? RootTable { get; private set; }

    /// <summary>Where the file says that it ends.</summary>
    public long End { get; private set; }

    /// <summary>Whether the file is one of several, as drivers for families and split files write them.</summary>
    public bool HasDriver { get; private set; }

    /// <summary>The object that extends the superblock, or null.</summary>
    public long? Extension { get; private set; }

    public long ContentLength => _content.Length;

    /// <summary>Where the superblock is: at 0, 512, 1024 and so on, doubling; -1 for none.</summary>
    public static long Find(ReadOnlySpan<byte> head, ModelContent content)
    {
        if (head.StartsWith(Mark))
            return 0;

        Span<byte> mark = stackalloc byte[8];
        for (long start = 512; start <= LastStart && start + 8 <= content.Length; start *= 2)
        {
            content.Read(start, mark);
            if (mark.SequenceEqual(Mark))
                return start;
        }

        return -1;
    }

    public static Hdf5File Open(ModelContent content, long start)
    {
        Hdf5File file = new(content, start) { UserBlock = start };
        var bytes = new byte[(int)Math.Min(SuperblockSize, content.Length - start)];
        content.Read(start, bytes);
        Hdf5Cursor cursor = new(bytes, start);
        cursor.Expect(Mark);
        var version = cursor.Byte();
        if (version <= 1)
            file.ReadOld(ref cursor, version);
        else if (version <= 3)
            file.ReadNew(ref cursor, bytes);
        else
            throw new MalformedModelException(start + 8, $"The superblock has version {version}.");
        return file;
    }

    /// <summary>Bytes at an address; each read is paid for.</summary>
    public byte[] Read(long address, long length)
    {
        if (address < 0 || length < 0 || length > _content.Length || address > _content.Length - length - Base)
            throw new MalformedModelException(Math.Max(0, Math.Min(address, _content.Length)), $"Points to {length} bytes at {address}, outside of the file.");
        _budget -= length + 64;
        if (_budget < 0)
            throw new MalformedModelException(Base + address, "Blocks of the file are read again and again.");
        if (length > LargestBlock)
            throw new MalformedModelException(Base + address, $"A block has {length} bytes; at most {LargestBlock} are read.");

        var bytes = new byte[(int)length];
        _content.Read(Base + address, bytes);
        return bytes;
    }

    /// <summary>Whether bytes that are not read lie in the file.</summary>
    public bool Holds(long address, long length) => length >= 0 && length <= _content.Length - Base && address >= 0 && address <= _content.Length - Base - length;

    /// <summary>An object in a global heap (III.E), where values of variable length are.</summary>
    public ReadOnlyMemory<byte> ReadGlobal(long address, long index)
    {
        if (!_globalHeaps.TryGetValue(address, out var heap))
        {
            // What is read once more is paid for once more.
            if (_held > MostHeld)
            {
                _globalHeaps.Clear();
                _held = 0;
            }

            heap = ReadHeap(address);
            _globalHeaps.Add(address, heap);
        }

        return heap.TryGetValue(index, out var value) ? value : throw new MalformedModelException(Base + address, $"The heap has no object {index}.");
    }

    internal static ReadOnlySpan<byte> Mark => [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A];

    private Dictionary<long, ReadOnlyMemory<byte>> ReadHeap(long address)
    {
        var head = Read(address, 8 + LengthSize);
        Hdf5Cursor start = new(head, Base + address);
        start.Expect("GCOL"u8);
        start.Skip(4);
        var heap = Read(address, start.Length(LengthSize));
        _held += heap.Length;

        Dictionary<long, ReadOnlyMemory<byte>> objects = [];
        Hdf5Cursor cursor = new(heap, Base + address);
        cursor.Skip(8 + LengthSize);
        while (cursor.Remaining >= 8 + LengthSize)
        {
            var number = cursor.UInt16();
            cursor.Skip(6);
            var size = cursor.Length(LengthSize);
            if (number == 0)
                break;
            var at = (int)(cursor.Offset - Base - address);
            cursor.Skip(size);
            // Which of two a reader takes is its own affair.
            if (!objects.TryAdd(number, heap.AsMemory(at, (int)size)))
                throw new MalformedModelException(cursor.Offset, $"The heap has the object {number} twice.");
            cursor.Skip(Math.Min(-size & 7, cursor.Remaining));
        }

        return objects;
    }

    private void ReadOld(ref Hdf5Cursor cursor, int version)
    {
        cursor.Skip(4);
        ReadSizes(ref cursor);
        cursor.Skip(1 + 4 + 4 + (version == 1 ? 4 : 0));
        SetBase(cursor.Address(OffsetSize));
        cursor.Skip(OffsetSize);
        SetEnd(cursor.Address(OffsetSize));
        HasDriver = cursor.Address(OffsetSize) is not null;
        cursor.Skip(OffsetSize);
        Root = cursor.Address(OffsetSize) ?? throw new MalformedModelException(cursor.Offset, "There is no root group.");
        var cached = cursor.UInt32();
        cursor.Skip(4);
        if (cached == 1 && cursor.Address(OffsetSize) is { } tree && cursor.Address(OffsetSize) is { } heap)
            RootTable = (tree, heap);
    }

    private void ReadNew(ref Hdf5Cursor cursor, ReadOnlySpan<byte> bytes)
    {
        ReadSizes(ref cursor);
        cursor.Skip(1);
        var start = UserBlock;
        SetBase(cursor.Address(OffsetSize));
        Extension = cursor.Address(OffsetSize);
        SetEnd(cursor.Address(OffsetSize));
        Root = cursor.Address(OffsetSize) ?? throw new MalformedModelException(cursor.Offset, "There is no root group.");
        cursor.Skip(4);
        Hdf5Checksum.Verify(bytes[..(int)(cursor.Offset - start)], start);
    }

    private void ReadSizes(ref Hdf5Cursor cursor)
    {
        var at = cursor.Offset;
        OffsetSize = cursor.Byte();
        LengthSize = cursor.Byte();
        // Sizes of 16 and 32 bytes are allowed and used by nobody.
        if (OffsetSize is not (2 or 4 or 8) || LengthSize is not (2 or 4 or 8))
            throw new MalformedModelException(at, $"Addresses have {OffsetSize} bytes and lengths {LengthSize}.");
    }

    private void SetBase(long? address)
    {
        // HDF5 takes the place where it finds the superblock for the base if the stated one is another; so does this.
        if (address is { } stated && stated != UserBlock && stated != 0)
            throw new MalformedModelException(UserBlock, $"The base address is {stated}, the superblock is at {UserBlock}.");
        Base = UserBlock;
    }

    private void SetEnd(long? address)
    {
        // Unlike all others, this address counts from the start of the file.
        if (address is not { } end || end > _content.Length)
            throw new MalformedModelException(UserBlock, "The file ends earlier than it says.");
        End = end;
    }

    internal const int LargestBlock = 256 << 20;
    private const int MostHeld = 32 << 20;
    private const int SuperblockSize = 128;
    private const long LastStart = 1L << 30;
}
