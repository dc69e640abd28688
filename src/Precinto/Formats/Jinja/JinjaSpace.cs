namespace Precinto.Formats.Jinja;

/// <summary>What changes behind a value's back: the attributes of a namespace, what is put into a list or a mapping. All that refer to it see it.</summary>
internal sealed class JinjaSpace
{
    private readonly Dictionary<string, JinjaValue> _attributes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _given = new(StringComparer.Ordinal);

    public JinjaTraits Traits { get; private set; }

    /// <summary>The size of the largest thing that was put in; it may hold itself.</summary>
    public JinjaSize Size { get; private set; }

    /// <summary>Anything that was put in by a key that is not known, or appended.</summary>
    public JinjaValue? Added { get; private set; }

    public IEnumerable<JinjaValue> Values => Added is null ? _attributes.Values : _attributes.Values.Append(Added);

    /// <summary>How often something new was put in.</summary>
    public int Changes { get; private set; }

    public JinjaUnion Union { get; } = new();

    /// <summary>Whether anything was put in.</summary>
    public bool IsChanged => Added is not null || _attributes.Count > 0;

    /// <param name="name">What the attribute is called.</param>
    /// <param name="isSure">Whether it was there from the start.</param>
    public JinjaValue? Find(string name, out bool isSure)
    {
        isSure = _given.Contains(name);
        return _attributes.GetValueOrDefault(name);
    }

    /// <summary>Puts a value in that is there from the start; true where that is new.</summary>
    public bool Give(string name, JinjaValue value)
    {
        if (_given.Count < MostAttributes)
            _given.Add(name);
        return Put(name, value);
    }

    /// <summary>Puts a value in; true where that is new.</summary>
    public bool Put(string? name, JinjaValue value)
    {
        Traits |= value.Hidden | JinjaValue.TraitsOf(name ?? "");
        Size = JinjaSize.Max(Size, value.Size);
        var known = name is null ? Added : _attributes.GetValueOrDefault(name);
        var merged = known is null ? value : JinjaValue.Either(known, value);
        if (name is null || _attributes.Count > MostAttributes)
            Added = Added is null || name is null ? merged : JinjaValue.Either(Added, value);
        else
            _attributes[name] = merged;
        if (ReferenceEquals(known, merged))
            return false;
        Changes++;
        return true;
    }

    private const int MostAttributes = 1000;
}

/// <summary>Any of the elements of a list, once somebody asked for it.</summary>
internal sealed class JinjaUnion
{
    public JinjaValue? Value { get; set; }

    /// <summary>How often something had been put in by then.</summary>
    public int Changes { get; set; }
}
