namespace Precinto.Formats.Hdf5;

/// <summary>
/// A fractal heap (HDF5 File Format Specification 3.0, III.G), where newer groups keep many links or attributes: direct blocks ("FHDB")
/// that double in size from row to row of a table, below indirect blocks ("FHIB").
/// </summary>
internal sealed class Hdf5FractalHeap
{
    private readonly Hdf5File _file;
    private readonly long _address;
    private readonly Dictionary<long, byte[]> _blocks = [];
    private readonly int _offsetBytes;
    private readonly int _lengthBytes;
    private readonly int _width;
    private readonly long _firstSize;
    private readonly long _largestDirect;
    private readonly int _heapBits;
    private readonly long? _root;
    private readonly int _rows;
    private readonly bool _hasChecksums;
    private readonly long? _hugeTree;
    private Dictionary<ulong, (long Address, long Length)>? _huge;

    public Hdf5FractalHeap(Hdf5File file, long address)
    {
        _file = file;
        _address = address;
        var (o, l) = (file.OffsetSize, file.LengthSize);
        var size = 26 + (12 * l) + (3 * o);
        var head = file.Read(address, size);
        Hdf5Cursor cursor = new(head, file.Base + address);
        cursor.Expect("FRHP"u8);
        var version = cursor.Byte();
        cursor.Skip(2);
        int filters = cursor.UInt16();
        var flags = cursor.Byte();
        long largestManaged = cursor.UInt32();
        cursor.Skip(l);
        _hugeTree = cursor.Address(o);
        cursor.Skip(l + o + (l * 8));
        _width = cursor.UInt16();
        _firstSize = cursor.Length(l);
        _largestDirect = cursor.Length(l);
        _heapBits = cursor.UInt16();
        cursor.Skip(2);
        _root = cursor.Address(o);
        _rows = cursor.UInt16();
        if (version != 0 || filters != 0)
            throw new MalformedModelException(file.Base + address, "A heap is compressed, or of another version than 0.");
        Hdf5Checksum.Verify(head, file.Base + address);
        if (_width == 0 || !long.IsPow2(_firstSize) || !long.IsPow2(_largestDirect) || _largestDirect < _firstSize || _heapBits is 0 or > 63)
            throw new MalformedModelException(file.Base + address, "A heap's table is none that can be.");
        _hasChecksums = (flags & 2) != 0;
        _offsetBytes = (_heapBits + 7) / 8;
        // As HDF5 computes them: the bits of an offset in a block, or the bytes of the largest object's size.
        _lengthBytes = Math.Min(((int)long.Log2(_largestDirect) + 7) / 8, largestManaged > 0 ? ((int)long.Log2(largestManaged) / 8) + 1 : 1);
    }

    /// <summary>The object that an identifier names, and where it is in the file.</summary>
    public (ReadOnlyMemory<byte> Bytes, long Offset) Read(ReadOnlySpan<byte> identifier)
    {
        Hdf5Cursor cursor = new(identifier, _file.Base + _address);
        int flags = cursor.Byte();
        switch (flags >> 4)
        {
            case 0:
                return ReadManaged(cursor.Length(_offsetBytes), cursor.Length(_lengthBytes));
            case 1:
                var key = cursor.Unsigned(Math.Min(cursor.Remaining, _file.LengthSize));
                var (address, length) = Huge(key);
                return (_file.Read(address, length), _file.Base + address);
            case 2:
                return (cursor.Take(Math.Min((flags & 15) + 1, cursor.Remaining)).ToArray(), _file.Base + _address);
            default:
                throw new MalformedModelException(_file.Base + _address, "An object in a heap is of an unknown kind.");
        }
    }

    private (long Address, long Length) Huge(ulong key)
    {
        if (_huge is null)
        {
            _huge = [];
            if (_hugeTree is { } tree)
            {
                foreach (var record in Hdf5Tree.Read(_file, tree, 1))
                {
                    Hdf5Cursor cursor = new(record, _file.Base + tree);
                    var address = cursor.Address(_file.OffsetSize);
                    var length = cursor.Length(_file.LengthSize);
                    if (address is { } place)
                        _huge[cursor.Unsigned(_file.LengthSize)] = (place, length);
                }
            }
        }

        return _huge.TryGetValue(key, out var found) ? found : throw new MalformedModelException(_file.Base + _address, $"The heap has no large object {key}.");
    }

