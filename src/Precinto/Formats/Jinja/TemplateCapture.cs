namespace Precinto.Formats.Jinja;

/// <summary>What a block puts out, which becomes a value.</summary>
internal sealed class TemplateCapture(string? path)
{
    private JinjaValue _value = JinjaValue.From("");
    private bool _hasBranches;

    public string? Path => path;

    /// <summary>Whether the output stays where it is, too.</summary>
    public bool Flows { get; init; }

    /// <summary>Whether it is a macro or a block, which others may call.</summary>
    public bool IsCalled { get; init; }

    /// <summary>How often it is done where it stands.</summary>
    public double Times { get; init; } = 1;

    public List<JinjaToken> Filter { get; } = [];

    public JinjaSize Size
    {
        get => _value.Size;
        set => _value = _value.Sized(value);
    }

    public void Take(JinjaValue value) => _value = JinjaOperators.Concatenate(_value, value);

    // Which pieces follow each other is not known any more.
    public void Branch() => _hasBranches = true;

    public JinjaValue End() => (_hasBranches && _value.Hidden != JinjaTraits.None ? new() { Traits = _value.Hidden | JinjaTraits.Made } : _hasBranches ? JinjaValue.Through(_value) : _value).Sized(_value.Size);
}
