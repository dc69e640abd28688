using System.Buffers;
using Precinto.Files;
using Precinto.Formats.Jinja;
using Precinto.Formats.Json;
using Precinto.Formats.Python;
using Precinto.Formats.Secrets;
using Precinto.Inspection;

namespace Precinto.Formats.Yaml;

/// <summary>A YAML document (yaml.org/spec/1.2.2), such as the configuration of a NeMo, Hydra or SpeechBrain model.</summary>
internal sealed class YamlFormat : ModelFormat
{
    public override string Name => "yaml";

    // Any text may be called so; a name that disagrees says nothing.
    public override IReadOnlyList<string> Endings => [];

    public override IReadOnlyList<FindingRule> Rules { get; } = [.. YamlRules.All, .. JsonRules.All, .. JinjaRules.All, .. SecretRules.All, PythonRules.Evaluated];

    // YAML has no mark: a text that says so by its name, or begins a document.
    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name)
    {
        if (name.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".yml", StringComparison.OrdinalIgnoreCase))
            return true;
        var text = head.StartsWith("\uFEFF"u8) ? head[3..] : head;
        if (text.Contains((byte)0))
            return false;
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
        var text = UnicodeText.Read(bytes);
        var encoding = UnicodeText.EncodingOf(bytes);
        // Findings say where a byte is, not a letter.
        var (letters, offset) = (0, bytes.AsSpan().StartsWith(encoding.Preamble) ? encoding.Preamble.Length : 0);
        var start = offset;
        YamlScanner scanner = new(text);
        YamlConfiguration configuration = new(name, context);
        while (scanner.TryRead(out var token))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            offset += encoding.GetByteCount(text.AsSpan(letters, token.Offset - letters));
            letters = token.Offset;
            configuration.Take(token with { Offset = offset });
        }

        configuration.End();
        // c-printable of YAML 1.2: what else there is, loaders refuse; they need not stay so.
        if (text.AsSpan().IndexOfAny(Unprintable) is >= 0 and var at)
            throw new MalformedModelException(start + encoding.GetByteCount(text.AsSpan(0, at)), $"Holds the letter U+{(int)text[at]:X4}, which no YAML holds.");
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

    private static readonly SearchValues<char> Unprintable =
        SearchValues.Create([.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(letter => char.IsControl(letter) && letter is not ('\t' or '\n' or '\r' or '\u0085')), '\uFFFE', '\uFFFF']);
}
