using System.Text.Json;
using Precinto.Files;
using Precinto.Formats.Json;
using Precinto.Formats.Pickle;
using Precinto.Inspection;

namespace Precinto.Formats.Skops;

/// <summary>
/// Walks schema.json: a tree of nodes, each with the loader that makes an object of it and the module and class that it names.
/// Imports are judged as those of a pickle are. Loaders have taken more from a node than what they show a person who is asked to
/// trust it (CVE-2025-54412, CVE-2025-54413), so every name in a node counts, and it must fit the loader.
/// </summary>
internal sealed class SkopsSchema(InspectionContext context)
{
    private readonly SortedDictionary<string, long> _types = new(StringComparer.Ordinal);
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);

    /// <summary>The member of the archive that holds it.</summary>
    public const string MemberName = "schema.json";

    public static bool IsNamed(string member) => member.Equals(MemberName, StringComparison.OrdinalIgnoreCase);

    /// <summary>Inspects a schema: one that must be, or one that may be, in an archive of any kind.</summary>
    public static void Inspect(ModelContent bytes, InspectionContext member, bool mustBeOne)
    {
        if (bytes.Length > LargestSchema)
        {
            member.Add(InspectionRules.LimitReached, $"Has {bytes.Length} bytes; {LargestSchema} are read.");
            return;
        }

        try
        {
            using var document = PythonJson.Parse(bytes);
            if (IsNode(document.RootElement))
                new SkopsSchema(member).Walk(document.RootElement);
            else if (mustBeOne)
                throw new MalformedModelException(0, "schema.json holds no node.");
        }
        catch (MalformedModelException malformed)
        {
            // Also where it need not be one: Python takes some JSON that is refused here, such as a key that is there twice.
            member.Add(InspectionRules.Malformed, malformed.Message, malformed.Offset);
        }
    }

    private static bool IsNode(JsonElement root) => root.TextOf("__loader__") is not null;

    private void Walk(JsonElement root)
    {
        Stack<JsonElement> open = new([root]);
        while (open.TryPop(out var element))
        {
            if (element.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in element.EnumerateArray())
                    Push(open, item);
            }
            else
            {
                if (element.TryGetProperty("__loader__", out _) || element.TryGetProperty("__module__", out _))
                    JudgeNode(element);
                foreach (var property in element.EnumerateObject())
                    Push(open, property.Value);
            }
        }

        WriteFacts(root);
    }

    private static void Push(Stack<JsonElement> open, JsonElement element)
    {
        if (element.ValueKind is JsonValueKind.Array or JsonValueKind.Object)
            open.Push(element);
    }

    private void JudgeNode(JsonElement node)
    {
        var loader = node.TextOf("__loader__") ?? "";
        var module = node.TextOf("__module__") ?? "";
        var name = node.TextOf("__class__") ?? "";
        if (!Loaders.Contains(loader))
            Say(SkopsRules.UnknownLoader, $"A node is loaded by '{Excerpt.Of(loader)}'.");
        var type = module + "." + name;
        _types[type] = _types.GetValueOrDefault(type) + 1;

        switch (loader)
        {
            case "OperatorFuncNode":
                // It looks the name up in Python's operator, whatever module the node shows.
                if (module is not ("operator" or "_operator"))
                    Say(SkopsRules.Disguised, $"Shows '{Excerpt.Of(type)}' and makes operator.{Excerpt.Of(name)}.");
                if (name is not ("itemgetter" or "attrgetter"))
                    Say(SkopsRules.DangerousName, $"Calls operator.{Excerpt.Of(name)}.");
                return;
            case "MethodNode":
                JudgeMethod(node, module, name);
                return;
            case "FunctionNode" when node.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.Object:
                // Protocol 0 imports what the content names, the later ones what the node shows: both count.
                JudgeName(content.TextOf("module_path") ?? module, content.TextOf("function") ?? name, loader);
                break;
        }

        if (Plain.TryGetValue(loader, out var made) && module == "builtins" && !made.Contains(name) && name.Length > 0 && loader != "JsonNode")
            Say(SkopsRules.Disguised, $"Shows '{Excerpt.Of(type)}' and is loaded by {loader}.");
        JudgeName(module, name, loader);
    }

    private void JudgeMethod(JsonElement node, string module, string name)
    {
        var method = node.TryGetProperty("content", out var content) ? content.TextOf("func") ?? "" : "";
        if (DangerousImports.IsInner(method) || method.Contains('.') || DangerousImports.Reason(module, name) is not null)
            Say(SkopsRules.DangerousName, $"Takes '{Excerpt.Of(method)}' of an object.");
        else
            Say(SkopsRules.Method, $"Takes the method '{Excerpt.Of(method)}' of '{Excerpt.Of(module)}.{Excerpt.Of(name)}'.");
        // The object must be of the class that the node shows, or somebody else's attribute is taken.
        if (content.ValueKind == JsonValueKind.Object && content.TryGetProperty("obj", out var target) && target.TextOf("__class__") is { } real
            && (real != name || target.TextOf("__module__") != module))
            Say(SkopsRules.Disguised, $"Shows a method of '{Excerpt.Of(module)}.{Excerpt.Of(name)}' and takes it of '{Excerpt.Of(real)}'.");
    }

    private void JudgeName(string module, string name, string loader)
    {
        if (module.Length == 0 && name.Length == 0)
            return;
        var shown = $"'{Excerpt.Of(module)}.{Excerpt.Of(name)}'";
        var (standing, reason) = KnownImports.Judge(module, name);
        switch (standing)
        {
            case ImportStanding.Harmless or ImportStanding.Held:
            case ImportStanding.Conditional when loader is "TypeNode" or "PartialNode" && name is "type" or "partial":
                break;
            case ImportStanding.Dangerous or ImportStanding.Loader or ImportStanding.Code:
                Say(SkopsRules.DangerousName, $"Names {shown}{(reason is null ? "" : ", which " + reason)}.");
                break;
            // Only an object, made without arguments, of a class that the loading program itself defines.
            case ImportStanding.Unknown when module == "__main__" && loader is "ObjectNode" or "TypeNode" && name.Length > 0 && char.IsAsciiLetterUpper(name[0]) && !name.Contains('.'):
                Say(SkopsRules.OfTheProgram, $"Needs the class '{Excerpt.Of(name)}' of the program.");
                break;
            default:
                Say(SkopsRules.UnknownName, $"Names {shown}.");
                break;
        }
    }

    private void WriteFacts(JsonElement root)
    {
        var facts = context.Facts;
        facts.Type = root.TextOf("__class__");
        facts.Module = root.TextOf("__module__");
        facts.Framework = facts.Module?.StartsWith("sklearn.", StringComparison.Ordinal) == true ? "scikit-learn" : "skops";
        facts.Parts = [.. _types.Take(10_000)];
        List<KeyValuePair<string, ScalarValue>> settings = [];
        if (root.TextOf("_skops_version") is { } version)
            settings.Add(new("skops_version", ScalarValue.From(version)));
        if (root.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.Object
            && content.TryGetProperty("content", out var members) && members.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in members.EnumerateObject().Take(1000))
            {
                if (member.Value.TextOf("__loader__") != "JsonNode" || member.Value.TextOf("content") is not { } json)
                    continue;
                if (member.Name == "n_features_in_" && long.TryParse(json, out var count))
                    facts.FeatureCount = count;
                else if (member.Name == "_sklearn_version")
                    facts.FrameworkVersion = json.Trim('"');
                else if (!member.Name.EndsWith('_') && !member.Name.StartsWith('_') && Scalar(json) is { } value)
                    settings.Add(new(member.Name, value));
            }
        }

        facts.Settings = settings;
    }

    private static ScalarValue? Scalar(string json) => json switch
    {
        "null" => ScalarValue.Null,
        "true" => ScalarValue.From(true),
        "false" => ScalarValue.From(false),
        ['"', .. var text, '"'] when !text.Contains('\\') => ScalarValue.From(text),
        _ when long.TryParse(json, System.Globalization.CultureInfo.InvariantCulture, out var whole) => ScalarValue.From(whole),
        _ when double.TryParse(json, System.Globalization.CultureInfo.InvariantCulture, out var real) => ScalarValue.From(real),
        _ => null,
    };

    private void Say(FindingRule rule, string message)
    {
        if (_said.Add(message))
            context.Add(rule, message);
    }

    private static readonly HashSet<string> Loaders = new[]
    {
        "ObjectNode", "DictNode", "DefaultDictNode", "ListNode", "SetNode", "TupleNode", "BytesNode", "BytearrayNode", "FunctionNode", "PartialNode", "TypeNode",
        "SliceNode", "JsonNode", "MethodNode", "OperatorFuncNode", "CachedNode", "NdArrayNode", "MaskedArrayNode", "RandomStateNode", "RandomGeneratorNode",
        "SparseMatrixNode", "TreeNode", "SGDNode", "LossNode", "ReduceNode", "ConstructorFromReduceNode",
        "_DictWithDeprecatedKeysNode", "DTypeNode", "DatetimeNode", "QuantileForestNode",
    }.ToHashSet(StringComparer.Ordinal);

    private const int LargestSchema = 64 << 20;

    // What the loaders of Python's own types make; the content of a JsonNode says itself what it is.
    private static readonly Dictionary<string, string[]> Plain = new(StringComparer.Ordinal)
    {
        ["DictNode"] = ["dict"],
        ["ListNode"] = ["list"],
        ["SetNode"] = ["set", "frozenset"],
        ["TupleNode"] = ["tuple"],
        ["BytesNode"] = ["bytes"],
        ["BytearrayNode"] = ["bytearray"],
        ["SliceNode"] = ["slice"],
    };
}
