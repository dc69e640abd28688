namespace Precinto.Formats.Jinja;

/// <summary>What changes behind a value's back: the attributes of a namespace, what is put into a list or a mapping. All that refer to it see it.</summary>
internal sealed class JinjaSpace
{
    private readonly Dictionary<string, JinjaValue> _attributes = new(StringComparer.Ordinal);

    public JinjaTraits Traits { get; private set; }

    /// <summary>The size of the largest thing that was put in; it may hold itself.</summary>
    public JinjaSize Size { get; private set; }

    /// <summary>Anything that was put in by a key that is not known, or appended.</summary>
    public JinjaValue? Added { get; private set; }

    public IEnumerable<JinjaValue> Values => Added is null ? _attributes.Values : _attributes.Values.Append(Added);

    public JinjaValue? Find(string name) => _attributes.GetValueOrDefault(name);

    /// <summary>Puts a value in; true where that is new.</summary>
    public bool Put(string? name, JinjaValue value)
    {
        Traits |= value.Hidden;
        Size = JinjaSize.Max(Size, value.Size);
        var known = name is null ? Added : Find(name);
        var merged = known is null ? value : JinjaValue.Either(known, value);
        if (name is null || _attributes.Count > MostAttributes)
            Added = Added is null || name is null ? merged : JinjaValue.Either(Added, value);
        else
            _attributes[name] = merged;
        return !ReferenceEquals(known, merged);
    }

    private const int MostAttributes = 1000;
}
