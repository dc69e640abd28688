using System.Text.Json;
using Precinto.Formats.Json;
using Precinto.Formats.Pickle;
using Precinto.Inspection;

namespace Precinto.Formats.TorchExport;

/// <summary>
/// How the inputs and outputs of an exported program nest (in_spec, out_spec): JSON in a text, whose nodes keep JSON in texts again (torch/utils/_pytree.py). Two
/// things in there are looked up by name when the program is loaded: members of enumerations, by an import, the attributes of the module and an index, which for
/// <c>ctypes.cdll</c> loads a library; and what fills a defaultdict.
/// </summary>
internal static class ExportedTree
{
    public static void Inspect(string specification, InspectionContext context)
    {
        Stack<(string Text, int Depth)> ahead = [];
        ahead.Push((specification, 0));
        while (ahead.TryPop(out var next))
        {
            using var document = PythonJson.Parse(System.Text.Encoding.UTF8.GetBytes(next.Text), 0);
            Stack<JsonElement> elements = [];
            elements.Push(document.RootElement);
            while (elements.TryPop(out var element))
            {
                context.Cancellation.ThrowIfCancellationRequested();
                Judge(element, context);
                foreach (var inner in Inner(element))
                {
                    if (inner.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
                        elements.Push(inner);
                    else if (inner.ValueKind == JsonValueKind.String && MayNest(inner.Text()))
                        Push(inner.Text(), next.Depth + 1, ahead, context);
                }
            }
        }
    }

    private static void Push(string text, int depth, Stack<(string Text, int Depth)> ahead, InspectionContext context)
    {
        if (depth <= Deepest)
            ahead.Push((text, depth));
        else
            context.Add(TorchExportRules.Import, "Texts of a tree lie in each other, deeper than they are read.");
    }

    // A text that is none of JSON's is no specification, and the loader would refuse it as one; keys of dictionaries may be any text.
    private static bool MayNest(string text)
    {
        if (!text.Contains('"', StringComparison.Ordinal) || text.AsSpan().TrimStart() is not ['{' or '[' or '"', ..])
            return false;
        try
        {
            using var document = PythonJson.Parse(System.Text.Encoding.UTF8.GetBytes(text), 0);
            return true;
        }
        catch (MalformedModelException)
        {
            return text.Contains("fqn", StringComparison.Ordinal) || text.Contains("__enum__", StringComparison.Ordinal) || text.Contains("default_factory", StringComparison.Ordinal)
                || text.Contains("\\u", StringComparison.Ordinal);
        }
    }

    private static IEnumerable<JsonElement> Inner(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray(),
        JsonValueKind.Object => element.EnumerateObject().Select(member => member.Value),
        JsonValueKind.String => [element],
        _ => [],
    };

    private static void Judge(JsonElement element, InspectionContext context)
    {
        if (element.Member("__enum__") is not null || element.Member("fqn") is not null)
            Judge(element.TextOf("fqn") ?? "", element.TextOf("name"), context);
        if ((element.Member("default_factory_module") ?? element.Member("default_factory_name")) is not null)
            JudgeFactory(element.TextOf("default_factory_module") ?? "", element.TextOf("default_factory_name") ?? "", context);
    }

    private static void Judge(string path, string? name, InspectionContext context)
    {
        var colon = path.IndexOf(':', StringComparison.Ordinal);
        var (module, type) = colon < 0 ? (path, "") : (path[..colon], path[(colon + 1)..]);
        var isDangerous = module.Split('.')[0] == "ctypes" || DangerousImports.Reason(module, type) is not null || DangerousImports.WalkReason(module, type) is not null;
        context.Add(isDangerous ? TorchExportRules.CodeImport : TorchExportRules.Import, $"Takes '{Shorten(name ?? "")}' of '{Shorten(path)}' for a member of an enumeration.");
    }

    private static void JudgeFactory(string module, string name, InspectionContext context)
    {
        if (module == "builtins" && name is "list" or "dict" or "set" or "int" or "float" or "str" or "bool" or "tuple" or "frozenset")
            return;
        if (module == "collections" && name is "OrderedDict" or "Counter" or "deque")
            return;
        var isDangerous = DangerousImports.Reason(module, name) is not null || DangerousImports.WalkReason(module, name) is not null;
        context.Add(isDangerous ? TorchExportRules.CodeImport : TorchExportRules.Import, $"Fills a defaultdict by '{Shorten(module)}.{Shorten(name)}'.");
    }

    private static string Shorten(string text) => Excerpt.Of(text, LongestName);

    private const int Deepest = 8;
    private const int LongestName = 500;
}
