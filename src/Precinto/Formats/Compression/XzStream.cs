using System.Buffers.Binary;
using Precinto.Files;
using Precinto.Formats.Zip;

namespace Precinto.Formats.Compression;

/// <summary>
/// The .xz file format 1.2.1: streams with zeros between them; in each a header, blocks with their checks, an index that repeats their sizes, and a footer.
/// Read are LZMA2 and the filter for x86 before it. What follows and is no stream stays unread.
/// </summary>
internal sealed class XzStream : ForwardStream
{
    private readonly CompressedInput _input;
    private readonly Lzma2Stream _lzma2;
    private readonly XxHash64 _records = new();
    private XzChecksum? _checksum;
    private Stream? _block;
    private bool _ended;
    private Exception? _broken;

    private uint _flags;
    private long _blocks;
    private long _blockStart;
    private long _dataStart;
    private long _produced;
    private long? _packedSize;
    private long? _size;

    public XzStream(Stream source)
    {
        _input = new(source);
        _lzma2 = new(_input);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <exception cref="InvalidDataException">The compressed data is broken, or of a kind that is not read.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (_broken is not null)
            throw _broken;
        try
        {
            while (!buffer.IsEmpty && !_ended)
            {
                if (_block is null && !Begin())
                    continue;
                if (_block!.Read(buffer) is var read and > 0)
                {
                    _produced += read;
                    _checksum!.Append(buffer[..read]);
                    return read;
                }

                EndBlock();
            }

            return 0;
        }
        catch (InvalidDataException broken)
        {
            _broken = broken;
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _checksum?.Dispose();
        base.Dispose(disposing);
    }

    // The next block, or the next stream, or the end.
    private bool Begin()
    {
        if (_checksum is null)
        {
            BeginStream();
            return false;
        }

        if (_input.Peek(1)[0] != 0)
        {
            BeginBlock();
            return true;
        }

        ReadIndex();
        _checksum.Dispose();
        _checksum = null;
        // Section 2.2: zeros between streams and behind the last, four at a time.
        while (_input.Has(4) && _input.Peek(4).SequenceEqual("\0\0\0\0"u8))
            _input.Skip(4);
        if (!_input.Has(Mark.Length) || !_input.Peek(Mark.Length).SequenceEqual(Mark))
        {
            _input.Return();
            _ended = true;
        }

        return false;
    }

    private void BeginStream()
    {
        var header = _input.Read(12);
        if (!header.StartsWith(Mark) || header[6] != 0 || Crc32.Append(0, header[6..8]) != BinaryPrimitives.ReadUInt32LittleEndian(header[8..]))
            throw new InvalidDataException("The header of an xz stream is broken.");
        if (!XzChecksum.IsKnown(header[7]))
            throw new InvalidDataException($"The check {header[7]} of xz is not known.");
        _flags = BinaryPrimitives.ReadUInt16LittleEndian(header[6..]);
        _checksum = new(header[7]);
        _blocks = 0;
        _records.Reset();
    }

    // Section 3.1: the size, flags, sizes that may be stated, filters, zeros, and a checksum.
    private void BeginBlock()
    {
        _blockStart = _input.Used;
        var header = _input.Read((_input.Peek(1)[0] + 1) * 4);
        if (Crc32.Append(0, header[..^4]) != BinaryPrimitives.ReadUInt32LittleEndian(header[^4..]))
            throw new InvalidDataException("The header of an xz block is broken.");
        var flags = header[1];
        if ((flags & 0x3C) != 0)
            throw new InvalidDataException("An xz block has flags that are not known.");

        var rest = header[2..^4];
        _packedSize = (flags & 0x40) != 0 ? TakeNumber(ref rest) : null;
        _size = (flags & 0x80) != 0 ? TakeNumber(ref rest) : null;
        var isFiltered = false;
        for (var left = flags & 3; left >= 0; left--)
        {
            var filter = TakeNumber(ref rest);
            var properties = Take(ref rest, TakeNumber(ref rest));
            if (filter == Lzma2 && left == 0 && properties.Length == 1)
                _lzma2.Begin(properties[0]);
            else if (filter == X86 && left == 1 && !isFiltered && (properties.IsEmpty || properties.SequenceEqual("\0\0\0\0"u8)))
                isFiltered = true;
            else
                throw new InvalidDataException($"The filter {filter:X} of xz is not read here.");
        }

        if (rest.ContainsAnyExcept((byte)0))
            throw new InvalidDataException("The header of an xz block has something behind its filters.");
        _block = isFiltered ? new X86Filter(_lzma2) : _lzma2;
        _dataStart = _input.Used;
        _produced = 0;
    }

    private void EndBlock()
    {
        var packed = _input.Used - _dataStart;
        if ((_packedSize ?? packed) != packed || (_size ?? _produced) != _produced)
            throw new InvalidDataException("An xz block has another size than it declares.");
        var unpadded = _input.Used - _blockStart + _checksum!.Size;
        var padding = (int)(-packed & 3);
        if (_input.Read(padding).ContainsAnyExcept((byte)0) || !_checksum.Fits(_input.Read(_checksum.Size)))
            throw new InvalidDataException("The check of an xz block does not fit.");
        AddRecord(unpadded, _produced);
        _blocks++;
        _block = null;
    }

    // Section 4: a zero, the number of blocks, their sizes, zeros, and a checksum; then the footer.
    private void ReadIndex()
    {
        var start = _input.Used;
        uint crc = 0;
        TakeByte(ref crc);
        if (TakeNumber(ref crc) != _blocks)
            throw new InvalidDataException("The index of xz has another number of blocks.");
        var stated = _records.Finish();
        _records.Reset();
        for (long block = 0; block < _blocks; block++)
            AddRecord(TakeNumber(ref crc), TakeNumber(ref crc));
        while (((_input.Used - start) & 3) != 0)
        {
            if (TakeByte(ref crc) != 0)
                throw new InvalidDataException("The index of xz has something behind it.");
        }

        if (_input.ReadUInt32() != crc || _records.Finish() != stated)
            throw new InvalidDataException("The index of xz does not fit the blocks.");
        var size = _input.Used - start;
        var footer = _input.Read(12);
        if (BinaryPrimitives.ReadUInt32LittleEndian(footer) != Crc32.Append(0, footer[4..10])
            || (BinaryPrimitives.ReadUInt32LittleEndian(footer[4..]) + 1L) * 4 != size
            || BinaryPrimitives.ReadUInt16LittleEndian(footer[8..]) != _flags || !footer[10..].SequenceEqual("YZ"u8))
            throw new InvalidDataException("The footer of an xz stream is broken.");
    }

    // Those of the index are compared with those of the blocks as one sum: a list would grow with the file.
    private void AddRecord(long unpadded, long size)
    {
        Span<byte> record = stackalloc byte[2 * sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(record, unpadded);
        BinaryPrimitives.WriteInt64LittleEndian(record[sizeof(long)..], size);
        _records.Append(record);
    }

    private byte TakeByte(ref uint crc)
    {
        Span<byte> one = [_input.ReadByte()];
        crc = Crc32.Append(crc, one);
        return one[0];
    }

    // Section 1.2: seven bits a byte, the lowest first, with no byte more than it takes.
    private long TakeNumber(ref uint crc)
    {
        long number = 0;
        for (var shift = 0; shift < 63; shift += 7)
        {
            var digit = TakeByte(ref crc);
            number |= (digit & 0x7FL) << shift;
            if (digit < 0x80)
                return digit != 0 || shift == 0 ? number : throw BrokenNumber();
        }

        throw BrokenNumber();
    }

    private static long TakeNumber(ref ReadOnlySpan<byte> bytes)
    {
        long number = 0;
        for (var shift = 0; shift < 63; shift += 7)
        {
            var digit = Take(ref bytes, 1)[0];
            number |= (digit & 0x7FL) << shift;
            if (digit < 0x80)
                return digit != 0 || shift == 0 ? number : throw BrokenNumber();
        }

        throw BrokenNumber();
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> bytes, long count)
    {
        if (count > bytes.Length)
            throw new InvalidDataException("The header of an xz block is shorter than what is in it.");
        var taken = bytes[..(int)count];
        bytes = bytes[(int)count..];
        return taken;
    }

    private static InvalidDataException BrokenNumber() => new("A number of xz is longer than any.");

    private static ReadOnlySpan<byte> Mark => [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0];

    private const long Lzma2 = 0x21;
    private const long X86 = 0x04;
}
