using System.Globalization;

namespace Precinto.Formats.Numpy;

/// <summary>
/// The element type of a NumPy array, from its array-interface description: <c>&lt;f8</c>, or a list of fields
/// (numpy/doc/neps/nep-0001-npy-format, and "The array interface protocol", version 3).
/// </summary>
internal sealed class NumpyDataType
{
    private NumpyDataType(NumpyKind kind, int elementSize, bool isBigEndian)
    {
        Kind = kind;
        ElementSize = elementSize;
        IsBigEndian = isBigEndian;
        ItemSize = elementSize;
        HasObjects = kind == NumpyKind.PythonObject;
    }

    public NumpyKind Kind { get; }

    /// <summary>Bytes of one element, without <see cref="SubShape"/>.</summary>
    public int ElementSize { get; }

    /// <summary>Bytes of one item: of all elements of <see cref="SubShape"/>.</summary>
    public int ItemSize { get; private init; }

    public bool IsBigEndian { get; }

    /// <summary>The fields of a structure, in their order; empty for plain elements.</summary>
    public IReadOnlyList<NumpyField> Fields { get; private init; } = [];

    /// <summary>The dimensions that each item has of its own; empty for plain elements.</summary>
    public IReadOnlyList<long> SubShape { get; private init; } = [];

    /// <summary>Whether an object lies anywhere in an item: the array's body is a pickle then.</summary>
    public bool HasObjects { get; private init; }

    /// <summary>NumPy's name, such as <c>float64</c> or <c>uint8</c>; of structures, the names of their fields.</summary>
    public string Name => Kind switch
    {
        NumpyKind.Boolean => "bool",
        NumpyKind.SignedInteger => $"int{ElementSize * 8}",
        NumpyKind.UnsignedInteger => $"uint{ElementSize * 8}",
        NumpyKind.Real => $"float{ElementSize * 8}",
        NumpyKind.Complex => $"complex{ElementSize * 8}",
        NumpyKind.Duration => "timedelta64",
        NumpyKind.Instant => "datetime64",
        NumpyKind.Bytes => $"bytes{ElementSize}",
        NumpyKind.Text => $"str{ElementSize / 4}",
        NumpyKind.PythonObject => "object",
        _ when Fields.Count > 0 => "{" + string.Join(", ", Fields.Take(NamedFields).Select(part => Cut(part.Name))) + (Fields.Count > NamedFields ? ", …}" : "}"),
        _ => $"void{ElementSize}",
    };

    /// <summary>The field of this name, or null.</summary>
    public NumpyField? Field(string name) => Fields.FirstOrDefault(field => field.Name == name);

    /// <summary>Reads a description of one element, such as <c>&lt;f8</c>, <c>|b1</c>, <c>&lt;U10</c> or <c>&gt;M8[ns]</c>.</summary>
    /// <exception cref="MalformedModelException">It describes no type of NumPy.</exception>
    public static NumpyDataType Parse(string description, long offset = 0) =>
        TryParse(description) ?? throw new MalformedModelException(offset, $"'{Cut(description)}' is no type of NumPy.");

    /// <summary>Reads a description of one element; null where it describes no type of NumPy.</summary>
    public static NumpyDataType? TryParse(ReadOnlySpan<char> description)
    {
        var rest = description;
        var isBigEndian = false;
        if (rest is ['<' or '>' or '|' or '=', ..])
        {
            isBigEndian = rest[0] == '>';
            rest = rest[1..];
        }

        if (rest.IsEmpty)
            return null;
        var letter = rest[0];
        rest = rest[1..];
        if (letter is 'm' or 'M' && rest.IndexOf('[') is >= 0 and var unit)
        {
            if (rest[^1] != ']')
                return null;
            rest = rest[..unit];
        }

        var count = letter switch { '?' => 1, 'O' => 8, _ => 0 };
        if (!rest.IsEmpty && !int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out count))
            return null;

