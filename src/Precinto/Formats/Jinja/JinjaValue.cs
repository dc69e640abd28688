using System.Globalization;

namespace Precinto.Formats.Jinja;

/// <summary>
/// What is known of a value without rendering: a text, a number, elements, one of several, or nothing; and whether it was put together from pieces,
/// which is how a name is hidden that must not be seen. Whatever has a text, a number or elements can be nothing else: what is not known for sure has
/// none, and keeps what hides in all that it was made of.
/// </summary>
internal sealed partial class JinjaValue
{
    public static readonly JinjaValue Unknown = new();

    /// <summary>Some number, or a truth value.</summary>
    public static readonly JinjaValue Quantity = new() { Traits = JinjaTraits.Numeric };

    /// <summary>A text that some function made, with any letters.</summary>
    public static readonly JinjaValue Forged = new() { Traits = JinjaTraits.Made | JinjaTraits.Underscore };

    /// <summary>Some function of Python, whose text has letters for any name.</summary>
    public static readonly JinjaValue Function = new() { Traits = JinjaTraits.Root | JinjaTraits.Obscure };

    /// <summary>What a filter yields one by one of data.</summary>
    public static readonly JinjaValue Generator = new() { Traits = JinjaTraits.Root };

    private JinjaTraits _traits;
    private readonly IReadOnlyList<JinjaValue>? _items;
    private readonly IReadOnlyList<JinjaValue>? _members;
    private IReadOnlyList<JinjaValue>? _self;
    private JinjaSize? _size;

    /// <summary>The letters, where they are known for sure: those of a literal, of texts side by side, or of a whole element.</summary>
    public string? Text { get; init; }

    /// <summary>
    /// What a text most likely is that was cut or rewritten out of others: Python may count, fold and escape its letters in ways that are not followed here.
    /// A guess may raise an alarm and never lays one to rest: what hides in the text it comes from hides in it.
    /// </summary>
    public string? Guess { get; init; }

    public string? Likely => Text ?? Guess;

    public long? Number { get; init; }

    /// <summary>How Python writes a constant: True, False or None.</summary>
    public string? Word { get; init; }

    /// <summary>The elements of a list, or the keys of a mapping, as long as nothing is put in.</summary>
    public IReadOnlyList<JinjaValue>? Items
    {
        get => IsClosed ? _items : null;
        init => _items = value;
    }

    /// <summary>The values of a mapping, in the order of its keys.</summary>
    public IReadOnlyList<JinjaValue>? Members
    {
        get => IsClosed ? _members : null;
        init => _members = value;
    }

    /// <summary>The elements in their order, where it is a list or a text and that is known: what an index or a slice takes from.</summary>
    public IReadOnlyList<JinjaValue>? Sequence => Members is not null ? null : Items ?? (Likely is { Length: <= LongestText } text ? JinjaTexts.Letters(text, Hidden) : null);

    /// <summary>Whether it is written with round brackets or commas alone: what <c>%</c> takes for several values.</summary>
    public bool IsTuple { get; init; }

    /// <summary>Whether it stands for any number of arguments, spread from what is not known.</summary>
    public bool IsSpread { get; init; }

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
            var size = _size ??= Likely is { } text ? new(text.Length)
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
    public bool IsObject => (Traits & JinjaTraits.Root) != 0 && Constant is null && Guess is null;

    /// <summary>Whether it may be a name by which one gets to Python's modules, though nobody sees it.</summary>
    public bool MayBeSpecial => (Traits & JinjaTraits.Obscure) != 0
        || ((Traits & JinjaTraits.Underscore) != 0 && (Traits & JinjaTraits.Made) != 0 && JinjaNames.MayBegin(Prefix) && JinjaNames.MayEnd(Suffix));

