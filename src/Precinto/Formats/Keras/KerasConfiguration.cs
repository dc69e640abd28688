using System.Buffers.Text;
using System.Text.Json;
using Precinto.Files;
using Precinto.Formats.Json;
using Precinto.Formats.Secrets;
using Precinto.Inspection;

namespace Precinto.Formats.Keras;

/// <summary>
/// Walks a configuration of a model, of its training or of one of its layers: every object in it that names a class, however deep,
/// since wrappers, cells, nested models, losses and initializers are deserialized by the same function as layers are.
/// </summary>
internal sealed class KerasConfiguration(InspectionContext context)
{
    private readonly SortedDictionary<string, long> _layers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _noticed = new(StringComparer.Ordinal);
    private readonly List<TensorFact> _inputs = [];

    public void Inspect(ReadOnlyMemory<byte> json, long offset, bool isModel = true)
    {
        using var document = PythonJson.Parse(json, offset);
        Inspect(document.RootElement, offset, isModel);
    }

    /// <summary>Inspects a member that is called config.json: where it must be a configuration, or where it is one.</summary>
    public static void Inspect(ModelContent bytes, InspectionContext member, bool mustBeOne)
    {
        if (bytes.Length > LargestConfiguration)
        {
            member.Add(InspectionRules.LimitReached, $"Has {bytes.Length} bytes; {LargestConfiguration} are read.");
            return;
        }

        var isOne = mustBeOne;
        try
        {
            using var document = PythonJson.Parse(bytes);
            isOne |= Holds(document.RootElement);
            SecretSearch.NoticeText(bytes, bytes.Head(0x1000), member);
            if (isOne)
                new KerasConfiguration(member).Inspect(document.RootElement, 0);
        }
        catch (MalformedModelException malformed)
        {
            // Other programs use this name as well; what is none of Keras is for them.
            if (isOne)
                member.Add(InspectionRules.Malformed, malformed.Message, malformed.Offset);
        }
    }

    /// <summary>Inspects a JSON text, if it is a model, a layer or a preset (<c>model_from_json</c>, keras_hub), or holds one for TensorFlow.js.</summary>
    public static void InspectText(ReadOnlySpan<byte> json, InspectionContext context)
    {
        // A key that is written in escapes is the same key.
        if (json.Length > LargestConfiguration || (json.IndexOf("class_name"u8) < 0 && json.IndexOf("\\u00"u8) < 0))
            return;
        try
        {
            using var document = PythonJson.Parse(json.ToArray(), 0);
            var root = document.RootElement;
            if (root.Member("modelTopology") is { } topology)
                root = topology.Member("model_config") ?? topology;
            if (Holds(root))
                new KerasConfiguration(context).Inspect(root, 0);
        }
        catch (MalformedModelException)
        {
            // Several values, or the same key twice: JSON was judged before, and the parser of Keras takes neither.
            if (json.IndexOf("class_name"u8) >= 0 && json.IndexOf("\"config\""u8) >= 0 && json.IndexOf("layers"u8) >= 0)
                context.Add(KerasRules.CustomObject, "Looks like a configuration of Keras and cannot be read as one.", 0);
        }
    }

    // Keras looks up a class in it first. A text that is there and cannot be read is one all the same.
    private static bool Holds(JsonElement root) => root.Member("class_name") is { ValueKind: JsonValueKind.String } && root.Member("config") is not null;

    private void Inspect(JsonElement root, long offset, bool isModel = true)
    {
        Stack<(JsonElement Element, bool IsLayer)> open = new([(root, false)]);
        while (open.TryPop(out var next))
        {
            if (next.Element.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in next.Element.EnumerateArray())
                    Push(open, item, next.IsLayer);
            }
            else if (next.Element.ValueKind == JsonValueKind.Object)
            {
                if (next.Element.TryGetProperty("class_name", out _))
                    JudgeObject(next.Element, offset, next.IsLayer);
                foreach (var property in next.Element.EnumerateObject())
                {
                    Push(open, property.Value, property.NameEquals("layers"));
                    if (property.NameEquals("layers") && property.Value.ValueKind == JsonValueKind.Array)
                        FollowLengths(property.Value, offset);
                }
            }
        }

