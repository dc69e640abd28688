using System.Globalization;

namespace Precinto.Formats.Jinja;

/// <summary>
/// What is known of a value without rendering: a text, a number, elements, one of several, or nothing; and whether it was put together from pieces,
/// which is how a name is hidden that must not be seen. Whatever has a text, a number or elements can be nothing else.
/// </summary>
internal sealed class JinjaValue
{
    public static readonly JinjaValue Unknown = new();

    /// <summary>Some number, or a truth value.</summary>
    public static readonly JinjaValue Quantity = new() { Traits = JinjaTraits.Numeric };

    /// <summary>A text that some function made, with any letters.</summary>
    public static readonly JinjaValue Forged = new() { Traits = JinjaTraits.Made | JinjaTraits.Underscore };

    /// <summary>What a filter yields one by one of data.</summary>
    public static readonly JinjaValue Generator = new() { Traits = JinjaTraits.Root };

    private readonly JinjaTraits _traits;
    private readonly IReadOnlyList<JinjaValue>? _items;
    private readonly IReadOnlyList<JinjaValue>? _members;
    private IReadOnlyList<JinjaValue>? _self;
    private bool _isEndless;
    private bool _isAny;
    private JinjaSize? _size;

    public string? Text { get; init; }

    public long? Number { get; init; }

    /// <summary>How Python writes a constant: True, False or None.</summary>
    public string? Word { get; init; }

    /// <summary>The elements of a list, or the keys of a mapping, as long as nothing is put in.</summary>
    public IReadOnlyList<JinjaValue>? Items
    {
        get => Space?.Added is null && !_isEndless ? _items : null;
        init => _items = value;
    }

    /// <summary>The values of a mapping, in the order of its keys.</summary>
    public IReadOnlyList<JinjaValue>? Members
    {
        get => Space?.Added is null ? _members : null;
        init => _members = value;
    }

    /// <summary>The elements in their order, where it is a list or a text and that is known: what an index or a slice takes from.</summary>
    public IReadOnlyList<JinjaValue>? Sequence => Members is not null ? null : Items ?? (Text is { Length: <= LongestText } text ? JinjaTexts.Letters(text) : null);

    /// <summary>What it may be, where it may be several things.</summary>
    public IReadOnlyList<JinjaValue> Choices { get; init; } = [];

    /// <summary>Each of the things that it may be, itself if there is but one.</summary>
    public IReadOnlyList<JinjaValue> Each => Choices.Count > 0 ? Choices : _self ??= [this];

    public JinjaTraits Traits
    {
        get => _traits | (Space?.Traits ?? JinjaTraits.None);
        init => _traits = value;
    }

    /// <summary>How a text that was put together begins and ends, as far as that is known.</summary>
    public string Prefix { get; init; } = "";

    public string Suffix { get; init; } = "";

    /// <summary>The variable or attribute path that it was taken from, such as <c>ns.text</c>.</summary>
    public string? Path { get; private set; }

    /// <summary>The name of the function or object that Jinja itself supplies.</summary>
    public string? Global { get; init; }

    /// <summary>The object whose attribute this is, and by which name: what a call calls.</summary>
    public JinjaValue? Owner { get; init; }

    public string? Attribute { get; init; }

    /// <summary>By how many keys that only rendering knows one got here.</summary>
    public int Picks { get; init; }

    public JinjaSpace? Space { get; init; }

    public JinjaMacro? Macro { get; init; }

    /// <summary>How often a loop over it goes round, where the template says so; how much some number may be.</summary>
    public long? Rounds { get; init; }

    /// <summary>How large it is; what is put into it later counts by the largest piece.</summary>
    public JinjaSize Size
    {
        get
        {
            var size = _size ??= Text is not null ? new(Text.Length)
                : Choices.Count > 0 ? Choices.Select(choice => choice.Size).Aggregate(JinjaSize.Max)
                : Rounds is { } rounds && _items is not null ? JinjaSize.Sum(_items) * Math.Max(rounds, 1)
                : _items is { Count: > 0 } ? JinjaSize.Sum(_items) + JinjaSize.Sum(_members ?? [])
                : JinjaSize.Unknown;
            return Space is null ? size : JinjaSize.Max(size, Space.Size);
        }
        init => _size = value;
    }

    public JinjaTraits Hidden => Traits & JinjaTraits.Hiding;

    /// <summary>Whether nothing at all is known of it, but for its size.</summary>
    public bool IsNothing => Traits == JinjaTraits.None && Constant is null && !HasElements && Choices.Count == 0 && Owner is null && Global is null && Macro is null && Path is null && Picks == 0;

