using System.Buffers.Binary;

namespace Precinto.Formats.Compression;

/// <summary>
/// Frames of Zstandard (RFC 8878), one behind the other, also such as are to be skipped. Dictionaries are not read. What follows and is no frame
/// stays unread.
/// </summary>
internal sealed class ZstandardStream : DecodingStream
{
    private readonly XxHash64 _checksum = new();
    private readonly ZstandardBlock _block = new();
    private bool _isInFrame;
    private bool _hasFrame;
    private bool _hasChecksum;
    private bool _isLast;
    private int _largestBlock;
    private ulong? _size;
    private ulong _produced;

    public ZstandardStream(Stream source)
        : base(new(source), new(0))
    {
    }

    protected override bool Decode()
    {
        if (!_isInFrame)
            return BeginFrame();
        if (_isLast)
        {
            EndFrame();
            return true;
        }

        // Section 3.1.1.2: whether it is the last, its kind, its size.
        var header = Input.Read(3);
        var size = (header[0] | (header[1] << 8) | (header[2] << 16)) >> 3;
        var kind = (header[0] >> 1) & 3;
        _isLast = (header[0] & 1) != 0;
        if (size > _largestBlock)
            throw new InvalidDataException("A block of Zstandard is larger than its frame allows.");
        ReadBlock(kind, size);
        return true;
    }

    private void ReadBlock(int kind, int size)
    {
        var bytes = Input.Read(kind == 1 ? 1 : size);
        Window.Reserve(kind == 2 ? _largestBlock : size);
        var start = Window.End;
        try
        {
            switch (kind)
            {
                case 0:
                    bytes.CopyTo(Window.Buffer.AsSpan(start));
                    Window.End += size;
                    break;
                case 1:
                    Window.Buffer.AsSpan(start, size).Fill(bytes[0]);
                    Window.End += size;
                    break;
                case 2:
                    _block.Decode(bytes, Window, _largestBlock);
                    break;
                default:
                    throw new InvalidDataException("A block of Zstandard is of an unknown kind.");
            }
        }
        finally
        {
            _produced += (ulong)(Window.End - start);
            if (_hasChecksum)
                _checksum.Append(Window.From(start));
        }
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
                throw new InvalidDataException("A frame of Zstandard does not begin as one.");
            Input.Skip(Input.ReadUInt32());
            return true;
        }

        // Section 3.1.1.1: what follows is said by the first byte.
        var descriptor = Input.ReadByte();
        var isSingle = (descriptor & 0x20) != 0;
        if ((descriptor & 0x08) != 0)
            throw new InvalidDataException("A frame of Zstandard is of an unknown kind.");
        var window = isSingle ? 0 : WindowOf(Input.ReadByte());
        var dictionary = Input.Read((1 << (descriptor & 3)) / 2);
        if (dictionary.ContainsAnyExcept((byte)0))
            throw new InvalidDataException("A frame of Zstandard needs a dictionary, which is not read.");
        _size = (descriptor >> 6) switch
        {
            0 => isSingle ? Input.ReadByte() : null,
            1 => BinaryPrimitives.ReadUInt16LittleEndian(Input.Read(sizeof(ushort))) + 256U,
            2 => Input.ReadUInt32(),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(Input.Read(sizeof(ulong))),
        };
        var reach = isSingle ? (long)Math.Min(_size.GetValueOrDefault(), HistoryWindow.Largest) : window;
        _largestBlock = (int)Math.Min(reach, LargestBlock);
        _hasChecksum = (descriptor & 0x04) != 0;
        _produced = 0;
        _checksum.Reset();
        _block.Reset();
        Window.Forget(reach);
        (_isInFrame, _isLast) = (true, false);
        return true;
    }

    private void EndFrame()
    {
        if ((_size ?? _produced) != _produced)
            throw new InvalidDataException("A frame of Zstandard has another size than it declares.");
        if (_hasChecksum && Input.ReadUInt32() != (uint)(_checksum.Finish() & uint.MaxValue))
            throw new InvalidDataException("The checksum of a frame of Zstandard does not fit.");
        _isInFrame = false;
    }

    private static long WindowOf(byte descriptor)
    {
        var whole = 1L << (10 + (descriptor >> 3));
        return whole + (whole / 8 * (descriptor & 7));
    }

    private static bool IsMark(uint mark) => mark == Mark || (mark & 0xFFFFFFF0) == SkippedMark;

    private const uint Mark = 0xFD2FB528;
    private const uint SkippedMark = 0x184D2A50;
    private const int LargestBlock = 128 << 10;
}
