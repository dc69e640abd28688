using System.Globalization;
using Precinto.Formats.Numpy;

namespace Precinto.Formats.Pickle;

/// <summary>
/// The element type of a NumPy array as a pickle spells it: <c>numpy.dtype('f8', False, True)</c> and the state behind it, which holds
/// (version, order, element and shape of a subarray, names, fields, size, alignment, flags).
/// </summary>
internal static class PickledDataType
{
    public static NumpyDataType? TryRead(PickleValue value)
    {
        var budget = MaximumFields;
        return TryRead(value, 0, ref budget);
    }

    /// <summary>
    /// Whether size and flags of a state are those of its type. NumPy takes the flags on trust: one that claims objects makes joblib read a pickle
    /// where the bytes of an array stand. It takes the size for types of free size only.
    /// </summary>
    public static bool Fits(PickleObject dtype, PickleValue state)
    {
        if (CodeOf(dtype, state) is not { } code || NumpyDataType.TryParse(code) is not { } type)
            return true;
        if (state.Tuple is not { Items: [_, _, var inner, var names, var fields, { Integer: { } size }, { Integer: -1 or 1 or 2 or 4 or 8 or 16 }, { Integer: { } flags }, ..] })
            return false;

        var isFree = type.Kind is NumpyKind.Bytes or NumpyKind.Text or NumpyKind.Raw;
        if (size != type.ItemSize && (isFree || size != -1))
            return false;
        // Dates without their unit are read where there is none.
        if (code.TrimStart('<', '>', '=', '|') is ['M' or 'm', ..] && state.Tuple.Items is not [{ Integer: 4 }, .., { Tuple.Items: [{ Dictionary: not null } or { IsNone: true }, { Tuple.Items.Length: 4 }] }])
            return false;
        if (type.Kind == NumpyKind.PythonObject)
            return (flags & ObjectFlags) == ObjectFlags;
        if (type.Kind != NumpyKind.Raw)
            return (flags & ~(isFree ? NeedsInitialization : 0)) == 0 && inner.IsNone && names.IsNone && fields.IsNone;

        // NPY_NEEDS_INIT, NPY_NEEDS_PYAPI and NPY_ALIGNED_STRUCT say nothing of objects; with fields of objects the first bit must be set.
        if (inner.IsNone && names.IsNone)
            return (flags & ~StructureFlags) == 0;
        PickleObject probe = new(dtype.Position, dtype.Callable, dtype.Arguments, dtype.Keywords) { State = state };
        return TryRead(PickleValue.From(probe)) is { } whole && whole.ItemSize == size && (whole.HasObjects ? (flags & FlagsOfFields) == FlagsOfFields : (flags & 1) == 0);
    }

    // Fields may hold structured types again, and many fields the same one: without a budget a small file stands for 100^8 fields.
    private static NumpyDataType? TryRead(PickleValue value, int depth, ref int budget)
    {
        if (depth > 8 || --budget < 0 || value.Object is not { } dtype || !dtype.Is("numpy", "dtype") || CodeOf(dtype, dtype.State) is not { } code
            || NumpyDataType.TryParse(code) is not { } type || type.ItemSize > MaximumItemSize)
            return null;
        var state = dtype.State.Tuple?.Items ?? [];
        if (state is [_, { Text: { } order }, ..])
            type = type.Ordered(order == ">");
        if (state.Length >= 8 && state[2].Kind != PickleKind.None)
            return TryReadSubarray(state[2], depth, ref budget);
        if (state.Length < 6)
            return type;

        if (state[5].Integer is { } declared and > 0)
        {
            if (declared > MaximumItemSize)
                return null;
            // NumPy takes the declared size for types of free size only; an integer of three bytes would be read beyond its end.
            type = type.Sized((int)declared);
        }

        if (state[3].Tuple is { } names && TryReadStructure(type, names, state[4], depth, ref budget) is { } structure)
            type = structure;
        else if (!state[3].IsNone)
            return null;

        // NumPy believes the flags: an array whose type claims to hold objects (NPY_ITEM_HASOBJECT) is loaded as a pickle, whatever its elements are.
        return state is [_, _, _, _, _, _, _, { Integer: { } flags }, ..] && (flags & HasObjectFlag) != 0 && !type.HasObjects
            ? NumpyDataType.Opaque(type.ItemSize, hasObjects: true)
            : type;
    }

