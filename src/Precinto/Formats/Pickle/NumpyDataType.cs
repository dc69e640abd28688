using System.Globalization;

namespace Precinto.Formats.Pickle;

/// <summary>The element type of a numpy array as a pickle spells it: <c>numpy.dtype('f8', False, True)</c> and the state behind it.</summary>
internal sealed class NumpyDataType
{
    private NumpyDataType(char kind, int itemSize, bool isBigEndian, IReadOnlyList<NumpyField> fields, bool hasObjects)
    {
        Kind = kind;
        ItemSize = itemSize;
        IsBigEndian = isBigEndian;
        Fields = fields;
        HasObjects = hasObjects;
    }

    /// <summary>numpy's letter: <c>b</c> truth value, <c>i</c> and <c>u</c> integers, <c>f</c> float, <c>c</c> complex, <c>S</c>, <c>U</c>, <c>O</c>, <c>V</c>, <c>M</c>, <c>m</c>.</summary>
    public char Kind { get; }

    public int ItemSize { get; }

    public bool IsBigEndian { get; }

    /// <summary>The fields of a structured type, in order; empty for all others.</summary>
    public IReadOnlyList<NumpyField> Fields { get; }

    public bool HasObjects { get; }

    /// <summary>The name in reports, such as <c>float64</c>.</summary>
    public string Name => Kind switch
    {
        'b' => "bool",
        'i' => "int" + (ItemSize * 8).ToString(CultureInfo.InvariantCulture),
        'u' => "uint" + (ItemSize * 8).ToString(CultureInfo.InvariantCulture),
        'f' => "float" + (ItemSize * 8).ToString(CultureInfo.InvariantCulture),
        'c' => "complex" + (ItemSize * 8).ToString(CultureInfo.InvariantCulture),
        'O' => "object",
        _ => Kind + ItemSize.ToString(CultureInfo.InvariantCulture),
    };

    public NumpyField? Field(string name) => Fields.FirstOrDefault(field => field.Name == name);

    public static NumpyDataType? TryRead(PickleValue value)
    {
        var budget = MaximumFields;
        return TryRead(value, 0, ref budget);
    }

    // Fields may hold structured types again, and many fields the same one: without a budget a small file stands for 100^8 fields.
    private static NumpyDataType? TryRead(PickleValue value, int depth, ref int budget)
    {
        if (depth > 8 || --budget < 0 || value.Object is not { } dtype || !dtype.Is("numpy", "dtype")
            || dtype.Arguments.Tuple is not { Items: [{ Text: { } code }, ..] })
            return null;

        var state = dtype.State.Tuple?.Items ?? [];
        if (ParseCode(code) is not var (kind, itemSize, isBigEndian))
            return null;
        if (state is [_, { Text: { } order }, ..])
            isBigEndian = order == ">";
        if (state.Length >= 8 && state[2].Kind != PickleKind.None)
            return TryReadSubarray(state[2], depth, ref budget);
        if (state.Length < 6)
            return new(kind, itemSize, isBigEndian, [], kind == 'O');

        if (state[5].Integer is { } declared and > 0)
        {
            if (declared > MaximumItemSize)
                return null;
            itemSize = (int)declared;
        }

        if (state[3].Tuple is not { } names)
            return new(kind, itemSize, isBigEndian, [], kind == 'O');
        if (kind != 'V' || state[4].Dictionary is not { } byName || names.Items.Length > MaximumFields || byName.Entries.Count > MaximumFields)
            return null;

        List<NumpyField> fields = [];
        foreach (var item in names.Items)
        {
            if (item.Text is not { } name || !byName.TryGet(name, out var field)
                || field.Tuple is not { Items: [var fieldType, { Integer: { } offset }, ..] }
                || TryRead(fieldType, depth + 1, ref budget) is not { } type
                || offset < 0 || offset > itemSize - type.ItemSize)
                return null;
            fields.Add(new(name, type, (int)offset));
        }

        return new(kind, itemSize, isBigEndian, fields, fields.Exists(field => field.Type.HasObjects));
    }

    // An array inside of an element: only its size matters to anyone who reads on.
    private static NumpyDataType? TryReadSubarray(PickleValue value, int depth, ref int budget) =>
        value.Tuple is { Items: [var element, var shape] }
        && TryRead(element, depth + 1, ref budget) is { } type
        && NumpyShape.TryRead(shape, type.ItemSize, out _, out var length)
        && length <= MaximumItemSize
            ? new('V', (int)length, type.IsBigEndian, [], type.HasObjects)
            : null;

    private static (char Kind, int ItemSize, bool IsBigEndian)? ParseCode(string code)
    {
        var isBigEndian = code.StartsWith('>');
        var plain = code.TrimStart('<', '>', '=', '|');
        switch (plain)
        {
            case "bool" or "?":
                return ('b', 1, false);
            case "object":
                return ('O', 8, false);
            case "float64":
                return ('f', 8, isBigEndian);
            case "float32":
                return ('f', 4, isBigEndian);
            case "int64":
                return ('i', 8, isBigEndian);
            case "int32":
                return ('i', 4, isBigEndian);
        }

        if (plain.Length == 0 || !"biufcSUOVMma".Contains(plain[0], StringComparison.Ordinal))
            return null;

        var size = 0;
        var digits = plain.AsSpan(1);
        var end = digits.IndexOfAnyExceptInRange('0', '9');
        if (end >= 0 && plain[0] is not ('M' or 'm'))
            return null;
        if (digits.Length > 0 && !int.TryParse(end < 0 ? digits : digits[..end], NumberStyles.None, CultureInfo.InvariantCulture, out size))
            return null;
        if (size > MaximumItemSize / 4)
            return null;

        return plain[0] switch
        {
            'O' => ('O', 8, false),
            'b' when size > 1 => null,
            'b' => ('b', 1, false),
            'U' => ('U', size * 4, isBigEndian),
            'a' => ('S', size, false),
            'i' or 'u' when size is not (1 or 2 or 4 or 8) => null,
            'f' when size is not (2 or 4 or 8 or 12 or 16) => null,
            'c' when size is not (8 or 16 or 24 or 32) => null,
            var kind => (kind, size, isBigEndian),
        };
    }

    private const int MaximumItemSize = 1 << 24;
    private const int MaximumFields = 100;
}

/// <summary>One field of a structured element.</summary>
internal sealed class NumpyField(string name, NumpyDataType type, int offset)
{
    public string Name => name;

    public NumpyDataType Type => type;

    public int Offset => offset;
}
