using Precinto.Files;
using Precinto.Formats.Json;
using Precinto.Formats.Secrets;
using Precinto.Inspection;

namespace Precinto.Formats.Jinja;

/// <summary>A Jinja template in a file of its own, as newer tokenizers have it (<c>chat_template.jinja</c>).</summary>
internal sealed class JinjaFormat : ModelFormat
{
    public override string Name => "jinja";

    // A template may be any text, so that no ending claims the format.
    public override IReadOnlyList<string> Endings => [];

    public override IReadOnlyList<FindingRule> Rules { get; } = [.. JinjaRules.All, JsonRules.Template, .. SecretRules.All];

    // transformers opens chat_template.jinja and additional_chat_templates/*.jinja by their names, and renders what is in them; others take a bare chat_template.
    public override bool IsOpenedAs(string name)
    {
        var file = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        return HasEnding(file) || (file.Contains("chat_template", StringComparison.OrdinalIgnoreCase) && (!file.Contains('.') || file.EndsWith(".txt", StringComparison.OrdinalIgnoreCase)));
    }

    // A text that begins with a tag, or whose name says so. Documents that merely show a template are none.
    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name)
    {
        if (HasEnding(name))
            return true;

        var text = head.StartsWith("\uFEFF"u8) ? head[3..] : head;
        // A mapping or a comment of YAML may begin like a tag, and what opens YAML goes by the name.
        if (text.Contains((byte)0) || name.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".yml", StringComparison.OrdinalIgnoreCase))
            return false;
        if (name.EndsWith(".template", StringComparison.OrdinalIgnoreCase))
            return true;

        // A text that is called a template and has a tag, wherever it has it: "chat_template", "template.txt".
        var file = name[(name.LastIndexOf('/') + 1)..];
        if (file.Contains("template", StringComparison.OrdinalIgnoreCase) && (!file.Contains('.') || file.EndsWith(".txt", StringComparison.OrdinalIgnoreCase))
            && (text.IndexOf("{%"u8) >= 0 || text.IndexOf("{{"u8) >= 0) && UnicodeText.IsUtf8(head))
            return true;

        text = text.TrimStart(" \t\r\n"u8);
        return text.Length > 3 && text[0] == '{' && text[1] is (byte)'%' or (byte)'{' or (byte)'#' && UnicodeText.IsUtf8(head);
    }

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        if (content.Length > LargestTemplate)
        {
            context.Add(InspectionRules.LimitReached, $"Has {content.Length} bytes; {LargestTemplate} are read.");
            return;
        }

        Template.Inspect(UnicodeText.ReadUtf8(content.ToArray()), "the file", null, isRendered: true, context);
    }

    // Jinja renders a text whatever letters it has: what its name calls a template is read as one.
    private static bool HasEnding(string name) =>
        name.EndsWith(".jinja", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".jinja2", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".j2", StringComparison.OrdinalIgnoreCase);

    private const int LargestTemplate = 16 << 20;
}