    /// <summary>Whether it is a list, a mapping or the like, of which elements are known.</summary>
    public bool HasElements => _items is not null || Space is not null;

    public bool IsTextual => Text is not null || (Traits & JinjaTraits.Made) != 0;

    public bool IsNumeric => Number is not null || (Traits & JinjaTraits.Numeric) != 0;

    /// <summary>Python's text of it, where that can be no other.</summary>
    public string? Constant => Text ?? Number?.ToString(CultureInfo.InvariantCulture) ?? Word;

    /// <summary>An object whose text, if one is made of it, has letters for any name.</summary>
    public bool IsObject => (Traits & JinjaTraits.Root) != 0 && Constant is null;

    /// <summary>Whether it may be a name by which one gets to Python's modules, though nobody sees it.</summary>
    public bool MayBeSpecial => (Traits & JinjaTraits.Obscure) != 0
        || ((Traits & JinjaTraits.Underscore) != 0 && (Traits & JinjaTraits.Made) != 0 && JinjaNames.MayBegin(Prefix) && JinjaNames.MayEnd(Suffix));

    /// <summary>The elements that a loop goes through, and the values of a mapping.</summary>
    public IEnumerable<JinjaValue> Elements
    {
        get
        {
            if (Text is not null && Sequence is { } letters)
                return letters;
            if (!HasElements)
                return [IsObject ? Unknown : Through(this)];
            return [.. _items ?? [], .. _members ?? [], .. Space?.Values ?? []];
        }
    }

    public JinjaValue At(string? path)
    {
        if (Path == path)
            return this;
        var copy = (JinjaValue)MemberwiseClone();
        copy.Path = path;
        // What stands for itself is the copy now.
        copy._self = null;
        return copy;
    }

    /// <summary>The same value, of a size that is known by other means.</summary>
    public JinjaValue Sized(JinjaSize size)
    {
        if (Size == size || (IsNothing && size.PerArgument == 0 && size.Letters <= JinjaSize.Unknown.Letters))
            return this;
        var copy = (JinjaValue)MemberwiseClone();
        (copy._size, copy._self) = (size, null);
        return copy;
    }

    /// <summary>The same elements, but how many times and in which order is not known.</summary>
    public JinjaValue Endless(bool isGenerator, long? rounds = null) =>
        new() { Items = [AnyOf(Elements)], _isEndless = true, _size = rounds is null ? Size : null, Traits = _traits | (isGenerator ? JinjaTraits.Root : JinjaTraits.None), Rounds = rounds };

    public JinjaValue? Find(string name)
    {
        JinjaValue? found = Space?.Find(name);
        for (var index = 0; _members is not null && index < _members.Count; index++)
        {
            if (_items![index].Text == name)
                found = found is null ? _members[index] : Either(found, _members[index]);
        }

        return Space?.Added is { } added ? found is null ? added : Either(found, added) : found;
    }

    public static JinjaValue From(string text) => new() { Text = text, Traits = TraitsOf(text) | JinjaTraits.Root };

    /// <summary>A text that was computed; a long one is not computed with, since no name is long.</summary>
    public static JinjaValue Computed(string text) => text.Length <= LongestText ? From(text) : new() { Traits = JinjaTraits.Made | TraitsOf(text), Size = new(text.Length), Prefix = text[..LongestEnd], Suffix = text[^LongestEnd..] };

    public static JinjaValue From(long number) => new() { Number = number, Traits = JinjaTraits.Root | JinjaTraits.Numeric };

    public static JinjaValue List(IReadOnlyList<JinjaValue> items, JinjaSpace? space = null) => Measured(new() { Items = items, Traits = HidingOf(items), Space = space });

    public static JinjaValue Mapping(IReadOnlyList<JinjaValue> keys, IReadOnlyList<JinjaValue> values, JinjaSpace? space = null) => keys.Count == values.Count
        ? Measured(new() { Items = keys, Members = values, Traits = HidingOf(keys) | HidingOf(values), Space = space })
        : List([.. keys, .. values], space);

    /// <summary>What comes out of something that is not followed: unknown, unless names went in that must not come out.</summary>
    public static JinjaValue Through(params IEnumerable<JinjaValue> inputs)
    {
        JinjaValue[] all = [.. inputs];
        var size = JinjaSize.Sum(all);
        if (HidingOf(all) is var traits and not JinjaTraits.None)
            return new() { Traits = traits | JinjaTraits.Made, Size = size };
        return size.Letters > LongestText || size.PerArgument > 0 ? new() { Size = size } : Unknown;
    }