        NumpyKind? kind = letter switch
        {
            'b' or '?' when count == 1 => NumpyKind.Boolean,
            'i' when count is 1 or 2 or 4 or 8 => NumpyKind.SignedInteger,
            'u' when count is 1 or 2 or 4 or 8 => NumpyKind.UnsignedInteger,
            'f' when count is 2 or 4 or 8 or 12 or 16 => NumpyKind.Real,
            'c' when count is 8 or 16 or 24 or 32 => NumpyKind.Complex,
            'm' when count == 8 => NumpyKind.Duration,
            'M' when count == 8 => NumpyKind.Instant,
            'S' or 'a' => NumpyKind.Bytes,
            'U' when count <= LargestItem / 4 => NumpyKind.Text,
            'V' => NumpyKind.Raw,
            'O' when count is 4 or 8 => NumpyKind.PythonObject,
            _ => null,
        };
        return kind is { } known ? new(known, known == NumpyKind.Text ? count * 4 : count, isBigEndian) : null;
    }

    /// <summary>A structure of fields that lie within its size.</summary>
    public static NumpyDataType Structure(int size, IReadOnlyList<NumpyField> fields) =>
        new(NumpyKind.Raw, size, false) { Fields = fields, HasObjects = fields.Any(field => field.Type.HasObjects) };

    /// <summary>Bytes of which only the number matters, and whether objects lie in them.</summary>
    public static NumpyDataType Opaque(int size, bool hasObjects) => new(NumpyKind.Raw, size, false) { HasObjects = hasObjects };

    /// <summary>The same type in another order of bytes.</summary>
    public NumpyDataType Ordered(bool isBigEndian) => new(Kind, ElementSize, isBigEndian);

    /// <summary>The same type with another size, for those kinds whose size is free; all others keep theirs.</summary>
    public NumpyDataType Sized(int size) => Kind is NumpyKind.Bytes or NumpyKind.Text or NumpyKind.Raw ? new(Kind, size, IsBigEndian) : this;

    /// <summary>Builds a type from the parsed <c>descr</c> of a header: a text, a list of fields, or a pair of type and shape.</summary>
    /// <exception cref="MalformedModelException">It describes no type of NumPy.</exception>
    public static NumpyDataType From(PythonLiteral description, long offset = 0)
    {
        // The parser bounds how deep a literal is, and so the number of rounds; structures are built innermost first.
        Stack<(PythonLiteral Literal, bool IsVisited)> work = [];
        Dictionary<PythonLiteral, NumpyDataType> built = new(ReferenceEqualityComparer.Instance);
        work.Push((description, false));
        while (work.TryPop(out var item))
        {
            var (literal, isVisited) = item;
            if (literal.Kind == PythonLiteralKind.Text)
            {
                built[literal] = Parse(literal.Text, offset);
            }
            else if (isVisited)
            {
                built[literal] = literal.Kind == PythonLiteralKind.Tuple
                    ? Repeat(built[literal.Items[0]], literal.Items[1], offset)
                    : Combine(literal, built, offset);
            }
            else
            {
                work.Push((literal, true));
                foreach (var inner in InnerTypes(literal, offset))
                    work.Push((inner, false));
            }
        }

        return built[description];
    }

    /// <summary>The number of bytes of an array of this type.</summary>
    /// <exception cref="MalformedModelException">A dimension is negative, or the product does not fit into 63 bits.</exception>
    public long SizeOf(IReadOnlyList<long> shape, long offset = 0) => Multiply(ItemSize, shape, offset);

    /// <summary>The product of dimensions.</summary>
    /// <exception cref="MalformedModelException">A dimension is negative, or the product does not fit into 63 bits.</exception>
    public static long Multiply(long factor, IReadOnlyList<long> shape, long offset = 0) =>
        TensorShape.Multiply(factor, shape)
        ?? throw new MalformedModelException(offset, "A dimension is negative, or the number of elements does not fit into 63 bits.");

    private static IEnumerable<PythonLiteral> InnerTypes(PythonLiteral literal, long offset)
    {
        if (literal.Kind == PythonLiteralKind.Tuple && literal.Items.Count == 2)
            return literal.Items.Take(1);
        if (literal.Kind == PythonLiteralKind.List && literal.Items.TrueForAll(item => item.Kind == PythonLiteralKind.Tuple && item.Items.Count is 2 or 3))
            return literal.Items.Select(item => item.Items[1]);

        throw new MalformedModelException(offset, "A type is neither a text, nor a list of fields, nor a pair of type and shape.");
    }

    private static NumpyDataType Combine(PythonLiteral list, Dictionary<PythonLiteral, NumpyDataType> built, long offset)
    {
        List<NumpyField> fields = [];
        HashSet<string> names = [];
        var size = 0;
        foreach (var item in list.Items.Select(item => item.Items))
        {
            // A field has a name, or a pair of title and name; padding has an empty one.
            var name = item[0] is { IsSequence: true, Items: [_, var second] } ? second : item[0];
            if (name.Kind != PythonLiteralKind.Text)
                throw new MalformedModelException(offset, "The name of a field is no text.");
            var type = item.Count == 3 ? Repeat(built[item[1]], item[2], offset) : built[item[1]];
            if (name.Text.Length > 0 && !names.Add(name.Text))
                throw new MalformedModelException(offset, $"Two fields have the name '{name.Text}'.");
            fields.Add(new(name.Text, type, size));
            if (type.ItemSize > LargestItem - size)
                throw new MalformedModelException(offset, $"An item is larger than {LargestItem} bytes.");
            size += type.ItemSize;
        }

        return Structure(size, fields);
    }

    private static NumpyDataType Repeat(NumpyDataType type, PythonLiteral shape, long offset)
    {
        var dimensions = shape.Kind == PythonLiteralKind.Integer ? [shape] : shape.IsSequence ? shape.Items : null;
        if (dimensions is null || dimensions.Exists(item => item.Kind != PythonLiteralKind.Integer))
            throw new MalformedModelException(offset, "The shape of a field is no tuple of whole numbers.");

        IReadOnlyList<long> lengths = [.. type.SubShape.Concat(dimensions.Select(item => item.Number))];
        var size = Multiply(type.ElementSize, lengths, offset);
        if (size > LargestItem)
            throw new MalformedModelException(offset, $"An item is larger than {LargestItem} bytes.");
        return new(type.Kind, type.ElementSize, type.IsBigEndian) { ItemSize = (int)size, Fields = type.Fields, SubShape = lengths, HasObjects = type.HasObjects };
    }

    // Names come out of the file, and go into facts and messages.
    private static string Cut(string text) => Excerpt.Of(text, NameLength);

    private const int LargestItem = int.MaxValue;
    private const int NamedFields = 16;
    private const int NameLength = 100;
}
