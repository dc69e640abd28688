namespace Precinto.Formats.Python;

/// <summary>Python's lexical ground: what is a comment or a quoted text is no code.</summary>
internal static class PythonCode
{
    /// <summary>The code with spaces in place of comments and of what stands in quotes; every letter keeps its place.</summary>
    public static string WithoutTexts(string source) => string.Create(source.Length, source, static (code, text) =>
    {
        text.CopyTo(code);
        for (var at = 0; at < code.Length; at++)
        {
            if (text[at] == '#')
            {
                for (; at < code.Length && text[at] != '\n'; at++)
                    code[at] = ' ';
            }
            else if (text[at] is '"' or '\'')
            {
                at = Blank(code, text, at);
            }
        }
    });

    private static int Blank(Span<char> code, string text, int start)
    {
        var quote = text[start];
        var isLong = start + 2 < text.Length && text[start + 1] == quote && text[start + 2] == quote;
        var at = start + (isLong ? 3 : 1);
        while (at < text.Length)
        {
            if (text[at] == '\\')
            {
                at += 2;
                continue;
            }

            var ends = isLong ? at + 2 < text.Length && text[at] == quote && text[at + 1] == quote && text[at + 2] == quote : text[at] == quote || text[at] == '\n';
            if (ends)
                break;
            at++;
        }

        at = Math.Min(at, text.Length);
        for (var index = start; index < at; index++)
            code[index] = text[index] == '\n' ? '\n' : ' ';
        return at < text.Length ? at + (isLong ? 2 : 0) : at;
    }
}
