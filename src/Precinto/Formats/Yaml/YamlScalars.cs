using System.Globalization;
using System.Text;

namespace Precinto.Formats.Yaml;

/// <summary>Reads texts as loaders hand them out: with their lines folded, without the indentation of blocks, their escapes undone.</summary>
internal sealed class YamlScalars(YamlLetters letters)
{
    /// <summary>Where a quote begins that nothing ends.</summary>
    public int? Unclosed { get; private set; }

    /// <summary>Reads a text without quotes.</summary>
    /// <param name="isFlow">Whether it stands in brackets.</param>
    /// <param name="indent">The column of its key or dash.</param>
    public string ReadPlain(bool isFlow, int indent)
    {
        StringBuilder value = new();
        while (true)
        {
            var start = letters.At;
            while (!letters.IsAtEnd && !letters.IsBreak(letters.Current) && !IsPlainEnd(letters.At, isFlow) && !(letters.At > start && IsComment(letters.At)))
                letters.At++;
            // What begins with what no text begins with must still be passed.
            if (letters.At == start && value.Length == 0 && !letters.IsAtEnd)
                letters.At++;
            value.Append(letters.Since(start).TrimEnd(" \t\u0085\u2028\u2029"));
            if (letters.IsAtEnd || !letters.IsBreak(letters.Current) || !MayContinue(isFlow, indent))
                return value.ToString();
            value.Append(TakeBreaks());
        }
    }

    /// <summary>Reads what stands in simple or double quotes.</summary>
    public string ReadQuoted()
    {
        StringBuilder value = new();
        var start = letters.At;
        var quote = letters.Current;
        // Up to where the spaces are written as escapes, which stay.
        var kept = 0;
        letters.At++;
        while (!letters.IsAtEnd)
        {
            var letter = letters.Current;
            if (letter == quote && !(quote == '\'' && letters.At + 1 < letters.Length && letters[letters.At + 1] == quote))
            {
                letters.At++;
                return value.ToString();
            }

            if (letters.IsBreak(letter))
            {
                while (value.Length > kept && value[^1] is ' ' or '\t')
                    value.Length--;
                value.Append(TakeBreaks());
                kept = value.Length;
                // To every loader, a document ends here and not the text.
                if (letters.IsAtMark)
                    break;
            }
            else if (letter == '\\' && quote == '"')
            {
                letters.At++;
                ReadEscape(value);
                kept = value.Length;
            }
            else
            {
                letters.At += letter == '\'' && quote == '\'' ? 2 : 1;
                value.Append(letter);
            }
        }

        Unclosed ??= start;
        return value.ToString();
    }

    /// <summary>Reads the lines behind <c>|</c> and <c>&gt;</c>.</summary>
    /// <param name="indent">The column of its key or dash; a block has a column at least, also where it has no key.</param>
    public string ReadBlock(int indent)
    {
        var isFolded = letters.Current == '>';
        var header = letters.At + 1;
        letters.SkipLine();
        var words = letters.Since(header);
        var (keeps, strips) = (words.StartsWith('+') || (words.Length > 1 && words[1] == '+'), words.StartsWith('-') || (words.Length > 1 && words[1] == '-'));
        var digit = words[..Math.Min(2, words.Length)].IndexOfAnyInRange('1', '9');
        letters.TakeBreak();

        var depth = Math.Max(indent + 1, 1);
        depth = digit >= 0 ? depth + words[digit] - '1' : Math.Max(depth, DepthOfFirst());
        StringBuilder value = new();
        StringBuilder breaks = new();
        char? ended = null;
        var isText = false;
        while (TrySkipIndent(depth))
        {
            if (letters.TakeBreak() is { } empty)
            {
                breaks.Append(empty);
                continue;
            }

            var isIndented = letters.Current is ' ' or '\t';
            // Lines that are indented further are not folded, nor is what stands beside them.
            if (isFolded && ended == '\n' && isText && !isIndented)
                value.Append(' ', breaks.Length == 0 ? 1 : 0);
            else if (ended is { } kept)
                value.Append(kept);
            value.Append(breaks);
            breaks.Clear();
            isText = !isIndented;
            var start = letters.At;
            letters.SkipLine();
            value.Append(letters.Since(start));
            ended = letters.TakeBreak();
        }

        if (!strips && ended is { } last)
            value.Append(last);
        if (keeps)
            value.Append(breaks);
        return value.ToString();
    }

