using Precinto.Formats.Pickle;

namespace Precinto.Formats.Torch;

/// <summary>The bytes of one or several tensors, as the pickle names them: <c>('storage', torch.FloatStorage, key, location, elements)</c>.</summary>
internal sealed record TorchStorage(string Key, string ElementType, int ElementSize, long Elements)
{
    /// <summary>The number of bytes; null where it does not fit into 63 bits.</summary>
    public long? Length => TensorShape.Multiply(ElementSize, [Elements]);

    /// <summary>How many elements of a size it has room for; of the smallest types several share a byte.</summary>
    public long? Capacity(int elementSize) => ElementType switch
    {
        "quint4x2" => TensorShape.Multiply(2, [Elements]),
        "quint2x4" => TensorShape.Multiply(4, [Elements]),
        _ => Length / elementSize,
    };

    /// <summary>The storage that a value is, or null.</summary>
    public static TorchStorage? TryRead(PickleValue value) =>
        value.Object is { Callable.IsNone: true, Arguments.Tuple: { Items: [{ Text: "storage" }, { Global: { } made }, { Text: { } key }, _, { Integer: >= 0 and var elements }, ..] } }
        && ElementTypes.TryGetValue(made.Name, out var type)
            ? new(key, type.Name, type.Size, elements)
            : null;

    /// <summary>A storage that is pickled inside of the pickle, as one of bytes: it holds no more of them than were pickled.</summary>
    public static TorchStorage? TryReadNested(PickleValue value) =>
        value.Object is { Class: { Name: "_load_from_bytes" }, Arguments.Tuple: { Items: [{ Bytes: { } bytes }] } } ? new("", "uint8", 1, Math.Max(0, bytes.Length - LeastAround)) : null;

    // Five pickles and a length stand before the bytes.
    private const int LeastAround = 200;

    /// <summary>The name and size of an element type as <c>torch.dtype</c> calls it, or null.</summary>
    public static (string Name, int Size)? FindType(PickleValue value) =>
        value.Global is { Module: "torch" } type && Array.Find([.. ElementTypes.Values, .. OtherTypes], known => known.Name == type.Name) is { Size: > 0 } found ? found : null;

    // torch/storage.py: what a class of storage holds.
    private static readonly Dictionary<string, (string Name, int Size)> ElementTypes = new(StringComparer.Ordinal)
    {
        ["FloatStorage"] = ("float32", 4),
        ["DoubleStorage"] = ("float64", 8),
        ["HalfStorage"] = ("float16", 2),
        ["BFloat16Storage"] = ("bfloat16", 2),
        ["LongStorage"] = ("int64", 8),
        ["IntStorage"] = ("int32", 4),
        ["ShortStorage"] = ("int16", 2),
        ["CharStorage"] = ("int8", 1),
        ["ByteStorage"] = ("uint8", 1),
        ["BoolStorage"] = ("bool", 1),
        ["ComplexFloatStorage"] = ("complex64", 8),
        ["ComplexDoubleStorage"] = ("complex128", 16),
        ["QInt8Storage"] = ("qint8", 1),
        ["QUInt8Storage"] = ("quint8", 1),
        ["QInt32Storage"] = ("qint32", 4),
        ["QUInt4x2Storage"] = ("quint4x2", 1),
        ["QUInt2x4Storage"] = ("quint2x4", 1),
        ["UntypedStorage"] = ("uint8", 1),
    };

    private static readonly (string Name, int Size)[] OtherTypes =
    [
        ("float8_e4m3fn", 1), ("float8_e5m2", 1), ("float8_e4m3fnuz", 1), ("float8_e5m2fnuz", 1), ("float8_e8m0fnu", 1), ("uint16", 2), ("uint32", 4), ("uint64", 8),
        ("complex32", 4), ("half", 2), ("float", 4), ("double", 8), ("short", 2), ("int", 4), ("long", 8),
    ];
}
