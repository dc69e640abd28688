using System.Buffers.Binary;

namespace Precinto.Formats.Compression;

/// <summary>LZMA of a known size, or up to the mark of its end; one of a known size may have the mark as well.</summary>
internal sealed class LzmaStream : DecodingStream
{
    private readonly LzmaDecoder _decoder = new();
    private readonly Header _header;
    private long _left;
    private bool _started;

    private LzmaStream(Stream source, Header header, long size, byte[] properties)
        : base(new(source), new(0))
    {
        (_header, _left) = (header, size);
        if (header == Header.None)
            SetProperties(properties);
    }

    /// <summary>LZMA without a header, as it lies in 7z archives.</summary>
    /// <param name="source">What is decompressed.</param>
    /// <param name="properties">One byte of lc, lp and pb, and four of the size of the dictionary.</param>
    /// <param name="size">How many bytes come out, or <see cref="Unknown"/>.</param>
    public static LzmaStream Raw(Stream source, byte[] properties, long size) => new(source, Header.None, size, properties);

    /// <summary>As it lies in zip archives (APPNOTE 6.3.10, 5.8.8): a version, the length of the properties, and the properties.</summary>
    public static LzmaStream Zipped(Stream source, long size) => new(source, Header.Zip, size, []);

    /// <summary>The file format of LZMA Utils: the properties, and the size in eight bytes, all of them ones where it is not known.</summary>
    public static LzmaStream Alone(Stream source) => new(source, Header.Alone, Unknown, []);

    protected override bool Decode()
    {
        if (!_started)
            Start();

        if (_left != 0)
        {
            var start = _left == Unknown ? 0 : _left;
            var produced = _decoder.Decode(Input, Window, Piece, _left == Unknown ? long.MaxValue : _left);
            if (_left != Unknown)
                _left = start - produced;
            if (!_decoder.HasEnded)
                return true;
            if (_left > 0)
                throw new InvalidDataException("LZMA ends before its declared size.");
        }

        if (!_decoder.IsFinished(Input) && !_decoder.HasEnded)
            _decoder.ReadEnd(Input, Window);
        if (!_decoder.IsFinished(Input))
            throw new InvalidDataException("The range coder of LZMA does not end as one.");
        Input.Return();
        return false;
    }

    private void Start()
    {
        if (_header == Header.Zip)
        {
            if (BinaryPrimitives.ReadUInt16LittleEndian(Input.Read(4)[2..]) != PropertiesSize)
                throw new InvalidDataException("Its properties have another length than those of LZMA.");
            SetProperties(Input.Read(PropertiesSize));
        }
        else if (_header == Header.Alone)
        {
            SetProperties(Input.Read(PropertiesSize));
            _left = BinaryPrimitives.ReadInt64LittleEndian(Input.Read(sizeof(long)));
            if (_left < Unknown)
                throw new InvalidDataException("The size of the decompressed data is negative.");
        }

        _decoder.Start(Input);
        _started = true;
    }

    private void SetProperties(ReadOnlySpan<byte> properties)
    {
        _decoder.SetProperties(properties[0]);
        Window.Forget(Math.Max(SmallestDictionary, BinaryPrimitives.ReadUInt32LittleEndian(properties[1..])));
    }

    public const long Unknown = -1;
    private const int PropertiesSize = 5;
    private const uint SmallestDictionary = 4096;
    private const int Piece = 64 << 10;

    private enum Header
    {
        None,
        Zip,
        Alone,
    }
}
