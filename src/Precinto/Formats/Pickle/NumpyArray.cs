using System.Buffers.Binary;
using System.Text;
using Precinto.Formats.Numpy;
using Precinto.Inspection;

namespace Precinto.Formats.Pickle;

/// <summary>
/// A numpy array in a pickle, in each of the forms that numpy and joblib write: <c>_reconstruct</c> with a state, <c>_frombuffer</c>,
/// and joblib's wrapper with the bytes behind it. Its shape and the number of its bytes agree.
/// </summary>
internal sealed class NumpyArray
{
    private readonly PickleDocument _document;
    private readonly PickleBytes? _data;
    private readonly PickleList? _objects;

    private NumpyArray(PickleDocument document, NumpyDataType type, long[] shape, bool isFortran, PickleBytes? data, PickleList? objects)
    {
        _document = document;
        _data = data;
        _objects = objects;
        Type = type;
        Shape = shape;
        IsFortran = isFortran;
        Count = 1;
        foreach (var dimension in shape)
            Count *= dimension;
    }

    public NumpyDataType Type { get; }

    public IReadOnlyList<long> Shape { get; }

    /// <summary>Whether the first index runs fastest.</summary>
    public bool IsFortran { get; }

    public long Count { get; }

    /// <summary>The elements of an array of objects, in order; null for all others.</summary>
    public IReadOnlyList<PickleValue>? Objects => _objects?.Items;

    public static bool IsArray(PickleValue value) => value.Object is { Class: { } made }
        && made.Name is "_reconstruct" or "_frombuffer" or "NumpyArrayWrapper" && made.Standing == ImportStanding.Harmless;

    /// <summary>Whether this is what joblib, or the one that scikit-learn brought along until 0.22, puts before the bytes of an array.</summary>
    public static bool IsWrapper(PickleObject value) => value.Is("joblib.numpy_pickle", "NumpyArrayWrapper") || value.Is("sklearn.externals.joblib.numpy_pickle", "NumpyArrayWrapper");

    /// <summary>The array, or null where the value is none or does not agree with itself.</summary>
    public static NumpyArray? TryRead(PickleValue value, PickleDocument document)
    {
        // joblib writes an array of objects as a pickle of the array behind the wrapper; one step, so no chain of them is followed.
        if (value.Object is { } wrapper && IsWrapper(wrapper))
        {
            if (wrapper.InStream.Object is not null)
                value = wrapper.InStream;
            else
                return TryReadWrapper(wrapper, document);
        }

        if (value.Object is not { Class: { } made } array)
            return null;
        if (made.Name == "_reconstruct" && array.State.Tuple is { Items: [.., var shape, var dtype, var order, var data] state } && state.Length is 4 or 5)
            return TryCreate(document, dtype, shape, order.Boolean ?? order.Integer is 1, data, array);
        if (made.Name == "_frombuffer" && array.Arguments.Tuple is { Items: [var buffer, var type, var extent, { Text: "C" or "F" } layout] })
            return TryCreate(document, type, extent, layout.Text == "F", buffer, array);

        return null;
    }

    /// <summary>The bytes of all elements; null where they were not kept or are objects.</summary>
    public byte[]? ReadBytes(int maximum)
    {
        if (_data is null)
            return null;
        if (_data.Form is PickleBytesForm.Bytes or PickleBytesForm.ByteArray)
            return _document.ReadBytes(_data, maximum);

        // Protocols 0 to 2 write bytes as a text of the characters 0 to 255.
        if (_document.ReadBytes(_data, Math.Min(maximum, Array.MaxLength / 6) * 6) is not { } text)
            return null;
        var decoded = Encoding.Latin1.GetBytes(PickleText.Decode(text, _data.Form));
        return decoded.Length == Count * Type.ItemSize ? decoded : null;
    }

    /// <summary>All elements as labels or settings; null for types that have no scalar form or where there are too many.</summary>
    public IReadOnlyList<ScalarValue>? ReadScalars(int maximum)
    {
        if (Count > maximum)
            return null;
        if (_objects is not null)
        {
            var scalars = _objects.Items.Select(item => PickleScalars.TryRead(item, _document)).OfType<ScalarValue>().ToList();
            return scalars.Count == Count ? scalars : null;
        }

        if (ReadBytes(MaximumScalarBytes) is not { } bytes)
            return null;

        List<ScalarValue> values = [];
        for (var index = 0; index < Count; index++)
        {
            if (TryScalar(Type, bytes.AsSpan(index * Type.ItemSize, Type.ItemSize)) is not { } value)
                return null;
            values.Add(value);
        }

        return values;
    }

