using System.Globalization;
using Precinto.Formats.Protobuf;
using Precinto.Inspection;

namespace Precinto.Formats.Onnx;

/// <summary>A TensorProto: its declaration, and how much data it has; the data itself is never read.</summary>
internal sealed class OnnxTensor
{
    private readonly long[] _stored = new long[7];
    private readonly List<long> _dimensions = [];
    private readonly List<KeyValuePair<string, string>> _external = [];
    private readonly List<double> _numbers = [];
    private bool _isExternal;
    private bool _hasRaw;
    private byte[] _raw = [];

    private OnnxTensor(long position) => Position = position;

    public string Name { get; private set; } = "";

    public long ElementType { get; private set; }

    public IReadOnlyList<long> Dimensions => _dimensions;

    public long Position { get; }

    /// <summary>The number of elements; null where the dimensions are negative or too large.</summary>
    public long? Count { get; private set; }

    /// <summary>Reads the tensor that comes next, notes what is wrong with it and where its data lies.</summary>
    public static OnnxTensor Read(ProtobufReader reader, ProtobufWire wire, InspectionContext context)
    {
        OnnxTensor tensor = new(reader.Position);
        var outer = reader.Enter(wire);
        while (reader.TryReadTag(out var field, out var kind))
            tensor.ReadField(reader, field, kind, context.Limits.TextBytes);
        reader.Leave(outer);

        tensor.Count = TensorShape.Count(tensor._dimensions);
        tensor.Check(context);
        return tensor;
    }

    /// <summary>What is known of the value: its numbers as well, where they are few, stored here, and such as shapes are made of.</summary>
    public KnownValue ToConstant()
    {
        double[] shape = [.. _dimensions.Select(length => (double)length)];
        if (Count is not (>= 0 and <= KnownValue.MostNumbers and var count) || _isExternal)
            return new(shape);
        double[] numbers = [.. _hasRaw ? OnnxElementType.Decode(ElementType, _raw) : _numbers];
        return new(shape, numbers.Length == count ? numbers : null);
    }

    public TensorFact ToFact() => new(Name, OnnxElementType.NameOf(ElementType), [.. _dimensions.Select(length => (long?)length)]);

    /// <summary>The reference to data outside, or null where the data is inside.</summary>
    public OnnxExternalReference? ToReference(bool isMainInitializer)
    {
        if (!_isExternal && _external.Count == 0)
            return null;

        var bits = OnnxElementType.BitsOf(ElementType);
        long? expected = bits > 0 && Count is { } count && BytesOf(count, bits) is var bytes && bytes <= long.MaxValue ? (long)bytes : null;
        var length = Find("length");
        return new(Name, Find("location"), ParseNumber(Find("offset") ?? "0"), length is null ? null : ParseNumber(length), expected, isMainInitializer);
    }

    /// <summary>
    /// Whether a key of the reference occurs twice, so that two readers may see two files, or is none of onnx.proto's or ONNX Runtime's: the library of ONNX
    /// sets an attribute of its own object by whatever a key is called, <c>basepath</c> among them.
    /// </summary>
    public bool HasAmbiguousReference =>
        _external.DistinctBy(entry => entry.Key).Count() != _external.Count
        || _external.Exists(entry => entry.Key is not ("location" or "offset" or "length" or "checksum") && !entry.Key.StartsWith("prepacked_", StringComparison.Ordinal));

    private void ReadField(ProtobufReader reader, int field, ProtobufWire wire, int textBytes)
    {
        switch (field)
        {
            case 1:
                reader.ReadIntegers(wire, _dimensions, LargestRank);
                break;
            case 2:
                ElementType = reader.ReadInteger(wire);
                break;
            case 4:
                var reals = reader.CountFixed(wire, 4);
                _stored[(int)OnnxStorage.Floats] += reals;
                if (_numbers.Count + reals <= KnownValue.MostNumbers)
                    _numbers.AddRange(OnnxElementType.Decode(OnnxElementType.Single, reader.ReadAgain(reader.Position - (4 * reals), (int)(4 * reals))));
                break;
            case 5:
                _stored[(int)OnnxStorage.Integers32] += CountIntegers(reader, wire);
                break;
            case 6:
                reader.SkipBytes(wire);
                _stored[(int)OnnxStorage.Texts]++;
                break;
            case 7:
                _stored[(int)OnnxStorage.Integers64] += CountIntegers(reader, wire);
                break;
            case 8:
                Name = reader.ReadText(wire, textBytes);
                break;
            case 9:
                var (start, length) = reader.SkipBytes(wire);
                _stored[(int)OnnxStorage.Raw] = length;
                _raw = length <= KnownValue.MostNumbers * 8 ? reader.ReadAgain(start, (int)length) : [];
                _hasRaw = true;
                break;
            case 10:
                _stored[(int)OnnxStorage.Doubles] += reader.CountFixed(wire, 8);
                break;
            case 11:
                _stored[(int)OnnxStorage.Unsigned64] += reader.CountVarints(wire);
                break;
            case 13 when _external.Count < MostExternalEntries:
                _external.Add(ProtobufEntry.Read(reader, wire, textBytes));
                break;
            case 13:
                throw new MalformedModelException(reader.Position, $"Has more than {MostExternalEntries} entries about external data.");
            case 14:
                // Anything but the default counts: what a reader makes of an unknown place cannot be told.
                _isExternal = reader.ReadInteger(wire) != 0;
                break;
            default:
                reader.Skip(wire);
                break;
        }
    }

    private long CountIntegers(ProtobufReader reader, ProtobufWire wire)
    {
        var start = reader.Position;
        var count = reader.CountVarints(wire);
        if (_numbers.Count + count > KnownValue.MostNumbers)
            return count;

        reader.ReturnTo(start);
        List<long> numbers = [];
        reader.ReadIntegers(wire, numbers, KnownValue.MostNumbers);
        _numbers.AddRange(numbers.Select(number => (double)number));
        return count;
    }

    private void Check(InspectionContext context)
    {
        if (!OnnxElementType.IsKnown(ElementType))
        {
            context.Add(OnnxRules.UnknownType, $"'{Name}' has elements of type {ElementType}.", Position);
            return;
        }

        if (Count is not { } count)
        {
            context.Add(OnnxRules.SizeMismatch, $"'{Name}' has the dimensions [{string.Join(", ", _dimensions)}].", Position);
            return;
        }

        var lists = _stored.Skip(1).Count(stored => stored > 0) + (_hasRaw ? 1 : 0);
        var isExternal = _isExternal || _external.Count > 0;
        var fits = isExternal ? lists == 0 || (lists == 1 && _hasRaw && _stored[0] == 0) : Fits(count, lists);
        if (!fits)
            context.Add(OnnxRules.SizeMismatch, $"'{Name}' of {count} elements of {OnnxElementType.NameOf(ElementType)} has other data than they take.", Position);
    }

    private bool Fits(long count, int lists)
    {
        if (lists == 0)
            return count == 0;
        if (lists > 1)
            return false;
        if (_hasRaw)
            return OnnxElementType.BitsOf(ElementType) is > 0 and var bits && BytesOf(count, bits) == _stored[0];

        var storage = (OnnxStorage)Array.FindIndex(_stored, stored => stored > 0);
        return OnnxElementType.EntriesOf(ElementType, count, storage) == _stored[(int)storage];
    }

    private string? Find(string key) => _external.LastOrDefault(entry => entry.Key == key).Value;

    private static Int128 BytesOf(long count, int bits) => ((Int128)count * bits + 7) / 8;

    private static long ParseNumber(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : -1;

    private const int LargestRank = 64;
    private const int MostExternalEntries = 32;
}
