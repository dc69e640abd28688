using System.Text;
using Precinto.Files;
using Precinto.Formats.Secrets;
using Precinto.Formats.Torch;
using Precinto.Inspection;

namespace Precinto.Formats.Python;

/// <summary>
/// Python code beside weights. It runs where a configuration names it (<c>auto_map</c>, which is a finding of the configuration) or a person starts it,
/// so that its being there is told and no more; honest models come with it.
/// </summary>
internal sealed class PythonFormat : ModelFormat
{
    public override string Name => "python";

    public override IReadOnlyList<string> Endings => [".py", ".pyc"];

    public override IReadOnlyList<FindingRule> Rules { get; } = [.. PythonRules.All, .. SecretRules.All];

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name)
    {
        if (IsCompiled(head, name))
            return true;
        if (head.Contains((byte)0))
            return false;
        var line = head[..(head.IndexOf((byte)'\n') is >= 0 and var end ? end : head.Length)];
        return name.EndsWith(".py", StringComparison.OrdinalIgnoreCase) || (line.StartsWith("#!"u8) && line.IndexOf("python"u8) > 0);
    }

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        var head = new byte[(int)Math.Min(16, content.Length)];
        content.Read(0, head);
        if (IsCompiled(head, name))
        {
            context.Add(PythonRules.Compiled, "The code is compiled: it can be run, and it cannot be read.", 0);
            return;
        }

        // The code of TorchScript is no Python, and is judged with its archive.
        if (TorchScriptCode.IsCode(name))
            return;
        if (content.Length > LargestSource)
        {
            context.Add(InspectionRules.LimitReached, $"Has {content.Length} bytes; {LargestSource} are read.");
            return;
        }

        var source = Encoding.UTF8.GetString(content.ToArray());
        context.Add(PythonRules.Source, "The code runs where a configuration names it, or someone starts it.", 0);
        SecretSearch.Notice(source, "The code", null, context);
        if (FindHidden(PythonCode.WithoutTexts(source)) is { } at)
            context.Add(PythonRules.Hidden, $"Line {source.AsSpan(0, Math.Min(at, source.Length)).Count('\n') + 1} runs what it decodes.");
    }

    // exec(base64.b64decode(…)): within the call, whatever lies between.
    private static int? FindHidden(string code)
    {
        foreach (var runner in (ReadOnlySpan<string>)["exec", "eval", "compile", "FunctionType"])
        {
            for (var at = code.IndexOf(runner, StringComparison.Ordinal); at >= 0; at = code.IndexOf(runner, at + 1, StringComparison.Ordinal))
            {
                var open = at + runner.Length;
                while (open < code.Length && code[open] is ' ' or '\\' or '\n')
                    open++;
                if (open >= code.Length || code[open] != '(' || (at > 0 && (char.IsLetterOrDigit(code[at - 1]) || code[at - 1] is '_' or '.') && runner != "FunctionType"))
                    continue;
                var argument = code.AsSpan(open, EndOfCall(code, open) - open);
                foreach (var decoder in (ReadOnlySpan<string>)["b64decode", "b32decode", "b85decode", "a85decode", "decompress", "marshal", "fromhex", "unhexlify", "rot13", "urlopen", "requests.get"])
                {
                    if (argument.Contains(decoder, StringComparison.Ordinal))
                        return at;
                }
            }
        }

        return null;
    }

    private static int EndOfCall(string code, int open)
    {
        var depth = 0;
        var end = Math.Min(code.Length, open + LongestCall);
        for (var at = open; at < end; at++)
        {
            depth += code[at] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0)
                return at;
        }

        return end;
    }

    // Two bytes of a version, then CR LF, in every CPython.
    private static bool IsCompiled(ReadOnlySpan<byte> head, string name) =>
        head.Length >= 16 && head[2] == '\r' && head[3] == '\n' && name.EndsWith(".pyc", StringComparison.OrdinalIgnoreCase);

    private const int LargestSource = 32 << 20;
    private const int LongestCall = 4096;
}
