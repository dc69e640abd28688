using System.Text.Json;
using Precinto.Files;
using Precinto.Formats.Json;
using Precinto.Inspection;

namespace Precinto.Formats.TorchExport;

/// <summary>
/// The graph of an exported program as JSON (torch/_export/serde/schema.py): nodes that call operators by name, the values between them, and what of the inputs are
/// weights. Every object is looked at wherever it stands, so that neither a version of the schema nor a graph within a graph hides a call.
/// </summary>
internal static class ExportedProgram
{
    public static void Inspect(ModelContent bytes, InspectionContext context, ModelFacts facts)
    {
        using var document = PythonJson.Parse(bytes.ToArray(), 0);
        var root = document.RootElement;
        SortedDictionary<string, long> calls = new(StringComparer.Ordinal);
        Walk(root, calls, context);
        foreach (var target in calls.Keys)
        {
            if (ExportedOperators.Judge(target) is { } rule)
                context.Add(rule, $"Calls '{Shorten(target)}'.");
        }

        facts.Parts = [.. calls.Select(call => KeyValuePair.Create(Shorten(call.Key), call.Value)).DistinctBy(call => call.Key)];
        facts.FrameworkVersion = root.TextOf("torch_version");
        facts.Settings = [.. Settings(root)];
        WriteTensors(root, context, facts);
    }

    private static void Walk(JsonElement root, SortedDictionary<string, long> calls, InspectionContext context)
    {
        Stack<JsonElement> ahead = [];
        Push(root, ahead);
        var steps = 0;
        while (ahead.TryPop(out var element))
        {
            if ((++steps & 0xFFFF) == 0)
                context.Cancellation.ThrowIfCancellationRequested();
            if (element.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in element.EnumerateArray())
                    Push(item, ahead);
            }
            else
            {
                foreach (var member in element.EnumerateObject())
                {
                    Take(member, calls, context);
                    Push(member.Value, ahead);
                }
            }
        }
    }

    private static void Push(JsonElement element, Stack<JsonElement> ahead)
    {
        if (element.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            ahead.Push(element);
    }

    private static void Take(JsonProperty member, SortedDictionary<string, long> calls, InspectionContext context)
    {
        var isText = member.Value.ValueKind == JsonValueKind.String;
        if (isText && (member.NameEquals("target"u8) || member.NameEquals("as_operator"u8)))
        {
            var target = member.Value.Text();
            calls[target] = calls.GetValueOrDefault(target) + 1;
        }
        else if (isText && member.NameEquals("expr_str"u8))
        {
            Judge(member.Value.Text(), isGuard: false, context);
        }
        else if (isText && (member.NameEquals("in_spec"u8) || member.NameEquals("out_spec"u8)))
        {
            context.Guard(() => ExportedTree.Inspect(member.Value.Text(), context));
        }
        else if (isText && member.NameEquals("class_fqn"u8))
        {
            context.Add(TorchExportRules.ForeignOperator, $"Holds an object of the class '{Shorten(member.Value.Text())}', which a library of the loading program defines.");
        }
        else if (member.NameEquals("guards_code"u8) && member.Value.ValueKind == JsonValueKind.Array)
        {
            foreach (var guard in member.Value.EnumerateArray().Where(guard => guard.ValueKind == JsonValueKind.String))
                Judge(guard.Text(), isGuard: true, context);
        }
    }

    private static void Judge(string expression, bool isGuard, InspectionContext context)
    {
        var kind = ExportedExpression.Judge(expression, isGuard, out var word);
        if (kind == ExpressionKind.Code)
            context.Add(TorchExportRules.Code, $"The expression '{Shorten(expression)}' is code by '{word}'.");
        else if (kind == ExpressionKind.Unknown)
            context.Add(TorchExportRules.UnknownExpression, $"The expression '{Shorten(expression)}' holds '{word}'.");
        if (ExportedEffort.IsEndless(expression))
            context.Add(TorchExportRules.Endless, $"The expression '{Shorten(expression)}' is evaluated when the program is loaded.");
    }

    private static IEnumerable<KeyValuePair<string, ScalarValue>> Settings(JsonElement root)
    {
        if (root.Member("schema_version") is { } schema && schema.Whole("major") is { } major && schema.Whole("minor") is { } minor)
            yield return new("schema", ScalarValue.From($"{major}.{minor}"));
        if (root.Member("opset_version") is not { ValueKind: JsonValueKind.Object } opsets)
            yield break;
        foreach (var opset in opsets.EnumerateObject().Take(MostSettings))
        {
            if (opset.Value.ValueKind == JsonValueKind.Number && opset.Value.TryGetInt64(out var version))
                yield return new("opset." + Shorten(opset.Name), ScalarValue.From(version));
        }
    }

    private static void WriteTensors(JsonElement root, InspectionContext context, ModelFacts facts)
    {
        if (root.Member("graph_module") is not { } module || module.Member("graph") is not { } graph)
            return;

        var values = graph.Member("tensor_values");
        List<TensorFact> inputs = [];
        List<TensorFact> weights = [];
        Int128 parameters = facts.ParameterCount ?? 0;
        foreach (var input in module.Member("signature")?.Member("input_specs")?.Items() ?? [])
        {
            if (input.Member("user_input")?.Member("arg") is { } given && Read(given.Member("as_tensor") ?? given, values, null) is { } fact)
                inputs.Add(fact);
            foreach (var (kind, name) in WeightKinds)
            {
                if (input.Member(kind) is not { } weight || weight.Member("arg") is not { } arg || Read(arg, values, weight.TextOf(name)) is not { } tensor)
                    continue;
                parameters += TensorShape.Count([.. tensor.Shape.Select(length => length ?? 1)]) ?? 0;
                if (weights.Count < context.Limits.Tensors)
                    weights.Add(tensor);
            }
        }

        facts.Inputs = [.. facts.Inputs, .. inputs];
        facts.Outputs = [.. facts.Outputs, .. (module.Member("signature")?.Member("output_specs")?.Items() ?? [])
            .Select(output => output.Member("user_output")?.Member("arg")?.Member("as_tensor")).OfType<JsonElement>().Select(output => Read(output, values, null)).OfType<TensorFact>()];
        facts.Tensors = [.. facts.Tensors, .. weights];
        facts.ParameterCount = (long)Int128.Min(parameters, long.MaxValue);
    }

    private static TensorFact? Read(JsonElement argument, JsonElement? values, string? name)
    {
        if (argument.TextOf("name") is not { } value || values?.Member(value) is not { } described)
            return null;

        var meta = described.Member("meta") ?? described;
        var type = meta.Whole("dtype") is { } number && number >= 0 && number < ElementTypes.Length ? ElementTypes[number] : meta.TextOf("dtype");
        return new(Shorten(name ?? value), Shorten(type ?? "unknown"), [.. (meta.Member("sizes")?.Items() ?? []).Take(MostDimensions).Select(size => size.Whole("as_int"))]);
    }

    private static string Shorten(string text) => Excerpt.Of(text, LongestName);

    private static readonly (string Kind, string Name)[] WeightKinds =
        [("parameter", "parameter_name"), ("buffer", "buffer_name"), ("tensor_constant", "tensor_constant_name")];

    // ScalarType of the schema.
    private static readonly string[] ElementTypes =
    [
        "unknown", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64", "complex32", "complex64", "complex128", "bool", "bfloat16",
    ];

    private const int MostDimensions = 64;
    private const int MostSettings = 100;
    private const int LongestName = 500;
}
