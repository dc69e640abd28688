using System.Text;
using Precinto.Formats.Protobuf;
using Precinto.Inspection;

namespace Precinto.Formats.Onnx;

/// <summary>One attribute of a node (AttributeProto): tensors and graphs hide in them, and the labels of classifiers.</summary>
internal sealed class OnnxAttribute(OnnxReader owner)
{
    /// <summary>Elements of all lists of reals and of all tensors: what a tree or a linear model has learned.</summary>
    public Int128 Elements { get; private set; }

    /// <summary>The attribute's name.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The text of the attribute, where it is one.</summary>
    public string? Text { get; private set; }

    /// <summary>The whole number of the attribute, where it is one.</summary>
    public long? Integer { get; private set; }

    /// <summary>Whether it says what a constant is, or how an operator changes a shape.</summary>
    public bool IsShaping => Name is "value" or "sparse_value" or "value_int" or "value_float" or "value_floats" || IsList(Name) || Name == "axis";

    /// <summary>The whole numbers of the attribute, where it shapes.</summary>
    public IReadOnlyList<long> Numbers { get; private set; } = [];

    /// <summary>The value of the attribute, where it is that of a constant.</summary>
    public KnownValue? Value { get; private set; }

    /// <summary>The class labels, where the node is a classifier.</summary>
    public IReadOnlyList<ScalarValue>? Classes { get; private set; }

    public void Read(ProtobufReader reader, ProtobufWire wire, int depth, OnnxScope scope)
    {
        string? name = null;
        List<string> texts = [];
        List<long> numbers = [];
        List<double> reals = [];
        var outer = reader.Enter(wire);
        while (reader.TryReadTag(out var field, out var kind))
        {
            // Fields come in any order; without a name yet the lists are kept.
            var mayBeLabels = name is null || name.StartsWith("classlabels_", StringComparison.Ordinal);
            var mayBeShape = name is null || IsList(name);
            switch (field)
            {
                case 1:
                    Name = name = reader.ReadText(kind, owner.TextLimit);
                    break;
                case 2:
                    TakeReals(reader, reader.CountFixed(kind, 4), reals);
                    break;
                case 3:
                    Integer = reader.ReadInteger(kind);
                    break;
                // Only what an engine runs and which operator of PyTorch is called is asked for; the name may come behind it.
                case 4 when name is null or "ep_cache_context" or "operator":
                    Text = ReadBytes(reader, kind);
                    break;
                case 5:
                    var tensor = owner.ReadTensor(reader, kind, isMainInitializer: false);
                    Value = tensor.ToConstant();
                    Elements += tensor.Count ?? 0;
                    break;
                case 6 or 11:
                    owner.EnqueueInner(reader.SkipBytes(kind), depth + 1, scope);
                    break;
                case 7:
                    var count = reader.CountFixed(kind, 4);
                    Elements += count;
                    TakeReals(reader, count, reals);
                    break;
                case 8 when mayBeLabels || mayBeShape:
                    reader.ReadIntegers(kind, numbers, MostLabels);
                    break;
                case 9 when mayBeLabels && texts.Count < MostLabels:
                    texts.Add(ReadBytes(reader, kind) ?? "");
                    break;
                case 10:
                    Elements += owner.ReadTensor(reader, kind, isMainInitializer: false).Count ?? 0;
                    break;
                case 22 or 23:
                    var (elements, value) = owner.ReadSparse(reader, kind, scope: null);
                    Elements += elements;
                    Value = value;
                    break;
                default:
                    reader.Skip(kind);
                    break;
            }
        }

        reader.Leave(outer);
        if (IsShaping)
            Numbers = Integer is { } single ? [single] : [.. numbers.Take(KnownValue.MostNumbers)];
        Value ??= name switch
        {
            "value_int" => new([], [Integer ?? 0]),
            "value_ints" => new([numbers.Count], numbers.Count <= KnownValue.MostNumbers ? [.. numbers.Select(number => (double)number)] : null),
            "value_float" => new([], [.. reals]),
            "value_floats" => new([(double)Elements], reals.Count == Elements ? [.. reals] : null),
            _ => null,
        };
        if (name is "classlabels_strings" && texts.Count > 0)
            Classes = [.. texts.Select(ScalarValue.From)];
        else if (name is "classlabels_int64s" or "classlabels_ints" && numbers.Count > 0)
            Classes = [.. numbers.Select(ScalarValue.From)];
    }

    private static bool IsList(string name) => name is "value_ints" or "axes" or "perm" or "pads" or "shape";

    // Those that were counted last, unless there are more than a shape has.
    private static void TakeReals(ProtobufReader reader, long count, List<double> reals)
    {
        if (reals.Count + count <= KnownValue.MostNumbers)
            reals.AddRange(OnnxElementType.Decode(OnnxElementType.Single, reader.ReadAgain(reader.Position - (count * 4), (int)count * 4)));
    }

    // A text of an attribute is bytes in whatever encoding (AttributeProto.s and strings); what is no UTF-8 is shown as far as it goes.
    private string? ReadBytes(ProtobufReader reader, ProtobufWire wire)
    {
        var (start, length) = reader.SkipBytes(wire);
        return length <= owner.TextLimit ? Encoding.UTF8.GetString(reader.ReadAgain(start, (int)length)) : null;
    }

    private const int MostLabels = 1_000_000;
}
