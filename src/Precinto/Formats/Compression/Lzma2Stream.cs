using System.Buffers.Binary;

namespace Precinto.Formats.Compression;

/// <summary>
/// LZMA2 (XZ file format 1.2.1, 5.3.1; described in full by xz-embedded only): chunks of LZMA, or of bytes as they are, each headed by a byte
/// that says what begins anew.
/// </summary>
internal sealed class Lzma2Stream : DecodingStream
{
    private readonly LzmaDecoder _decoder = new();
    private readonly bool _isWhole;
    private long _reach;
    private bool _needsDictionary;
    private bool _needsProperties;
    private bool _isStored;
    private int _left;
    private long _chunkEnd;

    /// <summary>LZMA2 as it lies in 7z archives.</summary>
    /// <param name="source">What is decompressed.</param>
    /// <param name="dictionary">The one byte of properties: the size of the dictionary.</param>
    public Lzma2Stream(Stream source, byte dictionary)
        : this(new CompressedInput(source)) => (_isWhole, _reach) = (true, SizeOf(dictionary));

    /// <summary>LZMA2 within another format, which begins each time with <see cref="Begin"/>.</summary>
    public Lzma2Stream(CompressedInput input)
        : base(input, new(0)) => (_needsDictionary, _needsProperties) = (true, true);

    public void Begin(byte dictionary)
    {
        (_needsDictionary, _needsProperties, _reach) = (true, true, SizeOf(dictionary));
        Restart();
    }

    protected override bool Decode()
    {
        if (_left == 0 && !BeginChunk())
        {
            if (_isWhole)
                Input.Return();
            return false;
        }

        if (_isStored)
        {
            if (!Input.Has(1))
                throw CompressedInput.Truncated();
            var bytes = Input.Read(Math.Min(_left, Input.End - Input.Position));
            Window.Reserve(bytes.Length);
            bytes.CopyTo(Window.Buffer.AsSpan(Window.End));
            Window.End += bytes.Length;
            _left -= bytes.Length;
            return true;
        }

        _left -= _decoder.Decode(Input, Window, Piece, _left);
        if (_decoder.HasEnded || (_left == 0 && (!_decoder.IsFinished(Input) || Input.Used != _chunkEnd)))
            throw new InvalidDataException("A chunk of LZMA2 has another size than it declares.");
        return true;
    }

    private bool BeginChunk()
    {
        var control = Input.ReadByte();
        if (control == 0)
            return false;
        if (control is > StoredChunk and < CompressedChunk)
            throw new InvalidDataException("A chunk of LZMA2 is of an unknown kind.");

        if (control is StoredChunkAnew or >= CompressedChunk + (3 << 5))
        {
            Window.Forget(_reach);
            (_needsDictionary, _needsProperties) = (false, true);
        }

        if (_needsDictionary)
            throw new InvalidDataException("The first chunk of LZMA2 does not begin a dictionary.");
        _isStored = control < CompressedChunk;
        _left = BinaryPrimitives.ReadUInt16BigEndian(Input.Read(sizeof(ushort))) + 1;
        if (_isStored)
            return true;

        _left += (control & 0x1F) << 16;
        var size = BinaryPrimitives.ReadUInt16BigEndian(Input.Read(sizeof(ushort))) + 1;
        var anew = (control >> 5) & 3;
        if (anew >= 2)
            SetProperties(Input.ReadByte());
        else if (_needsProperties)
            throw new InvalidDataException("A chunk of LZMA2 has no properties.");
        else if (anew == 1)
            _decoder.Reset();

        _chunkEnd = Input.Used + size;
        _decoder.Start(Input);
        return true;
    }

    private void SetProperties(byte properties)
    {
        // What all of LZMA2 keeps to: lc and lp are four together.
        if (properties < 9 * 5 * 5 && (properties % 9) + (properties / 9 % 5) > 4)
            throw new InvalidDataException("The properties of LZMA2 are out of range.");
        _decoder.SetProperties(properties);
        _needsProperties = false;
    }

    private static long SizeOf(byte dictionary) => dictionary switch
    {
        < 40 => (2L | (dictionary & 1L)) << ((dictionary / 2) + 11),
        40 => uint.MaxValue,
        _ => throw new InvalidDataException("The dictionary of LZMA2 is of an unknown size."),
    };

    private const byte StoredChunkAnew = 1;
    private const byte StoredChunk = 2;
    private const byte CompressedChunk = 0x80;
    private const int Piece = 64 << 10;
}