    // How deep the first line stands that is not empty; deeper ones before it count, too.
    private int DepthOfFirst()
    {
        var (at, line) = (letters.At, letters.LineStart);
        var depth = 0;
        while (!letters.IsAtEnd && (letters.Current == ' ' || letters.IsBreak(letters.Current)))
        {
            if (letters.TakeBreak() is not null)
                continue;
            letters.At++;
            depth = Math.Max(depth, letters.Column);
        }

        letters.Move(at, line);
        return depth;
    }

    // Whether a line belongs to the block: it is empty, or its text stands deep enough.
    private bool TrySkipIndent(int depth)
    {
        var (at, line) = (letters.At, letters.LineStart);
        while (!letters.IsAtEnd && letters.Current == ' ' && letters.Column < depth)
            letters.At++;
        if (!letters.IsAtEnd && (letters.Column == depth || letters.IsBreak(letters.Current)))
            return true;
        letters.Move(at, line);
        return false;
    }

    // A text goes on in a line that stands deeper than its key or dash, whatever that begins with (7.3.3 of YAML 1.2).
    private bool MayContinue(bool isFlow, int indent)
    {
        var at = letters.At;
        var line = letters.LineStart;
        for (; at < letters.Length && letters.IsSpace(letters[at]); at++)
        {
            if (letters.IsBreak(letters[at]))
                line = at + 1;
        }

        if (at >= letters.Length || letters[at] == '#' || (at == line && letters.IsMark(at)))
            return false;
        if (isFlow)
            return !IsPlainEnd(at, isFlow) && !(letters[at] == '?' && letters.IsSpaceAt(at + 1));
        // Loaders refuse a key here, or take it for one; a quote would hide what stands behind it.
        return at - line > indent && ("\"'|>%@`".Contains(letters[at]) || !IsKey(at));
    }

    private bool IsKey(int at)
    {
        for (; at < letters.Length && !letters.IsBreak(letters[at]) && !IsComment(at); at++)
        {
            if (IsPlainEnd(at, isFlow: false))
                return true;
        }

        return false;
    }

    private bool IsPlainEnd(int at, bool isFlow) => (letters[at] == ':' && (letters.IsSpaceAt(at + 1) || (isFlow && IsBracket(letters[at + 1])))) || (isFlow && IsBracket(letters[at]));

    private static bool IsBracket(char letter) => letter is ',' or '[' or ']' or '{' or '}';

    private bool IsComment(int at) => letters[at] == '#' && at > 0 && letters.IsSpace(letters[at - 1]);

    // The end of a line is a space, and each empty line behind it a break; the spaces around them are nothing.
    private string TakeBreaks()
    {
        var first = letters.TakeBreak();
        var more = TakeEmptyLines();
        return first != '\n' ? first + more : more.Length == 0 ? " " : more;
    }

    private string TakeEmptyLines()
    {
        StringBuilder more = new();
        while (!letters.IsAtEnd && !letters.IsAtMark && letters.IsSpace(letters.Current))
        {
            if (letters.TakeBreak() is { } taken)
                more.Append(taken);
            else
                letters.At++;
        }

        return more.ToString();
    }

    private void ReadEscape(StringBuilder value)
    {
        if (letters.IsAtEnd)
            return;
        var kind = letters.Current;
        if (letters.TakeBreak() is not null)
        {
            // A line that is continued: neither its break nor the spaces before the next letter are part of the text.
            value.Append(TakeEmptyLines());
            return;
        }

        letters.At++;
        var digits = kind switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        var start = letters.At;
        if (digits > 0 && start + digits <= letters.Length)
        {
            letters.At += digits;
            if (int.TryParse(letters.Since(start), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) && Rune.IsValid(code))
            {
                value.Append(new Rune(code).ToString());
                return;
            }

            letters.At = start;
        }

        value.Append(kind switch
        {
            '0' => '\0',
            'a' => '\a',
            'b' => '\b',
            't' => '\t',
            'n' => '\n',
            'v' => '\v',
            'f' => '\f',
            'r' => '\r',
            'e' => '\e',
            'N' => '\u0085',
            '_' => '\u00A0',
            'L' => '\u2028',
            'P' => '\u2029',
            _ => kind,
        });
    }
}
