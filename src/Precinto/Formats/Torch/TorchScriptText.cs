namespace Precinto.Formats.Torch;

/// <summary>A word, a number, a text or a sign of TorchScript.</summary>
internal readonly record struct TorchScriptToken(TorchScriptTokenKind Kind, string Text);

/// <summary>What a token is.</summary>
internal enum TorchScriptTokenKind
{
    Name,
    Number,
    Text,
    Sign,
}

/// <summary>A line of a function, with those that continue it: how far it is indented, and its tokens.</summary>
internal readonly record struct TorchScriptLine(int Indent, TorchScriptToken[] Tokens);

/// <summary>The functions in a source of TorchScript (torch/csrc/jit/frontend/lexer.h): found by the word in front of their name, and taken apart only where they are called.</summary>
internal sealed class TorchScriptText(string source, string member)
{
    /// <summary>The file that the text is.</summary>
    public string Member => member;

    /// <summary>The names of the functions, and where each begins.</summary>
    public IEnumerable<(string Name, int Position)> Functions()
    {
        for (var at = source.IndexOf(Definition, StringComparison.Ordinal); at >= 0; at = source.IndexOf(Definition, at + Definition.Length, StringComparison.Ordinal))
        {
            var name = at + Definition.Length;
            if ((at > 0 && IsPartOfWord(source[at - 1])) || name == source.Length || IsPartOfWord(source[name]))
                continue;
            while (name < source.Length && source[name] is ' ' or '\t' or '\\' or '\r' or '\n')
                name++;
            var end = name;
            while (end < source.Length && IsPartOfWord(source[end]))
                end++;
            if (end > name)
                yield return (source[name..end], at);
        }
    }

    /// <summary>The lines of the function that begins there; the first is its signature.</summary>
    public List<TorchScriptLine> Read(int position)
    {
        List<TorchScriptLine> lines = [];
        var start = position;
        while (start > 0 && source[start - 1] is ' ' or '\t')
            start--;
        var indent = position - start;
        for (var at = start; at < source.Length;)
        {
            var line = ReadLine(ref at);
            if (line.Tokens.Length == 0)
                continue;
            if (lines.Count > 0 && line.Indent <= indent)
                break;
            lines.Add(line);
        }

        return lines;
    }

    // Within brackets, and behind a backslash, a line goes on.
    private TorchScriptLine ReadLine(ref int at)
    {
        var start = at;
        while (at < source.Length && source[at] is ' ' or '\t')
            at++;
        var indent = at - start;
        List<TorchScriptToken> tokens = [];
        var depth = 0;
        while (at < source.Length)
        {
            var letter = source[at];
            if (letter == '\n')
            {
                at++;
                if (depth <= 0)
                    break;
            }
            else if (letter == '#')
            {
                while (at < source.Length && source[at] != '\n')
                    at++;
            }
            else if (letter == '\\' || char.IsWhiteSpace(letter))
            {
                at += letter == '\\' && at + 1 < source.Length && source[at + 1] == '\n' ? 2 : 1;
            }
            else
            {
                depth += letter is '(' or '[' or '{' ? 1 : letter is ')' or ']' or '}' ? -1 : 0;
                tokens.Add(ReadToken(ref at));
            }
        }

        return new(indent, [.. tokens]);
    }

    private TorchScriptToken ReadToken(ref int at)
    {
        var start = at;
        var letter = source[at];
        if (letter is '"' or '\'')
            return new(TorchScriptTokenKind.Text, ReadQuoted(ref at));
        if (char.IsAsciiDigit(letter) || (letter == '.' && at + 1 < source.Length && char.IsAsciiDigit(source[at + 1])))
        {
            while (at < source.Length && (IsPartOfWord(source[at]) || source[at] == '.' || (source[at] is '+' or '-' && source[at - 1] is 'e' or 'E')))
                at++;
            return new(TorchScriptTokenKind.Number, source[start..at]);
        }

        if (IsPartOfWord(letter))
        {
            while (at < source.Length && IsPartOfWord(source[at]))
                at++;
            return new(TorchScriptTokenKind.Name, source[start..at]);
        }

        var sign = Array.Find(Signs, sign => string.CompareOrdinal(source, start, sign, 0, sign.Length) == 0) ?? letter.ToString();
        at += sign.Length;
        return new(TorchScriptTokenKind.Sign, sign);
    }

    private string ReadQuoted(ref int at)
    {
        var quote = source[at];
        var isTriple = at + 2 < source.Length && source[at + 1] == quote && source[at + 2] == quote;
        var start = at += isTriple ? 3 : 1;
        for (; at < source.Length; at++)
        {
            if (source[at] == '\\')
                at++;
            else if (source[at] == quote && (!isTriple || (at + 2 < source.Length && source[at + 1] == quote && source[at + 2] == quote)))
                break;
        }

        var text = source[start..Math.Min(at, source.Length)];
        at = Math.Min(at + (isTriple ? 3 : 1), source.Length);
        return text;
    }

    private static bool IsPartOfWord(char letter) => char.IsAsciiLetterOrDigit(letter) || letter == '_';

    private const string Definition = "def";
    private static readonly string[] Signs = ["**=", "//=", "<<=", ">>=", "**", "//", "<<", ">>", "->", "+=", "-=", "*=", "/=", "%=", "|=", "&=", "^=", "==", "!=", "<=", ">="];
}
