using Precinto.Formats.Protobuf;
using Precinto.Inspection;

namespace Precinto.Formats.Onnx;

/// <summary>The attributes of one node (AttributeProto): tensors and graphs hide in them, and the labels of classifiers.</summary>
internal sealed class OnnxAttribute(OnnxReader owner)
{
    /// <summary>Elements of all lists of reals and of all tensors: what a tree or a linear model has learned.</summary>
    public long Elements { get; private set; }

    /// <summary>The class labels, where the node is a classifier.</summary>
    public IReadOnlyList<ScalarValue>? Classes { get; private set; }

    public void Read(ProtobufReader reader, ProtobufWire wire, int depth)
    {
        string? name = null;
        List<string> texts = [];
        List<long> numbers = [];
        var outer = reader.Enter(wire);
        while (reader.TryReadTag(out var field, out var kind))
        {
            // Fields come in any order; without a name yet the lists are kept.
            var mayBeLabels = name is null || name.StartsWith("classlabels_", StringComparison.Ordinal);
            switch (field)
            {
                case 1:
                    name = reader.ReadText(kind, owner.TextLimit);
                    break;
                case 5:
                    Elements += owner.ReadTensor(reader, kind, isMainInitializer: false).Count ?? 0;
                    break;
                case 6 or 11:
                    owner.EnqueueInner(reader.SkipBytes(kind), depth + 1);
                    break;
                case 7:
                    Elements += reader.CountFixed(kind, 4);
                    break;
                case 8 when mayBeLabels:
                    reader.ReadIntegers(kind, numbers, MostLabels);
                    break;
                case 9 when mayBeLabels && texts.Count < MostLabels:
                    texts.Add(reader.ReadText(kind, owner.TextLimit));
                    break;
                case 10:
                    Elements += owner.ReadTensor(reader, kind, isMainInitializer: false).Count ?? 0;
                    break;
                case 22 or 23:
                    Elements += owner.ReadSparse(reader, kind);
                    break;
                default:
                    reader.Skip(kind);
                    break;
            }
        }

        reader.Leave(outer);
        if (name is "classlabels_strings" && texts.Count > 0)
            Classes = [.. texts.Select(ScalarValue.From)];
        else if (name is "classlabels_int64s" or "classlabels_ints" && numbers.Count > 0)
            Classes = [.. numbers.Select(ScalarValue.From)];
    }

    private const int MostLabels = 1_000_000;
}
