namespace Precinto.Formats.Compression;

/// <summary>What the symbols of a table stand for (RFC 8878, 3.1.1.3.2.1 and 4.2.1.2), and how often each comes where nothing is said.</summary>
internal sealed class FseSymbols
{
    private readonly uint[] _bases;
    private readonly byte[] _bits;

    private FseSymbols(uint[] bases, byte[] bits, int largestLog) => (_bases, _bits, LargestLog) = (bases, bits, largestLog);

    /// <summary>How many symbols there can be.</summary>
    public int Count => _bases.Length;

    public int LargestLog { get; }

    public uint BaseOf(byte symbol) => symbol < _bases.Length ? _bases[symbol] : throw new InvalidDataException("A symbol of Zstandard is not known.");

    public byte BitsOf(byte symbol) => _bits[symbol];

    public static FseSymbols LiteralLengths { get; } = Lengths(0, [.. new byte[16], 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], 9);

    public static FseSymbols MatchLengths { get; } = Lengths(3,
        [.. new byte[32], 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], 9);

    public static FseSymbols Offsets { get; } = new([.. Enumerable.Range(0, 32).Select(code => 1U << code)], [.. Enumerable.Range(0, 32).Select(code => (byte)code)], 8);

    /// <summary>The weights of Huffman codes, which are what they are.</summary>
    public static FseSymbols Weights { get; } = new([.. Enumerable.Range(0, 256).Select(weight => (uint)weight)], new byte[256], 6);

    public static ReadOnlySpan<short> UsualLiteralLengths =>
        [4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1];

    public static ReadOnlySpan<short> UsualMatchLengths =>
    [
        1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        -1, -1, -1, -1, -1, -1, -1,
    ];

    public static ReadOnlySpan<short> UsualOffsets => [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1];

    // Each symbol begins where the one before it ends.
    private static FseSymbols Lengths(uint first, byte[] bits, int largestLog)
    {
        var bases = new uint[bits.Length];
        for (var symbol = 0; symbol < bits.Length; first += 1U << bits[symbol++])
            bases[symbol] = first;
        return new(bases, bits, largestLog);
    }

    public const int MostLog = 9;
    public const int UsualLengthLog = 6;
    public const int UsualOffsetLog = 5;
}
