namespace Precinto.Formats.Jinja;

// How values come to be: out of letters and elements, out of others, and as one of several.
internal sealed partial class JinjaValue
{
    public static JinjaValue From(string text) => new() { Text = text, Traits = TraitsOf(text) | JinjaTraits.Root };

    /// <summary>A text that was cut or rewritten out of others; a long one is not computed with, since no name is long.</summary>
    public static JinjaValue Guessed(string text, params IEnumerable<JinjaValue> sources)
    {
        var through = Through(sources);
        var traits = through.Traits | JinjaTraits.Made | TraitsOf(text);
        return text.Length <= LongestText ? new() { Guess = text, Traits = traits | JinjaTraits.Root, Picks = through.Picks }
            : new() { Traits = traits, Picks = through.Picks, Size = new(text.Length) };
    }

    /// <summary>A letter of a text in which this hides.</summary>
    public static JinjaValue Letter(char letter, JinjaTraits traits) => new() { Guess = letter.ToString(), Traits = traits | JinjaTraits.Made | JinjaTraits.Root | TraitsOf(letter.ToString()) };

    public static JinjaValue From(long number) => new() { Number = number, Traits = JinjaTraits.Root | JinjaTraits.Numeric };

    /// <summary>A list; of a long one nobody tells the elements apart.</summary>
    public static JinjaValue List(IReadOnlyList<JinjaValue> items, JinjaSpace? space = null, bool isTuple = false) =>
        Measured(new() { Items = items, Traits = HidingOf(items), Space = space, IsTuple = isTuple, IsEndless = items.Count > LongestText, Union = new() });

    public static JinjaValue Mapping(IReadOnlyList<JinjaValue> keys, IReadOnlyList<JinjaValue> values, JinjaSpace? space = null)
    {
        if (keys.Count != values.Count)
            return List([.. keys, .. values], space).Endless(false, space);
        Dictionary<string, JinjaValue> byKey = new(StringComparer.Ordinal);
        var isPlain = true;
        List<JinjaValue> others = [];
        for (var index = 0; index < keys.Count; index++)
        {
            if (keys[index].Text is { } name)
            {
                isPlain &= !byKey.ContainsKey(name);
                byKey[name] = byKey.TryGetValue(name, out var earlier) ? Either(earlier, values[index]) : values[index];
                continue;
            }

            isPlain = false;
            if (!keys[index].IsNumeric)
                others.Add(values[index]);
        }

        if (others.Count > 0)
            byKey[AnyKey] = AnyOf(others);
        // Keys that are alike to Python are one, and stay in the place of the first: where they are, the order is not known.
        return Measured(new() { Items = keys, Members = values, Traits = HidingOf(keys) | HidingOf(values), Space = space, ByKey = byKey, IsEndless = !isPlain || keys.Count > LongestText, Union = new() });
    }

    /// <summary>What comes out of something that is not followed: unknown, unless names went in that must not come out.</summary>
    public static JinjaValue Through(params IEnumerable<JinjaValue> inputs)
    {
        var traits = JinjaTraits.None;
        var picks = 0;
        JinjaSize size = new(0);
        foreach (var input in inputs)
        {
            traits |= HidingOf(input);
            picks = Math.Max(picks, input.Picks);
            size += input.Size;
        }

        if (traits != JinjaTraits.None)
            return new() { Traits = traits | JinjaTraits.Made, Picks = picks, Size = size };
        return size.Letters > LongestText || size.PerArgument > 0 ? new() { Picks = picks, Size = size } : Picked(picks);
    }

    /// <summary>What so many keys lead to that only rendering knows.</summary>
    public static JinjaValue Picked(int picks) => picks == 0 ? Unknown : new() { Picks = Math.Min(picks, MostPicks) };

    /// <summary>Either of two values; the first itself if the second is nothing new.</summary>
    public static JinjaValue Either(JinjaValue one, JinjaValue other)
    {
        if (one.IsAny)
            return (HidingOf(other) & ~one._traits) == 0 && other.Picks <= one.Picks ? one : Any(one._traits | HidingOf(other), Math.Max(one.Picks, other.Picks));
        List<JinjaValue> more = [.. other.Each.Where(choice => !one.Each.Any(known => AreSame(known, choice)))];
        return more.Count == 0 ? one : Choose([.. one.Each, .. more]);
    }

    public static JinjaValue AnyOf(IEnumerable<JinjaValue> values)
    {
        List<JinjaValue> choices = [];
        var (rest, picks, isNumeric) = (JinjaTraits.None, 0, true);
        foreach (var choice in values.SelectMany(value => value.Each))
        {
            // Of more than are kept, each still counts by what it hides.
            if (choices.Count > MostChoices)
                (rest, picks, isNumeric) = (rest | HidingOf(choice), Math.Max(picks, choice.Picks), isNumeric && choice.IsNumeric);
            else if (!choices.Exists(known => AreSame(known, choice)))
                choices.Add(choice);
        }

        if (!isNumeric)
            choices.Add(Any(rest, picks));
        return Choose(choices);
    }

    private static JinjaValue Choose(List<JinjaValue> choices)
    {
        var traits = JinjaTraits.None;
        var hiding = JinjaTraits.None;
        var picks = 0;
        foreach (var choice in choices)
        {
            traits |= choice.Hidden;
            hiding |= HidingOf(choice);
            picks = Math.Max(picks, choice.Picks);
        }

        if (choices.Count > MostChoices || choices.Exists(choice => choice.IsAny))
            return choices.TrueForAll(choice => choice.IsNumeric) ? Quantity : Any(hiding, picks);
        return choices.Count switch { 0 => Unknown, 1 => choices[0], _ => Measured(new() { Choices = choices, Traits = traits, Picks = picks }) };
    }

    // What is in it was measured before, so that no depth of lists is a recursion.
    private static JinjaValue Measured(JinjaValue value)
    {
        _ = value.Size;
        return value;
    }

    // Too much to tell apart: it stands for whatever comes, too, so that a loop which adds to it comes to an end.
    private static JinjaValue Any(JinjaTraits traits, int picks) => new() { Traits = traits | JinjaTraits.Made, Picks = picks, IsAny = true };

    public static JinjaTraits TraitsOf(string text) =>
        !text.Contains('_') ? JinjaTraits.None : text.Contains("__", StringComparison.Ordinal) ? JinjaTraits.Underscore | JinjaTraits.Dunder : JinjaTraits.Underscore;

    // In the text of a list stands the text of what is in it.
    private static JinjaTraits HidingOf(IEnumerable<JinjaValue> values)
    {
        var traits = JinjaTraits.None;
        foreach (var value in values)
            traits |= HidingOf(value);
        return traits;
    }

    private static JinjaTraits HidingOf(JinjaValue value)
    {
        var traits = value.Hidden;
        foreach (var one in value.Each)
            traits |= one.IsObject ? JinjaTraits.Obscure : JinjaTraits.None;
        return traits;
    }
}
