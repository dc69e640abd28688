using System.Text;
using System.Text.Unicode;
using Precinto.Files;
using Precinto.Formats.Jinja;
using Precinto.Formats.Json;
using Precinto.Formats.Secrets;
using Precinto.Inspection;

namespace Precinto.Formats.Yaml;

/// <summary>A YAML document (yaml.org/spec/1.2.2), such as the configuration of a NeMo, Hydra or SpeechBrain model.</summary>
internal sealed class YamlFormat : ModelFormat
{
    public override string Name => "yaml";

    // Any text may be called so; a name that disagrees says nothing.
    public override IReadOnlyList<string> Endings => [];

    public override IReadOnlyList<FindingRule> Rules { get; } = [.. YamlRules.All, .. JsonRules.All, .. JinjaRules.All, .. SecretRules.All];

    // YAML has no mark: a text that says so by its name, or begins a document.
    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name)
    {
        var text = head.StartsWith("\uFEFF"u8) ? head[3..] : head;
        if (text.Contains((byte)0))
            return false;
        if (name.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".yml", StringComparison.OrdinalIgnoreCase))
            return true;
        return text.StartsWith("%YAML"u8) || text.StartsWith("%TAG"u8) || text.IndexOf("!!python/"u8) >= 0 && !text.StartsWith("#"u8) && IsConfiguration(text);
    }

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        if (content.Length > LargestDocument)
        {
            context.Add(InspectionRules.LimitReached, $"Has {content.Length} bytes; {LargestDocument} are read.");
            return;
        }

        var bytes = content.ToArray();
        if (!Utf8.IsValid(bytes))
            throw new MalformedModelException(0, "Is no UTF-8.");
        YamlScanner scanner = new(Encoding.UTF8.GetString(bytes));
        YamlConfiguration configuration = new(context);
        while (scanner.TryRead(out var token))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            configuration.Take(token);
        }

        configuration.End();
    }

    // Every line of the head is a key, an element, a comment, or belongs to one: prose is not.
    private static bool IsConfiguration(ReadOnlySpan<byte> text)
    {
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range].TrimEnd((byte)'\r');
            if (line.IsEmpty || line[0] is (byte)' ' or (byte)'#' or (byte)'-' or (byte)'!')
                continue;
            return line.IndexOf(": "u8) > 0 || line.EndsWith(":"u8);
        }

        return text.StartsWith("-"u8) || text.StartsWith("!"u8);
    }

    private const int LargestDocument = 64 << 20;
}
