namespace Precinto.Formats.Jinja;

/// <summary>A field of a pattern, <c>{name!conversion:spec}</c>; what takes attributes and elements of the argument stands in <paramref name="Path"/>.</summary>
internal sealed record BraceField(string Argument, IReadOnlyList<string> Path, char Conversion, string Spec);

/// <summary>
/// The patterns of Python's <c>str.format</c> (docs.python.org/3/library/string.html#formatstrings), cut as CPython cuts them
/// (MarkupIterator_next in Objects/stringlib/unicode_format.h): literal text, doubled braces, and fields whose specification may hold fields.
/// </summary>
internal sealed class BraceFormat
{
    private readonly string _pattern;
    private readonly List<(string Literal, BraceField? Field)> _pieces = [];
    private int _at;

    private BraceFormat(string pattern) => _pattern = pattern;

    /// <summary>Texts, and the field behind each, in their order; null where Python refuses the pattern.</summary>
    public static IReadOnlyList<(string Literal, BraceField? Field)>? Parse(string pattern)
    {
        BraceFormat format = new(pattern);
        while (format._at < pattern.Length)
        {
            if (!format.TryReadPiece())
                return null;
        }

        return format._pieces;
    }

    /// <summary>All fields, those in specifications included; what stands before a mistake counts, too.</summary>
    public static IEnumerable<BraceField> Fields(string pattern)
    {
        Stack<(string Text, int Depth)> open = new([(pattern, 1)]);
        while (open.TryPop(out var next))
        {
            var (text, depth) = next;
            BraceFormat format = new(text);
            while (format._at < text.Length && format.TryReadPiece())
            {
            }

            foreach (var (_, field) in format._pieces)
            {
                if (field is null)
                    continue;
                yield return field;
                // CPython refuses what is nested deeper ("Max string recursion exceeded").
                if (depth < DeepestSpec && field.Spec.Contains('{'))
                    open.Push((field.Spec, depth + 1));
            }
        }
    }

    private bool TryReadPiece()
    {
        var brace = _pattern.AsSpan(_at).IndexOfAny('{', '}') is >= 0 and var found ? _at + found : _pattern.Length;
        var isDoubled = brace + 1 < _pattern.Length && _pattern[brace + 1] == _pattern[brace];
        var literal = _pattern[_at..(isDoubled ? brace + 1 : brace)];
        _at = Math.Min(_pattern.Length, brace + (isDoubled ? 2 : 1));
        if (brace == _pattern.Length || isDoubled)
        {
            _pieces.Add((literal, null));
            return true;
        }

        if (_pattern[brace] == '}' || ReadField() is not { } field)
            return false;
        _pieces.Add((literal, field));
        return true;
    }

    private BraceField? ReadField()
    {
        var start = _at;
        while (_at < _pattern.Length && _pattern[_at] is not ('}' or ':' or '!'))
        {
            if (_pattern[_at] == '{')
                return null;
            // Between brackets, all of these are letters of a key.
            if (_pattern[_at] == '[' && _pattern.IndexOf(']', _at) is var close)
                _at = close < 0 ? _pattern.Length - 1 : close;
            _at++;
        }

        if (_at >= _pattern.Length)
            return null;
        var name = _pattern[start.._at];
        var conversion = '\0';
        if (_pattern[_at] == '!')
        {
            if (_at + 2 >= _pattern.Length || _pattern[_at + 2] is not (':' or '}'))
                return null;
            conversion = _pattern[_at + 1];
            _at += 2;
        }

        return ReadSpec() is { } spec ? Split(name, conversion, spec) : null;
    }

    // Stands at the colon, or at the brace that closes a field without one.
    private string? ReadSpec()
    {
        if (_pattern[_at++] == '}')
            return "";
        var start = _at;
        for (var depth = 1; _at < _pattern.Length;)
        {
            depth += _pattern[_at++] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
                return _pattern[start..(_at - 1)];
        }

        return null;
    }

    // name.attribute[key]: points and brackets part it.
    private static BraceField Split(string name, char conversion, string spec)
    {
        var end = name.AsSpan().IndexOfAny('.', '[');
        return end < 0 ? new(name, [], conversion, spec) : new(name[..end], name[end..].Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries), conversion, spec);
    }

    // Fields, those in their specifications, and one level more.
    private const int DeepestSpec = 3;
}
