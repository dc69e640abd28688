namespace Precinto.Formats.Pickle;

/// <summary>
/// The hashes of one container's large keys. Python's hash of a whole number is its remainder by 2^61 - 1 (sys.hash_info.modulus), which is no secret: a
/// container of thousands of multiples of that number compares each with all others.
/// </summary>
internal sealed class PickleHashes
{
    private int[]? _counts;
    private long _seen;

    /// <summary>Counts a key; true where more of one hash were counted than chance gives.</summary>
    public bool Add(PickleValue key)
    {
        if (HashOf(key) is not { } hash || ++_seen <= Free)
            return false;
        _counts ??= new int[Places];
        return ++_counts[(int)(unchecked((uint)hash) % Places)] > Free + (8 * _seen / Places);
    }

    // Null for what is small, for a small number is its own hash, and for what holds more than numbers and texts.
    private static int? HashOf(PickleValue key)
    {
        if (Remainder(key) is { } remainder)
            return remainder.IsLarge ? remainder.Value.GetHashCode() : null;
        if (key.Tuple is not { Items: var items })
            return null;

        if (items.Length <= MostItems && !Array.Exists(items, item => item.Node is PickleBigInteger || item.Integer is >= Modulus or <= -Modulus))
            return null;

        HashCode hash = new();
        // What follows in a longer tuple is not asked for: one beginning then stands for all that have it.
        foreach (var item in items.AsSpan(0, Math.Min(items.Length, MostItems)))
        {
            if (Remainder(item) is { } part)
            {
                hash.Add(part.Value);
            }
            else if (item.Text is { } text)
            {
                hash.Add(text, StringComparer.Ordinal);
            }
            else
            {
                return null;
            }
        }

        return hash.ToHashCode();
    }

    private static (long Value, bool IsLarge)? Remainder(PickleValue value) => value switch
    {
        { Integer: { } number } => (number % Modulus, number is >= Modulus or <= -Modulus),
        { Node: PickleBigInteger { Value: { } large } } => ((long)(large % Modulus), true),
        _ => null,
    };

    private const long Modulus = (1L << 61) - 1;
    private const int Free = 2000;
    private const uint Places = 4096;
    private const int MostItems = 64;
}