        if (isModel)
            WriteFacts(root);
    }

    /// <summary>Inspects one of many configurations; one that is broken hides none of the others.</summary>
    public void InspectPart((long Start, byte[] Json) part, bool isModel = false)
    {
        // Objects without a configuration, such as metrics' variables, have an empty text.
        if (part.Json.Length == 0)
            return;
        try
        {
            Inspect(part.Json, part.Start, isModel);
        }
        catch (MalformedModelException malformed)
        {
            context.Add(InspectionRules.Malformed, malformed.Message, malformed.Offset);
        }
    }

    private static void Push(Stack<(JsonElement Element, bool IsLayer)> open, JsonElement element, bool isLayer)
    {
        if (element.ValueKind is JsonValueKind.Array or JsonValueKind.Object)
            open.Push((element, isLayer));
    }

    private void JudgeObject(JsonElement element, long offset, bool isLayer)
    {
        var className = element.TextOf("class_name") ?? "";
        var module = element.TextOf("module") ?? "";
        var hasConfig = element.TryGetProperty("config", out var config);
        // A type specification has the class under another key.
        if (className == "__typespec__")
            className = element.TextOf("spec_name") ?? "";
        if (isLayer)
        {
            _layers[className] = _layers.GetValueOrDefault(className) + 1;
            TakeInput(className, element, config);
        }

        if (className == "__lambda__")
            Notice(KerasRules.Code, "A function is stored as code.", offset);
        var shown = module.Length == 0 ? className : $"{module}.{className}";
        var function = hasConfig && config.ValueKind == JsonValueKind.String ? config.Text() : null;
        if (function is not null && className == "function")
            shown = module.Length == 0 ? function : $"{module}.{function}";
        if (KerasNames.Judge(module, className, function, out var isKnown) is { } reason)
            Notice(KerasRules.DangerousName, $"Names '{Excerpt.Of(shown)}', which {reason}.", offset);
        else if (!isKnown)
            Notice(KerasRules.CustomObject, $"Needs '{Excerpt.Of(shown)}'.", offset);
        else if (element.TextOf("registered_name") is { Length: > 0 } registered && !KerasNames.IsKnownRegistration(registered, className))
            Notice(KerasRules.CustomObject, $"Needs what is registered as '{Excerpt.Of(registered)}'.", offset);

        if (hasConfig && config.ValueKind == JsonValueKind.Object)
        {
            JudgeLayer(className, config, offset);
            NoticeWeights(element, config, 0, offset);
        }
    }

    // One layer behind the other, as in a sequence of Keras 2, which does not say what comes into a layer.
    private void FollowLengths(JsonElement layers, long offset)
    {
        var before = 0d;
        foreach (var layer in layers.EnumerateArray())
        {
            if (layer.ValueKind != JsonValueKind.Object || !layer.TryGetProperty("config", out var config) || config.ValueKind != JsonValueKind.Object)
                continue;
            // The layers of a graph say whose results they take.
            if (layer.Member("inbound_nodes") is { ValueKind: JsonValueKind.Array } nodes && nodes.GetArrayLength() > 0)
                before = 0;
            if (KerasWeights.Count(layer, config, 0) <= MostValues)
                NoticeWeights(layer, config, before, offset);
            before = KerasWeights.After(layer, config, before);
        }
    }

    private void NoticeWeights(JsonElement layer, JsonElement config, double before, long offset)
    {
        var count = KerasWeights.Count(layer, config, before);
        if (count > MostValues && count > context.FileLength * ValuesOfByte)
            Notice(KerasRules.Expansion, $"The layer '{Excerpt.Of(config.TextOf("name") ?? layer.TextOf("class_name") ?? "")}' makes weights of {Math.Min(count, 1e30):0} values.", offset);
    }

    private void JudgeLayer(string className, JsonElement config, long offset)
    {
        JudgeFiles(className, config, offset);
        switch (KerasNames.Short(className))
        {
            case "Lambda":
                JudgeLambda(config, offset);
                break;
            case "TFSMLayer":
                Notice(KerasRules.ReachesFiles, $"TFSMLayer loads the SavedModel '{Excerpt.Of(config.TextOf("filepath") ?? "")}'.", offset);
                break;
            case "TFOpLambda" or "ClassMethod" when config.TextOf("function") is { } function && KerasOperators.ReachOf(function) is not KerasReach.Computes and var reach:
                Notice(reach == KerasReach.ReachesOut ? KerasRules.ReachesFiles : KerasRules.NamedFunction, $"{Excerpt.Of(className)} calls '{Excerpt.Of(function)}'.", offset);
                break;
            case "TensorFlowOpLayer":
                if (config.Member("node_def") is not { } definition || KerasOperators.OperatorOf(definition) is not { } name)
                    Notice(KerasRules.ReachesFiles, "TensorFlowOpLayer creates an operator that cannot be read.", offset);
                else if (SavedModel.TensorFlowOperators.MayReach(name))
                    Notice(KerasRules.ReachesFiles, $"TensorFlowOpLayer creates the operator '{Excerpt.Of(name)}'.", offset);
                break;
            case "JaxLayer" or "FlaxLayer":
                Notice(KerasRules.NamedFunction, $"{className} calls a function that the configuration names.", offset);
                break;
        }
    }

    private void JudgeLambda(JsonElement config, long offset)
    {
        var name = Excerpt.Of(config.TextOf("name") ?? "");
        var holdsCode = false;
        foreach (var property in config.EnumerateObject())
        {
            holdsCode |= property.Name.EndsWith("_type", StringComparison.Ordinal) && property.Value.ValueKind == JsonValueKind.String && property.Value.Text() == "lambda";
            // What Keras 2 writes: marshalled code, default values, closure.
            holdsCode |= property.Name is "function" or "mask" && property.Value.ValueKind == JsonValueKind.Array;
        }

        // The source of a function is code as well, whoever evaluates it.
        holdsCode |= config.TextOf("function") is { } function && !function.All(character => char.IsLetterOrDigit(character) || character is '_' or '.' or '<' or '>');
        if (holdsCode)
            Notice(KerasRules.Code, $"The Lambda layer '{name}' holds code.", offset);
        else
            Notice(KerasRules.NamedFunction, $"The Lambda layer '{name}' calls '{Excerpt.Of(config.TextOf("function") ?? "a function")}'.", offset);
    }

    // A list or an object is a vocabulary; a text is the name of a file, which Keras and its tokenizers open (CVE-2025-12058).
    private void JudgeFiles(string className, JsonElement config, long offset)
    {
        foreach (var setting in (ReadOnlySpan<string>)["vocabulary", "merges", "proto"])
        {
            // KerasNLP took a long text of base64 for the tokenizer itself.
            if (config.TextOf(setting) is { Length: > 0 } file && !(setting == "proto" && file.Length > 256 && Base64.IsValid(file)))
                Notice(KerasRules.ReachesFiles, $"{Excerpt.Of(className)} reads its {setting} from '{Excerpt.Of(file)}'.", offset);
        }
    }

    private void TakeInput(string className, JsonElement element, JsonElement config)
    {
        if (_inputs.Count >= MostInputs || config.ValueKind != JsonValueKind.Object)
            return;
        if ((config.TryGetProperty("batch_shape", out var shape) || config.TryGetProperty("batch_input_shape", out shape)) && shape.ValueKind == JsonValueKind.Array)
        {
            List<long?> lengths = [];
            foreach (var length in shape.EnumerateArray())
                lengths.Add(length.ValueKind == JsonValueKind.Number && length.TryGetInt64(out var value) ? value : null);
            _inputs.Add(new(config.TextOf("name") ?? element.TextOf("name") ?? "", config.TextOf("dtype") ?? "float32", lengths));
        }
    }

    private void WriteFacts(JsonElement model)
    {
        var facts = context.Facts;
        facts.Framework = "keras";
        facts.Type = model.TextOf("class_name");
        facts.Module = model.TextOf("module");
        facts.Parts = [.. _layers];
        // The walk is from the last to the first.
        _inputs.Reverse();
        facts.Inputs = _inputs;
        facts.FeatureCount = _inputs is [{ Shape: [_, { } last] }] ? last : null;
        if (model.ValueKind == JsonValueKind.Object && model.TryGetProperty("config", out var config) && config.ValueKind == JsonValueKind.Object)
        {
            facts.Outputs = [.. Outputs(config)];
            if (config.TextOf("name") is { } name)
                facts.Settings = [.. facts.Settings, new("name", ScalarValue.From(name))];
        }
    }

    private static IEnumerable<TensorFact> Outputs(JsonElement config)
    {
        if (!config.TryGetProperty("output_layers", out var outputs) || outputs.ValueKind != JsonValueKind.Array)
            yield break;
        // One output is a triple of a layer's name and two numbers, several are a list of triples.
        if (outputs.GetArrayLength() > 0 && outputs[0].ValueKind == JsonValueKind.String)
            yield return new(outputs[0].Text(), "", []);
        foreach (var output in outputs.EnumerateArray().Take(MostInputs))
        {
            if (output.ValueKind == JsonValueKind.Array && output.GetArrayLength() > 0 && output[0].ValueKind == JsonValueKind.String)
                yield return new(output[0].Text(), "", []);
        }
    }

    private void Notice(FindingRule rule, string message, long offset)
    {
        if (_noticed.Add(message))
            context.Add(rule, message, offset);
    }

    private const int MostInputs = 10_000;
    private const double MostValues = 2_000_000_000;

    // Two values of four bits.
    private const double ValuesOfByte = 2;

    private const int LargestConfiguration = 64 << 20;
}