    /// <summary>Either of two values; the first itself if the second is nothing new.</summary>
    public static JinjaValue Either(JinjaValue one, JinjaValue other)
    {
        if (one._isAny)
            return (other.Hidden & ~one._traits) == 0 ? one : Any(one._traits | other.Hidden);
        List<JinjaValue> more = [.. other.Each.Where(choice => !one.Each.Any(known => AreSame(known, choice)))];
        return more.Count == 0 ? one : Choose([.. one.Each, .. more]);
    }

    public static JinjaValue AnyOf(IEnumerable<JinjaValue> values)
    {
        List<JinjaValue> choices = [];
        foreach (var choice in values.SelectMany(value => value.Each))
        {
            // Of more than are kept, each still counts by what it hides.
            if (choices.Count > MostChoices ? choice.Hidden != JinjaTraits.None : !choices.Exists(known => AreSame(known, choice)))
                choices.Add(choice);
        }

        return Choose(choices);
    }

    private static JinjaValue Choose(List<JinjaValue> choices)
    {
        var traits = JinjaTraits.None;
        foreach (var choice in choices)
            traits |= choice.Hidden;
        if (choices.Count > MostChoices || choices.Exists(choice => choice._isAny))
            return choices.TrueForAll(choice => choice.IsNumeric) ? Quantity : Any(traits);
        return choices.Count switch { 0 => Unknown, 1 => choices[0], _ => Measured(new() { Choices = choices, Traits = traits }) };
    }

    // What is in it was measured before, so that no depth of lists is a recursion.
    private static JinjaValue Measured(JinjaValue value)
    {
        _ = value.Size;
        return value;
    }

    // Too much to tell apart: it stands for whatever comes, too, so that a loop which adds to it comes to an end.
    private static JinjaValue Any(JinjaTraits traits) => new() { Traits = traits | JinjaTraits.Made, _isAny = true };

    /// <summary>Whether two values are known to be alike, so that remembering both is of no use.</summary>
    public static bool AreSame(JinjaValue one, JinjaValue other)
    {
        var budget = MostComparisons;
        return AreSame(one, other, 0, ref budget);
    }

    private static bool AreSame(JinjaValue one, JinjaValue other, int depth, ref int budget)
    {
        if (ReferenceEquals(one, other))
            return true;
        if (--budget < 0 || depth > DeepestComparison || one.Text != other.Text || one.Number != other.Number || one.Word != other.Word || one._traits != other._traits
            || one.Prefix != other.Prefix || one.Suffix != other.Suffix || one.Attribute != other.Attribute || one.Global != other.Global
            || one.Picks != other.Picks || one.Space != other.Space || one.Macro != other.Macro || one.Rounds != other.Rounds || one._isEndless != other._isEndless)
            return false;
        if (one.Constant is not null)
            return true;
        return (one.Owner is null ? other.Owner is null : other.Owner is not null && AreSame(one.Owner, other.Owner, depth + 1, ref budget))
            && AreSame(one._items, other._items, depth, ref budget) && AreSame(one._members, other._members, depth, ref budget) && AreSame(one.Choices, other.Choices, depth, ref budget);
    }

    private static bool AreSame(IReadOnlyList<JinjaValue>? one, IReadOnlyList<JinjaValue>? other, int depth, ref int budget)
    {
        if (one is null || other is null || one.Count != other.Count)
            return one == other;
        for (var index = 0; index < one.Count; index++)
        {
            if (!AreSame(one[index], other[index], depth + 1, ref budget))
                return false;
        }

        return true;
    }

    private static JinjaTraits TraitsOf(string text) =>
        !text.Contains('_') ? JinjaTraits.None : text.Contains("__", StringComparison.Ordinal) ? JinjaTraits.Underscore | JinjaTraits.Dunder : JinjaTraits.Underscore;

    // In the text of a list stands the text of what is in it.
    private static JinjaTraits HidingOf(IEnumerable<JinjaValue> values)
    {
        var traits = JinjaTraits.None;
        foreach (var value in values)
            traits |= value.Hidden | (value is { IsObject: true, Space: null } ? JinjaTraits.Obscure : JinjaTraits.None);
        return traits;
    }

    public const int LongestText = 1024;
    public const int LongestEnd = 32;

    private const int MostChoices = 64;
    private const int MostComparisons = 64;
    private const int DeepestComparison = 8;
}