    private static NumpyDataType? TryReadStructure(NumpyDataType whole, PickleTuple names, PickleValue fieldsByName, int depth, ref int budget)
    {
        if (whole.Kind != NumpyKind.Raw || fieldsByName.Dictionary is not { } byName
            || names.Items.Length > MaximumFields || byName.Entries.Count > 2 * names.Items.Length)
            return null;

        Dictionary<string, NumpyField> fields = new(StringComparer.Ordinal);
        foreach (var (key, field) in byName.Entries)
        {
            if (key.Text is not { } name || field.Tuple is not { Items: [var fieldType, { Integer: { } offset }, .. var title] }
                || TryRead(fieldType, depth + 1, ref budget) is not { } type
                || offset < 0 || offset > whole.ItemSize - type.ItemSize)
                return null;
            // A field stands there a second time under its title.
            if (title is not [{ Text: { } other }] || other != name || names.Items.Any(known => known.Text == name))
                fields[name] = new(name, type, (int)offset);
        }

        List<NumpyField> inOrder = [];
        foreach (var item in names.Items)
        {
            if (item.Text is not { } name || !fields.Remove(name, out var field))
                return null;
            inOrder.Add(field);
        }

        return fields.Count == 0 && !ShareObjects(inOrder) ? NumpyDataType.Structure(whole.ItemSize, inOrder) : null;
    }

    // What another field writes over the address of an object, NumPy takes for an address.
    private static bool ShareObjects(List<NumpyField> fields)
    {
        var (end, isObject) = (0, false);
        foreach (var field in fields.OrderBy(field => field.Offset))
        {
            if (field.Offset < end && (isObject || field.Type.HasObjects))
                return true;
            isObject = field.Type.HasObjects || (isObject && field.Offset < end);
            end = Math.Max(end, field.Offset + field.Type.ItemSize);
        }

        return false;
    }

    // An array inside of an element: only its size matters to anyone who reads on.
    private static NumpyDataType? TryReadSubarray(PickleValue value, int depth, ref int budget) =>
        value.Tuple is { Items: [var element, var shape] }
        && TryRead(element, depth + 1, ref budget) is { } type
        && PickledShape.TryRead(shape, type.ItemSize, out _, out var length)
        && length <= MaximumItemSize
            ? NumpyDataType.Opaque((int)length, type.HasObjects)
            : null;

    // Structures whose elements are records name the class of these instead of their size.
    private static string? CodeOf(PickleObject dtype, PickleValue state) => dtype.Arguments.Tuple?.Items switch
    {
        [{ Text: { } code }, ..] => ShortCode(code),
        [{ Global: { Module: "numpy" or "numpy.rec" or "numpy.core.records" or "numpy._core.records", Name: "record" or "void" } }, ..] when state.Tuple is { Items: [_, _, _, _, _, { Integer: >= 0 and <= MaximumItemSize and var size }, ..] } =>
            string.Create(CultureInfo.InvariantCulture, $"V{size}"),
        _ => null,
    };

    // Pickles made by hand, and by some libraries, spell the common types out.
    private static string ShortCode(string code) => code switch
    {
        "bool" => "b1",
        "object" => "O",
        "float64" => "f8",
        "float32" => "f4",
        "int64" => "i8",
        "int32" => "i4",
        _ => code,
    };

    private const int HasObjectFlag = 1;

    // What a structure takes over from fields of objects (NPY_FROM_FIELDS): without the bit of lists, bytes of the file would be taken for addresses.
    private const long FlagsOfFields = 0x1B;
    private const long ObjectFlags = 0x3F;
    private const long NeedsInitialization = 0x08;
    private const long StructureFlags = 0x98;
    private const int MaximumItemSize = 1 << 24;
    private const int MaximumFields = 1000;
}
