namespace Precinto.Formats.Pickle;

internal enum PickleKind
{
    None,
    Boolean,
    Integer,
    Real,
    BigInteger,
    Text,
    Bytes,
    Tuple,
    List,
    Dictionary,
    Set,
    Global,
    Object,
}

/// <summary>
/// One value of a pickle: a number inline, everything else by reference, so that a structure that is shared in the file is shared here
/// and eleven million small numbers cost no allocation.
/// </summary>
internal readonly struct PickleValue
{
    private readonly object? _reference;
    private readonly long _bits;

    private PickleValue(object? reference, long bits)
    {
        _reference = reference;
        _bits = bits;
    }

    public static PickleValue None => default;

    public PickleKind Kind => _reference switch
    {
        null => PickleKind.None,
        Inline inline => inline.Kind,
        string => PickleKind.Text,
        PickleNode node => node.Kind,
        _ => throw new InvalidOperationException("A value holds an object of a foreign type."),
    };

    /// <summary>The object behind the value, or null for a number, a truth value, a short text or None.</summary>
    public PickleNode? Node => _reference as PickleNode;

    /// <summary>A text that is short enough to be kept as such; null for everything else.</summary>
    public string? Text => _reference as string;

    public long? Integer => ReferenceEquals(_reference, Inline.Integer) ? _bits : null;

    public double? Real => ReferenceEquals(_reference, Inline.Real) ? BitConverter.Int64BitsToDouble(_bits) : null;

    public bool? Boolean => ReferenceEquals(_reference, Inline.Boolean) ? _bits != 0 : null;

    public bool IsNone => _reference is null;

    public PickleTuple? Tuple => _reference as PickleTuple;

    public PickleList? List => _reference as PickleList;

    public PickleDictionary? Dictionary => _reference as PickleDictionary;

    public PickleBytes? Bytes => _reference as PickleBytes;

    public PickleGlobal? Global => _reference as PickleGlobal;

    public PickleObject? Object => _reference as PickleObject;

    public static PickleValue From(long value) => new(Inline.Integer, value);

    public static PickleValue From(double value) => new(Inline.Real, BitConverter.DoubleToInt64Bits(value));

    public static PickleValue From(bool value) => new(Inline.Boolean, value ? 1 : 0);

    public static PickleValue From(string value) => new(value, 0);

    public static PickleValue From(PickleNode value) => new(value, 0);

    // What tells inline values apart; one instance of each.
    private sealed class Inline(PickleKind kind)
    {
        public static readonly Inline Boolean = new(PickleKind.Boolean);
        public static readonly Inline Integer = new(PickleKind.Integer);
        public static readonly Inline Real = new(PickleKind.Real);

        public PickleKind Kind => kind;
    }
}
