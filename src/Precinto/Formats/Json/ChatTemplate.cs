namespace Precinto.Formats.Json;

/// <summary>Looks into the Jinja template by which a tokenizer lays out a conversation; outside of a sandbox it reaches all of Python (CVE-2024-34359).</summary>
internal static class ChatTemplate
{
    /// <summary>What in the expressions of a template reaches into Python, or null.</summary>
    public static string? FindEscape(ReadOnlySpan<char> template)
    {
        while (template.IndexOf('{') is >= 0 and var at && at + 2 <= template.Length)
        {
            var kind = template[at + 1];
            template = template[(at + 1)..];
            if (kind is not ('{' or '%' or '#'))
                continue;

            var end = template[1..].IndexOf(kind switch { '{' => "}}", '%' => "%}", _ => "#}" });
            var expression = end < 0 ? template[1..] : template.Slice(1, end);
            if (kind != '#' && FindIn(expression) is { } found)
                return found;
            template = template[(1 + expression.Length)..];
        }

        return null;
    }

    private static string? FindIn(ReadOnlySpan<char> expression)
    {
        for (var rest = expression; rest.IndexOf("__") is >= 0 and var at;)
        {
            var name = rest[(at + 2)..];
            var length = name.IndexOfAnyExcept(Letters);
            if (length > 0 && name[length..].StartsWith("__"))
                return $"__{name[..length]}__";
            rest = name;
        }

        foreach (var word in (ReadOnlySpan<string>)["\\x5f", "\\x5F", "\\u005f", "\\u005F", "\\137"])
            if (expression.Contains(word, StringComparison.Ordinal))
                return word;

        // The filter that takes an attribute by a computed name.
        for (var rest = expression; rest.IndexOf('|') is >= 0 and var bar; rest = rest[(bar + 1)..])
            if (rest[(bar + 1)..].TrimStart().StartsWith("attr", StringComparison.Ordinal))
                return "|attr";
        return null;
    }

    private static readonly System.Buffers.SearchValues<char> Letters = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
}