    private (ReadOnlyMemory<byte> Bytes, long Offset) ReadManaged(long offset, long length)
    {
        var block = Find(offset, out var address, out var start);
        var at = offset - start;
        if (at < 0 || at > block.Length || length > block.Length - at)
            throw new MalformedModelException(_file.Base + address, "An object lies outside of its heap's block.");
        return (block.AsMemory((int)at, (int)length), _file.Base + address + at);
    }

    // Down from the root block: rows double in size from the third on; those too large for direct blocks hold indirect ones.
    private byte[] Find(long offset, out long address, out long start)
    {
        address = _root ?? throw new MalformedModelException(_file.Base + _address, "The heap is empty.");
        start = 0;
        if (_rows == 0)
            return Block(address, _firstSize, 0);

        var rows = _rows;
        for (var depth = 0; depth < DeepestHeap; depth++)
        {
            var rowStart = start;
            var row = 0;
            long size = 0;
            for (; row < rows; row++)
            {
                size = RowSize(row);
                if (offset - rowStart < checked(size * _width))
                    break;
                rowStart += size * _width;
            }

            if (row == rows || offset < rowStart)
                throw new MalformedModelException(_file.Base + address, "An object lies outside of its heap.");
            var column = (offset - rowStart) / size;
            var child = ReadPointer(address, start, (int)((row * _width) + column));
            start = rowStart + (column * size);
            address = child;
            if (size <= _largestDirect)
                return Block(address, size, start);

            rows = (int)(long.Log2(size) - long.Log2(_firstSize) - long.Log2(_width)) + 1;
            if (rows <= 0)
                throw new MalformedModelException(_file.Base + address, "A heap's block has no rows.");
        }

        throw new MalformedModelException(_file.Base + _address, "A heap is too deep.");
    }

    private long RowSize(int row)
    {
        var shift = Math.Max(0, row - 1);
        return shift < 62 - (int)long.Log2(_firstSize) - (int)long.Log2(_width) ? _firstSize << shift
            : throw new MalformedModelException(_file.Base + _address, "A heap has too many rows.");
    }

    private long ReadPointer(long address, long start, int entry)
    {
        var headSize = 5 + _file.OffsetSize + _offsetBytes;
        var head = _file.Read(address, headSize);
        Hdf5Cursor cursor = new(head, _file.Base + address);
        cursor.Expect("FHIB"u8);
        CheckBlock(ref cursor, start);
        var pointer = _file.Read(checked(address + headSize + ((long)entry * _file.OffsetSize)), _file.OffsetSize);
        Hdf5Cursor place = new(pointer, _file.Base + address);
        return place.Address(_file.OffsetSize) ?? throw new MalformedModelException(_file.Base + address, "An object lies in a block that is not there.");
    }

    private byte[] Block(long address, long size, long start)
    {
        if (_blocks.TryGetValue(address, out var block))
            return block;

        block = _file.Read(address, size);
        Hdf5Cursor cursor = new(block, _file.Base + address);
        cursor.Expect("FHDB"u8);
        CheckBlock(ref cursor, start);
        if (_hasChecksums)
        {
            // The checksum is computed over the block with the checksum itself as zero.
            var stated = cursor.UInt32();
            var copy = (byte[])block.Clone();
            copy.AsSpan((int)(cursor.Offset - _file.Base - address) - 4, 4).Clear();
            if (Hdf5Checksum.Compute(copy) != stated)
                throw new MalformedModelException(_file.Base + address, "A block's checksum is wrong.");
        }

        _blocks.Add(address, block);
        return block;
    }

    private void CheckBlock(ref Hdf5Cursor cursor, long start)
    {
        var at = cursor.Offset;
        if (cursor.Byte() != 0 || cursor.Address(_file.OffsetSize) != _address || cursor.Unsigned(_offsetBytes) != (ulong)start)
            throw new MalformedModelException(at, "A heap's block belongs elsewhere.");
    }

    private const int DeepestHeap = 32;
}
