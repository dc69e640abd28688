using System.IO.Compression;
using Precinto.Files;
using Precinto.Formats.Compression;

namespace Precinto.Formats.SevenZip;

/// <summary>
/// A folder of a 7z archive: one stream of packed bytes, the coders that it goes through, and the members that come out one behind the other.
/// Read are Copy, LZMA, LZMA2, Deflate, BZip2, Zstandard and the filter for x86, also one behind the other; other filters, PPMd and whatever has several
/// inputs are not.
/// </summary>
internal sealed class SevenZipFolder
{
    private readonly List<(ulong Method, byte[] Properties)> _coders;
    private readonly List<int> _order;

    /// <summary>Orders the coders from the packed bytes on.</summary>
    /// <param name="coders">The coders, in the order of the header.</param>
    /// <param name="bonds">Which coder takes which other coder's output, by the numbers of their streams.</param>
    /// <param name="isSimple">Whether each coder has one input and one output, and one packed stream is read.</param>
    public SevenZipFolder(List<(ulong Method, byte[] Properties)> coders, List<(int Input, int Output)> bonds, bool isSimple)
    {
        _coders = coders;
        _order = [];
        if (!isSimple)
            return;

        // The last coder is the one whose output no other takes; from there back, with no more steps than there are coders.
        var next = Enumerable.Range(0, coders.Count).FirstOrDefault(coder => !bonds.Exists(bond => bond.Output == coder), -1);
        while (next >= 0 && _order.Count < coders.Count)
        {
            _order.Insert(0, next);
            var bond = bonds.FindIndex(bond => bond.Input == next);
            next = bond < 0 ? -1 : bonds[bond].Output;
        }

        if (_order.Count < coders.Count || next >= 0)
            _order.Clear();
    }

    /// <summary>How many outputs are declared, and packed streams taken.</summary>
    public int Outputs { get; init; }

    public int PackedStreams { get; init; }

    /// <summary>The number of the output that no coder of the folder takes.</summary>
    public int MainOutput { get; init; }

    public long[] Sizes { get; set; } = [];

    /// <summary>How many bytes come out.</summary>
    public long Size => Sizes[MainOutput];

    public uint? Checksum { get; set; }

    public List<SevenZipPiece> Pieces { get; set; } = [];

    /// <summary>Where the packed bytes lie in the archive.</summary>
    public long PackedOffset { get; set; }

    public long PackedSize { get; set; }

    public bool IsEncrypted => _coders.Exists(coder => coder.Method == Aes);

    /// <summary>Whether what comes out is what goes in.</summary>
    public bool IsCopy => CanRead && _coders.TrueForAll(coder => coder.Method == Copy);

    /// <summary>Whether unpacking takes megabytes however little there is.</summary>
    public bool IsCostly => _coders.Exists(coder => coder.Method == BZip2);

    public bool CanRead => _order.Count > 0 && _coders.TrueForAll(coder => coder.Method is Copy or Deflate or BZip2 or Zstandard
        || (coder.Method == X86 && coder.Properties is [])
        || (coder.Method == Lzma && coder.Properties is [< 225, _, _, _, _]) || (coder.Method == Lzma2 && coder.Properties is [<= 40]));

    public string Methods => string.Join(", ", _coders.Select(coder => coder.Method.ToString("X", System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>The bytes that come out, decompressed as they are read; what is broken is so when it is read.</summary>
    public Stream Open(ModelContent archive)
    {
        Stream stream = new ContentStream(new ContentSlice(archive, PackedOffset, PackedSize));
        foreach (var coder in _order)
        {
            var (method, properties) = _coders[coder];
            if (method != Copy)
                stream = Decode(method, properties, stream, Sizes[coder]);
        }

        return stream;
    }

    private static Stream Decode(ulong method, byte[] properties, Stream input, long size) => method switch
    {
        Lzma => LzmaStream.Raw(input, properties, size),
        Lzma2 => new Lzma2Stream(input, properties[0]),
        X86 => new X86Filter(input),
        Deflate => new DeflateStream(input, CompressionMode.Decompress),
        Zstandard => new ZstandardStream(input),
        _ => new BZip2Stream(input),
    };

    private const ulong Copy = 0x00;
    private const ulong Lzma2 = 0x21;
    private const ulong Lzma = 0x030101;
    private const ulong X86 = 0x03030103;
    private const ulong Deflate = 0x040108;
    private const ulong BZip2 = 0x040202;
    private const ulong Aes = 0x06F10701;

    // Given by those who build 7-Zip with it; neither 7-Zip itself nor py7zr has another.
    private const ulong Zstandard = 0x04F71101;
}
