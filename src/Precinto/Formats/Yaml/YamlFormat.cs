using System.Buffers;
using System.Text;
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

    // MLmodel is what MLflow calls its description of a model.
    public override bool IsOpenedAs(string name) =>
        name.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".yml", StringComparison.OrdinalIgnoreCase)
        || name[(name.LastIndexOfAny(['/', '\\']) + 1)..].Equals("MLmodel", StringComparison.OrdinalIgnoreCase);

    // YAML has no mark: a text that says so by its name, or begins a document.
    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name)
    {
        if (IsOpenedAs(name))
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
        var start = bytes.AsSpan().StartsWith(encoding.Preamble) ? encoding.Preamble.Length : 0;
        var isDisputed = Read(text, YamlReading.Native, encoding, start, name, context);
        foreach (var reading in OtherReadings(text, isDisputed))
        {
            // What only one loader refuses is no fault: it loads nothing then.
            var aside = context.Aside();
            Read(text, reading, encoding, start, name, aside);
            foreach (var finding in aside.Findings.Where(finding => finding.Code != InspectionRules.Malformed.Code && !context.Findings.Any(known => (known.Code, known.Offset) == (finding.Code, finding.Offset))))
                context.Add(finding);
        }

        // Loaders refuse a letter that YAML does not print (5.1 of YAML 1.2), but what stands before it is loaded already, and a lenient one goes on.
        if (text.AsSpan().IndexOfAny(Unprintable) is >= 0 and var at)
            throw new MalformedModelException(start + encoding.GetByteCount(text.AsSpan(0, at)), $"Holds the letter U+{(int)text[at]:X4}, which no YAML holds.");
    }

    // Loaders agree on all but a few letters, tags and anchors; where there are none, there is one reading.
    private static IEnumerable<YamlReading> OtherReadings(string text, bool isDisputed)
    {
        var hasOldBreaks = text.AsSpan().ContainsAny('\u0085', '\u2028', '\u2029');
        if (isDisputed || hasOldBreaks)
            yield return YamlReading.Latest;
        if (hasOldBreaks)
            yield return YamlReading.Lenient;
        if (isDisputed || text.Contains('\uFEFF', StringComparison.Ordinal))
            yield return YamlReading.Python;
    }

    private static bool Read(string text, YamlReading reading, Encoding encoding, int start, string name, InspectionContext context)
    {
        var (letters, offset) = (0, (long)start);
        YamlScanner scanner = new(text, reading);
        YamlConfiguration configuration = new(name, context);
        while (scanner.TryRead(out var token))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            offset += encoding.GetByteCount(text.AsSpan(letters, token.Offset - letters));
            letters = token.Offset;
            configuration.Take(token with { Offset = (int)offset });
        }

        configuration.End();
        if (scanner.Unclosed is { } quote)
            context.Add(InspectionRules.Malformed, "A quote begins here that nothing ends.", start + encoding.GetByteCount(text.AsSpan(0, quote)));
        return scanner.IsDisputed;
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
