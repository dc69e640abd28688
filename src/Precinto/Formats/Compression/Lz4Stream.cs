using System.Buffers.Binary;

namespace Precinto.Formats.Compression;

/// <summary>
/// LZ4 frames ("LZ4 Frame Format Description" 1.6.2, "LZ4 Block Format Description"), one behind the other, also such as are to be skipped.
/// Dictionaries are not read. What follows and is no frame stays unread.
/// </summary>
internal sealed class Lz4Stream : DecodingStream
{
    private readonly XxHash32 _content = new();
    private bool _isInFrame;
    private bool _hasFrame;
    private byte _flags;
    private int _largestBlock;
    private long? _size;
    private long _produced;

    public Lz4Stream(Stream source)
        : base(new(source), new(Reach))
    {
    }

    protected override bool Decode()
    {
        if (!_isInFrame)
            return BeginFrame();

        var size = Input.ReadUInt32();
        if (size == 0)
        {
            EndFrame();
            return true;
        }

        var length = (int)(size & int.MaxValue);
        if (length > _largestBlock)
            throw new InvalidDataException("A block of LZ4 is larger than its frame says.");
        var block = Input.Read(length + ((_flags & HasBlockChecksum) != 0 ? sizeof(uint) : 0));
        if (block.Length > length && BinaryPrimitives.ReadUInt32LittleEndian(block[length..]) != XxHash32.Compute(block[..length]))
            throw new InvalidDataException("The checksum of a block of LZ4 does not fit.");

        block = block[..length];
        if ((_flags & IsIndependent) != 0)
            Window.Forget(Reach);
        Window.Reserve((int)Math.Min(_largestBlock, length * 256L));
        var start = Window.End;
        try
        {
            if (size > int.MaxValue)
                Store(block);
            else
                Expand(block);
        }
        finally
        {
            _produced += Window.End - start;
            if ((_flags & HasChecksum) != 0)
                _content.Append(Window.From(start));
        }

        return true;
    }

    private bool BeginFrame()
    {
        if (_hasFrame && !(Input.Has(sizeof(uint)) && IsMark(BinaryPrimitives.ReadUInt32LittleEndian(Input.Peek(sizeof(uint))))))
        {
            Input.Return();
            return false;
        }

        var mark = Input.ReadUInt32();
        _hasFrame = true;
        if (mark != Mark)
        {
            if (!IsMark(mark))
                throw new InvalidDataException("A frame of LZ4 does not begin as one.");
            Input.Skip(Input.ReadUInt32());
            return true;
        }

        _flags = Input.Peek(1)[0];
        var descriptor = Input.Read(2 + ((_flags & HasSize) != 0 ? sizeof(long) : 0) + ((_flags & HasDictionary) != 0 ? sizeof(uint) : 0));
        var blocks = descriptor[1];
        if ((_flags & 0xC2) != 0x40 || (blocks & 0x8F) != 0 || blocks < 0x40)
            throw new InvalidDataException("A frame of LZ4 is of an unknown kind.");
        var checksum = (byte)((XxHash32.Compute(descriptor) >> 8) & 0xFF);
        _size = (_flags & HasSize) != 0 ? BinaryPrimitives.ReadInt64LittleEndian(descriptor[2..]) : null;
        if (Input.ReadByte() != checksum)
            throw new InvalidDataException("The checksum of the header of LZ4 does not fit.");
        if ((_flags & HasDictionary) != 0)
            throw new InvalidDataException("A frame of LZ4 needs a dictionary, which is not read.");

        _largestBlock = 1 << (8 + (2 * (blocks >> 4)));
        _produced = 0;
        _content.Reset();
        Window.Forget(Reach);
        _isInFrame = true;
        return true;
    }

    private void EndFrame()
    {
        if ((_size ?? _produced) != _produced)
            throw new InvalidDataException("A frame of LZ4 has another size than it declares.");
        if ((_flags & HasChecksum) != 0 && Input.ReadUInt32() != _content.Finish())
            throw new InvalidDataException("The checksum of a frame of LZ4 does not fit.");
        _isInFrame = false;
    }

    private void Store(ReadOnlySpan<byte> block)
    {
        block.CopyTo(Window.Buffer.AsSpan(Window.End));
        Window.End += block.Length;
    }

    // A token of two lengths, literals, and a match of at least four bytes; the last has literals only.
    private void Expand(ReadOnlySpan<byte> block)
    {
        unchecked
        {
            Span<byte> output = Window.Buffer;
            var (end, at, origin) = (Window.End, 0, Window.Origin);
            var last = end + _largestBlock;
            var room = Math.Min(last, output.Length - HistoryWindow.Margin);
            while (true)
            {
                if (at >= block.Length)
                    break;
                int token = block[at++];
                var length = token >> 4;
                if (length == 15 && !TryAddLength(block, ref at, ref length))
                    break;
                if (length > block.Length - at || length > room - end)
                    break;
                if (length <= HistoryWindow.WideCopy && at <= block.Length - HistoryWindow.WideCopy)
                    block.Slice(at, HistoryWindow.WideCopy).CopyTo(output.Slice(end, HistoryWindow.WideCopy));
                else
                    block.Slice(at, length).CopyTo(output.Slice(end, length));
                at += length;
                end += length;
                if (at == block.Length)
                {
                    Window.End = end;
                    return;
                }

                if (at + 2 > block.Length)
                    break;
                var distance = block[at] | (block[at + 1] << 8);
                at += 2;
                length = token & 15;
                if (length == 15 && !TryAddLength(block, ref at, ref length))
                    break;
                length += ShortestMatch;
                if (distance == 0 || distance > end - origin || length > room - end)
                    break;
                HistoryWindow.Copy(output, end, distance, length);
                end += length;
            }

            Window.End = end;
            throw new InvalidDataException("A block of LZ4 is broken.");
        }
    }

    private static bool TryAddLength(ReadOnlySpan<byte> block, ref int at, ref int length)
    {
        while (at < block.Length)
        {
            var more = block[at++];
            length += more;
            if (more < 255)
                return true;
        }

        return false;
    }

    private static bool IsMark(uint mark) => mark == Mark || (mark & 0xFFFFFFF0) == SkippedMark;

    private const uint Mark = 0x184D2204;
    private const uint SkippedMark = 0x184D2A50;
    private const int Reach = 64 << 10;
    private const int ShortestMatch = 4;
    private const byte IsIndependent = 0x20;
    private const byte HasBlockChecksum = 0x10;
    private const byte HasSize = 0x08;
    private const byte HasChecksum = 0x04;
    private const byte HasDictionary = 0x01;
}
