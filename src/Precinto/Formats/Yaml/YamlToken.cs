namespace Precinto.Formats.Yaml;

internal enum YamlTokenKind
{
    Scalar,

    /// <summary>The question mark before a key of any kind.</summary>
    Key,

    /// <summary>The colon behind a key; its column is that of the key.</summary>
    Value,

    /// <summary>A colon by itself, which ends a key that began with a question mark.</summary>
    KeyEnd,
    Dash,
    FlowBegin,
    FlowEnd,
    Comma,
    Tag,
    Anchor,
    Alias,
    Directive,
    Document,
}

/// <summary>A token, and the column at which it stands in its line.</summary>
internal readonly record struct YamlToken(YamlTokenKind Kind, string Text, int Offset, int Column, bool IsPlain = false)
{
    /// <summary>Whether it is read as a number or a truth value if it looks like one: it is plain and no tag calls it a text, or a tag calls it such a word.</summary>
    public bool IsWord { get; init; }

    /// <summary>Whether an alias stands here for a text that stands elsewhere.</summary>
    public bool IsAlias { get; init; }

    /// <summary>Whether it stands in a list, which is true for Python whatever is in it.</summary>
    public bool IsElement { get; init; }

    /// <summary>Whether the text looks like a template: found once, however many aliases it has.</summary>
    public bool IsTemplate { get; init; }
}
