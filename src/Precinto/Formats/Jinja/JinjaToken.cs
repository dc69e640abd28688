namespace Precinto.Formats.Jinja;

internal enum JinjaTokenKind
{
    /// <summary>Text between the tags, which is put out as it is.</summary>
    Data,
    StatementBegin,
    StatementEnd,
    ExpressionBegin,
    ExpressionEnd,
    Name,
    Text,
    Number,
    Operator,
}

/// <summary>A token; the value of a text is what its escapes stand for, as far as they are known here.</summary>
internal readonly record struct JinjaToken(JinjaTokenKind Kind, string Value, int Offset, bool SpellsByEscapes = false, bool IsUnreadable = false)
{
    public bool Is(string symbol) => Kind == JinjaTokenKind.Operator && Value == symbol;

    public bool IsName(string name) => Kind == JinjaTokenKind.Name && Value == name;
}