    public static ScalarValue? TryScalar(NumpyDataType type, ReadOnlySpan<byte> bytes)
    {
        switch (type.Kind)
        {
            case NumpyKind.Boolean:
                return ScalarValue.From(bytes[0] != 0);
            case NumpyKind.SignedInteger:
                return ScalarValue.From(type.ItemSize switch
                {
                    1 => unchecked((sbyte)bytes[0]),
                    2 => type.IsBigEndian ? BinaryPrimitives.ReadInt16BigEndian(bytes) : BinaryPrimitives.ReadInt16LittleEndian(bytes),
                    4 => type.IsBigEndian ? BinaryPrimitives.ReadInt32BigEndian(bytes) : BinaryPrimitives.ReadInt32LittleEndian(bytes),
                    _ => type.IsBigEndian ? BinaryPrimitives.ReadInt64BigEndian(bytes) : BinaryPrimitives.ReadInt64LittleEndian(bytes),
                });
            case NumpyKind.UnsignedInteger:
                var whole = type.ItemSize switch
                {
                    1 => bytes[0],
                    2 => type.IsBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes),
                    4 => type.IsBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes),
                    _ => type.IsBigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes),
                };
                return whole <= long.MaxValue ? ScalarValue.From((long)whole) : null;
            case NumpyKind.Real when type.ItemSize == 8:
                return ScalarValue.From(type.IsBigEndian ? BinaryPrimitives.ReadDoubleBigEndian(bytes) : BinaryPrimitives.ReadDoubleLittleEndian(bytes));
            case NumpyKind.Real when type.ItemSize == 4:
                return ScalarValue.From((double)(type.IsBigEndian ? BinaryPrimitives.ReadSingleBigEndian(bytes) : BinaryPrimitives.ReadSingleLittleEndian(bytes)));
            case NumpyKind.Real when type.ItemSize == 2:
                return ScalarValue.From((double)(type.IsBigEndian ? BinaryPrimitives.ReadHalfBigEndian(bytes) : BinaryPrimitives.ReadHalfLittleEndian(bytes)));
            case NumpyKind.Bytes:
                return ScalarValue.From(Encoding.Latin1.GetString(bytes).TrimEnd('\0'));
            case NumpyKind.Text:
                return ScalarValue.From((type.IsBigEndian ? BigEndianUtf32 : Encoding.UTF32).GetString(bytes).TrimEnd('\0'));
            default:
                return null;
        }
    }

    private static NumpyArray? TryReadWrapper(PickleObject wrapper, PickleDocument document)
    {
        if (wrapper.Attributes is not { } attributes
            || !attributes.TryGet("shape", out var shape)
            || !attributes.TryGet("dtype", out var dtype)
            || !attributes.TryGet("order", out var order))
            return null;

        return TryCreate(document, dtype, shape, order.Text == "F", wrapper.InStream, wrapper);
    }

    private static NumpyArray? TryCreate(PickleDocument document, PickleValue dtype, PickleValue shape, bool isFortran, PickleValue data, PickleObject array)
    {
        if (PickledDataType.TryRead(dtype) is not { } type || !PickledShape.TryRead(shape, type.ItemSize, out var dimensions, out var length))
            return null;

        if (type.HasObjects)
        {
            NumpyArray objects = new(document, type, dimensions, isFortran, null, data.List);
            return type.Kind == NumpyKind.PythonObject && data.List is { } list && list.Items.Count == objects.Count ? objects : null;
        }

        // _codecs.encode over a text that is too long to be kept, and bytearray(bytes) of protocols below 5.
        if (data.Object is { Class: { } made, Arguments.Tuple: { Items: [var inner, ..] } })
        {
            if (made.Is("_codecs", "encode") || made.Is("builtins", "bytearray"))
                data = inner;
        }

        var bytes = data.Bytes;
        if (data.Text is { } text)
        {
            var latin = Encoding.Latin1.GetBytes(text);
            bytes = new(array.Position, array.Position, latin.Length, PickleBytesForm.Bytes, latin);
        }

        if (bytes is null)
            return null;

        // The length of an escaped text is only known when it is decoded, where it is compared.
        var isPlain = bytes.Form is PickleBytesForm.Bytes or PickleBytesForm.ByteArray;
        if (isPlain ? bytes.Length != length : bytes.Length < length)
            return null;

        return new(document, type, dimensions, isFortran, bytes, null);
    }

    private static readonly UTF32Encoding BigEndianUtf32 = new(bigEndian: true, byteOrderMark: false);
    private const int MaximumScalarBytes = 16 << 20;
}
