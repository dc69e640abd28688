using Precinto.Inspection;

namespace Precinto.Formats.Jinja;

/// <summary>
/// A Jinja template, such as the one by which a tokenizer lays out a conversation. Rendered outside of a sandbox it reaches all of Python
/// through the attributes of any value (CVE-2024-34359); it is followed here without being rendered.
/// </summary>
internal static class Template
{
    /// <summary>Whether a text has a tag of a template.</summary>
    public static bool LooksLikeOne(ReadOnlySpan<char> text) =>
        text.Contains("{{", StringComparison.Ordinal) || text.Contains("{%", StringComparison.Ordinal);

    /// <summary>Follows a template and notes what it reaches for.</summary>
    /// <param name="text">The template.</param>
    /// <param name="what">Where it stands, for people: a quoted key or a file.</param>
    /// <param name="offset">Where it starts in the file.</param>
    /// <param name="isRendered">Whether a loader is known to render what stands there.</param>
    /// <param name="context">Takes the findings.</param>
    public static void Inspect(string text, string what, long? offset, bool isRendered, InspectionContext context)
    {
        // Jinja makes each end of a line the same before it reads anything (newline_re of jinja2/lexer.py).
        text = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        JinjaScope scope = new(what, offset, isRendered, context);
        var isWhole = new JinjaLexer(text).TryRead(out var tokens);
        var readings = Math.Clamp(MostTokens / (tokens.Count + 1), 1, MostReadings);
        bool isRead;
        do
        {
            scope.Restart();
            isRead = new TemplateReader(scope, tokens).Read();
        }
        while (scope.HasChanged && --readings > 0);
        if (scope.HasChanged)
            scope.Notice(JinjaRules.Computed, "changes its variables in more rounds than are followed", 0);
        scope.EndMentions(isWhole && isRead);
        scope.Report();
        if (isWhole && isRead)
            return;

        // Jinja refuses a broken template before it renders anything, but extensions and other delimiters could make it whole.
        if (scope.Dangers == 0 && FindSpecialWord(text) is { } word)
            context.Add(isRendered ? JinjaRules.Unreadable : JinjaRules.Idle, $"The template in {what} cannot be read to its end and holds '{word}'.", offset);
        else if (isRendered)
            context.Add(JinjaRules.Broken, $"The template in {what} breaks Jinja's syntax.", offset);
    }

    /// <summary>Whether what stands under a key is rendered by a loader: those of tokenizers, processors and prompts.</summary>
    public static bool IsRenderedUnder(string key) => key.ToLowerInvariant() is "chat_template" or "chat_templates" or "template" or "templates" or "jinja" or "jinja_template"
        or "prompt" or "prompts" or "prompt_template" or "prompt_templates" or "system_prompt" or "default_chat_template" or "tool_template";

    private static string? FindSpecialWord(string text)
    {
        for (var at = text.IndexOf("__", StringComparison.Ordinal); at >= 0; at = text.IndexOf("__", at + 2, StringComparison.Ordinal))
        {
            var end = at + 2;
            while (end < text.Length && (char.IsAsciiLetter(text[end]) || text[end] == '_'))
                end++;
            if (JinjaNames.IsSpecial(text[at..end]))
                return text[at..Math.Min(end, at + 40)];
            at = end - 2;
        }

        foreach (var word in (ReadOnlySpan<string>)["\\x5f", "\\x5F", "\\u005f", "\\u005F", "\\137", "|attr", "| attr"])
        {
            if (text.Contains(word, StringComparison.Ordinal))
                return word;
        }

        return null;
    }

    private const int MostReadings = 10;
    private const int MostTokens = 300_000;
}
