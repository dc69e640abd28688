using System.Buffers.Binary;
using Precinto.Files;
using Precinto.Formats.FlatBuffers;
using Precinto.Inspection;

namespace Precinto.Formats.Boosting;

/// <summary>
/// A model of CatBoost (<c>.cbm</c>, catboost/libs/model/flatbuffers/model.fbs): a mark, the size of its core, the core as a FlatBuffer
/// with the trees and a list of further parts that follow it.
/// </summary>
internal sealed class CatboostFormat : ModelFormat
{
    public override string Name => "catboost";

    public override IReadOnlyList<string> Endings => [".cbm"];

    public override IReadOnlyList<FindingRule> Rules => [];

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) => head.StartsWith("CBM1"u8);

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        Span<byte> start = stackalloc byte[8];
        if (content.Length < start.Length)
            throw new MalformedModelException(content.Length, "Is cut off.");
        content.Read(0, start);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(start[4..]);
        if (size > content.Length - start.Length)
            throw new MalformedModelException(4, $"Declares a core of {size} bytes where {content.Length - start.Length} are left.");

        context.Facts.Framework = "catboost";
        var core = FlatTable.Root(new ContentSlice(content, start.Length, size));
        context.Facts.FrameworkVersion = core.Text(FormatVersion, LongestText);
        if (core.Table(Trees) is { } trees)
        {
            var (splits, count) = trees.List(TreeSizes, sizeof(int));
            context.Facts.Parts = [new("trees", count)];
            var features = trees.List(FloatFeatures, sizeof(int)).Count + trees.List(CategoricalFeatures, sizeof(int)).Count;
            context.Facts.FeatureCount = features;
            if (count == 0 && splits != 0)
                context.Add(InspectionRules.Malformed, "Its list of trees is empty.", splits);
        }

        foreach (var entry in core.Tables(Information, MostEntries))
        {
            if (entry.Text(0, LongestText) is { Length: <= 200 } key && entry.Text(1, LongestText) is { Length: <= 1000 } value)
                context.Facts.Settings = [.. context.Facts.Settings, new(key, ScalarValue.From(value))];
        }

        // Further parts, such as tables of categories, are named by the core; without them nothing may follow.
        if (core.List(Parts, sizeof(int)).Count == 0 && start.Length + size < content.Length)
            context.Add(InspectionRules.TrailingBytes, $"{content.Length - start.Length - size} bytes follow the core, and it names no further part.", start.Length + size);
    }

    // TModelCore and TModelTrees, by the order of their fields.
    private const int FormatVersion = 0;
    private const int Trees = 1;
    private const int Information = 2;
    private const int Parts = 3;
    private const int TreeSizes = 2;
    private const int CategoricalFeatures = 4;
    private const int FloatFeatures = 5;
    private const int LongestText = 16 << 20;
    private const int MostEntries = 10_000;
}