    /// <summary>The elements that a loop goes through, and the values of a mapping.</summary>
    public IEnumerable<JinjaValue> Elements
    {
        get
        {
            if (Likely is not null && Sequence is { } letters)
                return letters;
            if (!HasElements)
                return [IsObject && (Traits & JinjaTraits.Obscure) == 0 ? Unknown : Through(this)];
            return [.. _items ?? [], .. _members ?? [], .. Space?.Values ?? []];
        }
    }

    /// <summary>Any of the elements, or of the letters; not that there are some.</summary>
    public JinjaValue Element
    {
        get
        {
            // Of what is nothing but a space, the space remembers; what is put in makes a new one.
            var union = Union ?? (_items is null ? Space?.Union : null);
            if (union is null)
                return AnyOf(Elements);
            if (union.Value is null || union.Changes != (Space?.Changes ?? 0))
                (union.Value, union.Changes) = (AnyOf(Elements), Space?.Changes ?? 0);
            return union.Value;
        }
    }

    // How many there are, or in which order, is not known.
    private bool IsEndless { get; init; }

    // Too many things to tell apart.
    private bool IsAny { get; init; }

    private Dictionary<string, JinjaValue>? ByKey { get; init; }

    private JinjaUnion? Union { get; init; }

    private bool IsClosed => !IsEndless && Space?.Added is null && (_members is null || Space is not { IsChanged: true });

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

    /// <summary>The same elements, one by one: the text of it is no list's.</summary>
    public JinjaValue OneByOne()
    {
        var copy = (JinjaValue)MemberwiseClone();
        copy._traits |= JinjaTraits.Root;
        copy._self = null;
        return copy;
    }

    /// <summary>The same elements, but how many times and in which order is not known.</summary>
    public JinjaValue Endless(bool isGenerator, JinjaSpace? space = null, long? rounds = null) => new()
    {
        Items = [Element],
        IsEndless = true,
        Traits = isGenerator ? _traits | JinjaTraits.Root : _traits & ~JinjaTraits.Root,
        Rounds = rounds,
        Space = space,
        Picks = Picks,
        _size = rounds is null ? Size : null,
    };

    /// <summary>What stands under a name; one of them is unknown where it may not stand there at all.</summary>
    public JinjaValue? Find(string name) => Find(name, out _);

    /// <param name="name">What it is called.</param>
    /// <param name="isSure">Whether something stands there for sure.</param>
    public JinjaValue? Find(string name, out bool isSure)
    {
        isSure = false;
        var found = Space?.Find(name, out isSure);
        if (ByKey?.TryGetValue(name, out var member) == true)
        {
            found = found is null ? member : Either(found, member);
            isSure = true;
        }

        // What stands under keys that are not known may stand under this one.
        foreach (var other in (ReadOnlySpan<JinjaValue?>)[ByKey?.GetValueOrDefault(AnyKey), Space?.Added])
        {
            if (other is not null)
                found = found is null ? other : Either(found, other);
        }

        return found is null || isSure ? found : Either(found, Unknown);
    }

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
        if (--budget < 0 || depth > DeepestComparison || one.Text != other.Text || one.Guess != other.Guess || one.Number != other.Number || one.Word != other.Word || one._traits != other._traits
            || one.Prefix != other.Prefix || one.Suffix != other.Suffix || one.Attribute != other.Attribute || one.Global != other.Global
            || one.Picks != other.Picks || one.Space != other.Space || one.Macro != other.Macro || one.Rounds != other.Rounds || one.IsTuple != other.IsTuple || one.IsSpread != other.IsSpread || one.IsEndless != other.IsEndless)
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

    public const int LongestText = 1024;
    public const int LongestEnd = 32;

    /// <summary>Whatever leads out of data is more than two steps away, such as an object's class, its base and what that is made of; more are not counted.</summary>
    public const int MostPicks = 2;

    // No key of a template: a text that is empty is one, and this is none.
    private const string AnyKey = "\0any key";
    private const int MostChoices = 64;
    private const int MostComparisons = 64;
    private const int DeepestComparison = 8;
}
