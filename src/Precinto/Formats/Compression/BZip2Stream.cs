namespace Precinto.Formats.Compression;

/// <summary>
/// One stream of bzip2: blocks of up to 900 kB that were run-length encoded, sorted (Burrows-Wheeler), moved to front, run-length encoded
/// and put into Huffman codes. There is no specification but the program, 1.0.8.
/// </summary>
internal sealed class BZip2Stream : DecodingStream
{
    private readonly BZip2Bits _bits;
    private readonly BZip2Block _block;
    private int _largestBlock;
    private uint _combined;
    private uint _stated;
    private bool _isInBlock;

    public BZip2Stream(Stream source)
        : this(new CompressedInput(source))
    {
    }

    private BZip2Stream(CompressedInput input)
        : base(input, new(0))
    {
        _bits = new(input);
        _block = new(_bits);
    }

    protected override bool Decode()
    {
        if (_largestBlock == 0)
        {
            if (_bits.Read(24) != Mark || _bits.Read(8) - '0' is not (>= 1 and <= 9 and var level))
                throw new InvalidDataException("The header of bzip2 is broken.");
            _largestBlock = level * 100_000;
        }

        if (!_isInBlock)
            return BeginBlock();

        Window.Reserve(Piece);
        var room = Window.Buffer.AsSpan(Window.End, Piece);
        var produced = _block.Expand(room);
        Window.End += produced;
        if (produced < room.Length)
            EndBlock();
        return true;
    }

    private bool BeginBlock()
    {
        var mark = ((long)_bits.Read(24) << 24) | (uint)_bits.Read(24);
        _stated = _bits.ReadUInt32();
        if (mark == EndMark)
        {
            if (_stated != _combined)
                throw new InvalidDataException("The checksum of bzip2 over all blocks does not fit.");
            _bits.Return();
            return false;
        }

        if (mark != BlockMark)
            throw new InvalidDataException("A block of bzip2 does not begin as one.");
        _block.Read(_largestBlock);
        _isInBlock = true;
        return true;
    }

    private void EndBlock()
    {
        if (_block.Checksum != _stated)
            throw new InvalidDataException("The checksum of a block of bzip2 does not fit.");
        _combined = ((_combined << 1) | (_combined >> 31)) ^ _stated;
        _isInBlock = false;
    }

    private const int Mark = ('B' << 16) | ('Z' << 8) | 'h';
    private const long BlockMark = 0x314159265359;
    private const long EndMark = 0x177245385090;
    private const int Piece = 64 << 10;
}
