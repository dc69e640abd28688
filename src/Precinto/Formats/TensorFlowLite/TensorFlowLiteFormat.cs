using Precinto.Files;
using Precinto.Formats.FlatBuffers;
using Precinto.Inspection;

namespace Precinto.Formats.TensorFlowLite;

/// <summary>
/// A TensorFlow Lite (LiteRT) model: a FlatBuffer with the mark <c>TFL3</c> (tensorflow/lite, schema.fbs, version 3) of operators,
/// graphs of tensors, and the buffers that hold their values.
/// </summary>
internal sealed class TensorFlowLiteFormat : ModelFormat
{
    public override string Name => "tflite";

    public override IReadOnlyList<string> Endings => [".tflite"];

    public override IReadOnlyList<FindingRule> Rules => TensorFlowLiteRules.All;

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) => head.Length >= 8 && head[4..].StartsWith("TFL3"u8);

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        var model = FlatTable.Root(content);
        var codes = model.Tables(1, MostOperators);
        var buffers = model.Tables(4, MostTensors);
        NoticeBuffers(content, buffers, context);

        context.Facts.Framework = "tensorflow-lite";
        context.Facts.FrameworkVersion = $"schema {model.Integer(0, 4, 0)}";
        List<TensorFact> tensors = [];
        // A table that many places refer to is one tensor.
        Dictionary<long, TensorFact> read = [];
        var names = NamesOf(codes);
        var uses = new long[names.Count];
        FlexOperators flex = new(content, context);
        TensorSizes sizes = new(content, buffers, context);
        Int128 parameters = 0;
        var isFirst = true;
        foreach (var graph in model.Tables(2, MostGraphs))
        {
            List<TensorFact> own = [];
            var tables = graph.Tables(0, MostTensors);
            foreach (var tensor in tables)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                if (!read.TryGetValue(tensor.Position, out var fact))
                {
                    read.Add(tensor.Position, fact = Read(tensor));
                    sizes.JudgeTensor(tensor, fact.Name);
                }

                own.Add(fact);
                var buffer = unchecked((uint)tensor.Integer(2, 4, 0));
                if (buffer >= buffers.Count && !(buffer == 0 && buffers.Count == 0))
                    context.Add(TensorFlowLiteRules.Reference, $"Tensor '{Excerpt.Of(fact.Name)}' lies in buffer {buffer} of {buffers.Count}.", tensor.Position);
                else if (buffer > 0 && HoldsData(buffers[(int)buffer]))
                    (parameters, tensors) = (parameters + Count(fact), Append(tensors, fact));
                if (TensorShape.Count([.. fact.Shape.Select(length => length ?? 1)]) is null)
                    context.Add(TensorFlowLiteRules.Reference, $"The dimensions of '{Excerpt.Of(fact.Name)}' are impossible.", tensor.Position);
            }

            foreach (var step in graph.Tables(3, MostTensors))
            {
                context.Cancellation.ThrowIfCancellationRequested();
                var code = step.Integer(0, 4, 0);
                if (code < 0 || code >= names.Count)
                    context.Add(TensorFlowLiteRules.Reference, $"An operator is number {code} of {names.Count}.", step.Position);
                else
                    Use((int)code, step, tables);
                NoticeIndices([.. step.Integers(1, MostTensors), .. step.Integers(2, MostTensors)], own.Count, step, context);
            }

            var inputs = graph.Integers(1, MostTensors);
            var outputs = graph.Integers(2, MostTensors);
            NoticeIndices([.. inputs, .. outputs], own.Count, graph, context);
            sizes.JudgeFace(inputs.Concat(outputs).Where(index => index >= 0 && index < own.Count).Distinct().Select(index => tables[index]), graph);
            if (isFirst)
            {
                context.Facts.Inputs = [.. inputs.Where(index => index >= 0 && index < own.Count).Select(index => own[index])];
                context.Facts.Outputs = [.. outputs.Where(index => index >= 0 && index < own.Count).Select(index => own[index])];
                context.Facts.Type = graph.Text(4, LongestName);
            }

            isFirst = false;
        }

        context.Facts.Tensors = tensors;
        SortedDictionary<string, long> parts = new(StringComparer.Ordinal);
        for (var code = 0; code < uses.Length; code++)
        {
            if (uses[code] > 0)
                parts[names[code]] = parts.GetValueOrDefault(names[code]) + uses[code];
        }

        context.Facts.Parts = [.. parts];
        context.Facts.ParameterCount = parameters <= long.MaxValue ? (long)parameters : null;
        if (model.Text(3, LongestName) is { Length: > 0 } description)
            context.Facts.Settings = [new("description", ScalarValue.From(description))];
        foreach (var code in names.Distinct(ReferenceEqualityComparer.Instance).Cast<string>().Distinct())
            NoticeOperator(code, flex, context);

        void Use(int code, FlatTable step, List<FlatTable> operands)
        {
            uses[code]++;
            sizes.JudgeStep(NumberOf(codes[code]), step, operands);
            if (!FlexOperators.IsFlex(names[code]))
                return;
            var (start, count) = step.List(5, 1);
            flex.JudgeNode(start, count, step.Position);
            // Options beyond 2 GiB lie behind the FlatBuffer, as buffers may.
            var (far, size) = FarPlace(step, 9);
            if (far is null)
                return;
            if (far.Value + size > content.Length)
                context.Add(TensorFlowLiteRules.Reference, $"The options of an operator lie at {far} with {size} bytes, outside of the file.", step.Position);
            else
                flex.JudgeNode((long)far.Value, (long)size, step.Position);
        }
    }

    // Values that lie behind the FlatBuffer are named by an offset and a size (fields 1 and 2 of a buffer), for models beyond 2 GiB.
    private static void NoticeBuffers(ModelContent content, List<FlatTable> buffers, InspectionContext context)
    {
        foreach (var buffer in buffers)
        {
            if (FarPlace(buffer, 1) is ({ } start, var size) && start + size > content.Length)
                context.Add(TensorFlowLiteRules.Reference, $"A buffer lies at {start} with {size} bytes, outside of the file.", buffer.Position);
        }
    }

    private static bool HoldsData(FlatTable buffer) => buffer.List(0, 1).Count > 0 || FarPlace(buffer, 1) is (not null, var size) && size > 0;

    // An offset and the size in the field behind it, both of 64 bits without sign; an offset of 0 or 1 stands for none.
    private static (Int128? Start, Int128 Size) FarPlace(FlatTable table, int field)
    {
        Int128 start = unchecked((ulong)table.Integer(field, 8, 0));
        return start > 1 ? (start, unchecked((ulong)table.Integer(field + 1, 8, 0))) : (null, 0);
    }

    private static void NoticeIndices(List<int> indices, int count, FlatTable table, InspectionContext context)
    {
        // -1 stands for an input that is left out.
        if (indices.Exists(index => index < -1 || index >= count))
            context.Add(TensorFlowLiteRules.Reference, $"A tensor is referred to beyond the {count} of the graph.", table.Position);
    }

    private static void NoticeOperator(string name, FlexOperators flex, InspectionContext context)
    {
        if (FlexOperators.IsFlex(name))
            flex.JudgeName(name);
        else if (name.StartsWith(CustomPrefix, StringComparison.Ordinal) && name != "custom:TFLite_Detection_PostProcess")
            context.Add(TensorFlowLiteRules.CustomOperator, $"The operator '{Excerpt.Of(name[CustomPrefix.Length..])}' is computed by a library that the loading program must bring.");
    }

    // The number is in the older field where it fits, in the newer one beyond 127.
    private static long NumberOf(FlatTable code) => Math.Max(code.Integer(0, 1, 0), code.Integer(3, 4, 0));

    // A custom operator (32) has a name. Many may share the text of one.
    private static List<string> NamesOf(List<FlatTable> codes)
    {
        Dictionary<object, string> customs = new(ReferenceEqualityComparer.Instance);
        List<string> names = [];
        foreach (var code in codes)
        {
            var number = NumberOf(code);
            var custom = code.Text(1, LongestName) ?? "";
            if (number != Custom)
                names.Add($"builtin {number}");
            else if (customs.TryGetValue(custom, out var known))
                names.Add(known);
            else
                names.Add(customs[custom] = FlexOperators.IsFlex(custom) ? custom : CustomPrefix + custom);
        }

        return names;
    }

    private static TensorFact Read(FlatTable tensor) => new(
        tensor.Text(3, LongestName) ?? "", TypeName(tensor.Integer(1, 1, 0)), [.. tensor.Integers(0, MostDimensions).Select(length => length < 0 ? null : (long?)length)]);

    private static Int128 Count(TensorFact tensor) => TensorShape.Count([.. tensor.Shape.Select(length => length ?? 1)]) ?? 0;

    private static List<TensorFact> Append(List<TensorFact> tensors, TensorFact tensor)
    {
        tensors.Add(tensor);
        return tensors;
    }

    private static string TypeName(long type) => type switch
    {
        0 => "FLOAT32",
        1 => "FLOAT16",
        2 => "INT32",
        3 => "UINT8",
        4 => "INT64",
        5 => "STRING",
        6 => "BOOL",
        7 => "INT16",
        8 => "COMPLEX64",
        9 => "INT8",
        10 => "FLOAT64",
        11 => "COMPLEX128",
        12 => "UINT64",
        13 => "RESOURCE",
        14 => "VARIANT",
        15 => "UINT32",
        16 => "UINT16",
        17 => "INT4",
        18 => "BFLOAT16",
        _ => $"type {type}",
    };

    private const int Custom = 32;
    private const string CustomPrefix = "custom:";
    private const int MostOperators = 10_000;
    private const int MostGraphs = 10_000;
    private const int MostTensors = 1_000_000;
    private const int MostDimensions = 64;
    private const int LongestName = 65_536;
}
