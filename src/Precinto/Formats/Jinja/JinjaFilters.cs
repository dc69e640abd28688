using System.Globalization;

namespace Precinto.Formats.Jinja;

/// <summary>Filters that take attributes, and those that make texts of texts; whatever else goes in comes out as unknown.</summary>
internal static class JinjaFilters
{
    public static JinjaValue Apply(
        JinjaScope scope, string name, JinjaValue subject, IReadOnlyList<JinjaValue> arguments, IReadOnlyList<KeyValuePair<string, JinjaValue>> named, int offset)
    {
        var result = Follow(scope, name, subject, arguments, named, offset);
        return KeepsSize(name) ? result.Sized(JinjaSize.Max(result.Size, subject.Size)) : result;
    }

    private static JinjaValue Follow(
        JinjaScope scope, string name, JinjaValue subject, IReadOnlyList<JinjaValue> arguments, IReadOnlyList<KeyValuePair<string, JinjaValue>> named, int offset)
    {
        IReadOnlyList<JinjaValue> values = [.. arguments, .. named.Select(pair => pair.Value)];
        JinjaCost.Notice(scope, name, values, offset);
        switch (name)
        {
            case "attr":
                foreach (var key in values)
                    scope.NoticeAccess(subject, key, offset, isAttributeOnly: true);
                if (values is [var chosen] && chosen.Each.All(one => one.Text is not null))
                    return JinjaValue.AnyOf(chosen.Each.Select(one => JinjaCalls.Attribute(scope, subject, one.Text!, offset)));
                return JinjaValue.Through([subject, .. values, JinjaValue.Picked(subject.Picks + 1)]);
            case "map":
                return Map(scope, subject, arguments, named, offset);
            case "selectattr" or "rejectattr" or "groupby" or "sort" or "sum" or "min" or "max" or "unique" or "join":
                NoticePaths(scope, name, subject, arguments, named, offset);
                return name switch
                {
                    "join" => Join(scope, subject, arguments, named),
                    "groupby" => Group(scope, subject, values, offset),
                    "sum" => Sum(subject, values),
                    "min" or "max" => JinjaValue.Either(Any(subject), JinjaValue.Unknown),
                    _ => Generator(subject),
                };
            case "select" or "reject":
                return Generator(subject);
            case "batch" or "slice":
                return JinjaValue.List([JinjaValue.List([JinjaValue.AnyOf([Any(subject), .. values])]).Endless(false)]).Endless(true);
            case "format":
                JinjaCost.NoticeWidths(scope, subject, values, offset);
                return JinjaTexts.FormatPercent(subject, named.Count == 0 ? arguments : [JinjaValue.Through(values)]);
            case "reverse":
                return subject.Likely is { Length: <= JinjaValue.LongestText } text ? JinjaValue.Guessed(JinjaTexts.Reverse(text), subject)
                    : subject is { Items: { } items, Members: null } && scope.CanSpend(items.Count) ? JinjaValue.List([.. items.Reverse()]).OneByOne() : Generator(subject);
            case "lower" or "upper" or "capitalize" or "title":
                return JinjaTexts.ChangeCase(subject, name);
            case "trim":
                return JinjaMethods.Call(scope, subject, "strip", values, [], offset);
            case "replace":
                return JinjaMethods.Call(scope, subject, name, arguments, named, offset);
            case "items" or "dictsort":
                return JinjaMethods.Call(scope, subject, "items", [], [], offset);
            case "list" when subject is { Items: { } kept, Members: null } && scope.CanSpend(kept.Count):
                return JinjaValue.List(kept, scope.SpaceAt(offset));
            case "first" or "last" when subject is { Items: [_, ..] ordered, Members: null }:
                return name == "first" ? ordered[0] : ordered[^1];
            case "first" or "last" when subject.Sequence is [_, ..] letters:
                return name == "first" ? letters[0] : letters[^1];
            case "first" or "last" or "random":
                return JinjaValue.Either(Any(subject), JinjaValue.Unknown);
            case "length" or "count" or "wordcount":
                return subject.Size.Letters > JinjaValue.LongestText ? Quantity(subject.Size.Letters) : JinjaValue.Quantity;
            case "abs" or "round":
                return Numeric(subject);
            // What they are given for what is no number, they yield as it is.
            case "int" or "float":
                return values.Count == 0 ? Numeric(subject) : JinjaValue.AnyOf([Numeric(subject), .. values]);
            case "default" or "d":
                return JinjaValue.AnyOf([subject, .. values]).Sized(JinjaSize.Max(subject.Size, JinjaSize.Sum(values)));
            case "string" or "tojson" or "pprint" or "urlencode" or "escape" or "e" or "forceescape" or "safe" or "indent" or "wordwrap" or "center" or "truncate" or "striptags" or "xmlattr"
                or "urlize" or "filesizeformat":
                // The text of one of Jinja's functions has letters for any name.
                if (subject.Each.FirstOrDefault(one => one.Global is not null)?.Global is { } function && subject.Each.Count == 1)
                    scope.Notice(JinjaRules.Computed, $"makes a text of '{function}'", offset);
                if (subject.Constant is { } constant && name is "string" or "safe" or "e" or "escape" or "forceescape" && constant.AsSpan().IndexOfAny("<>&'\"") < 0)
                    return JinjaValue.From(constant);
                if (name is "string" or "safe" or "e" or "escape" or "forceescape" && (subject.Constant ?? subject.Guess) is { } guess)
                    return JinjaValue.Guessed(guess, subject);
                // What stands for a letter in HTML becomes that letter: &#95;.
                return name == "striptags" ? JinjaValue.Through([JinjaValue.Forged, subject]) : JinjaValue.Through([subject, .. values]);
            case "list":
                return JinjaValue.AnyOf(subject.Each.Select(one =>
                    one.HasElements || one.Likely is not null ? JinjaValue.List([one.Element]).Endless(false, scope.SpaceAt(offset)) : one.Elements.First()));
            default:
                // A filter of somebody else makes letters of anything.
                return JinjaValue.Through([JinjaValue.Forged, subject, .. values]);
        }
    }

    private static JinjaValue Any(JinjaValue subject) => JinjaValue.AnyOf(subject.Each.Select(one => one.Element));

    // What the attributes of elements are, nobody knows; they may be what is put in the place of one that is missing.
    private static JinjaValue AttributeOf(JinjaValue element, IEnumerable<JinjaValue> values) =>
        JinjaValue.Through([.. JinjaCalls.Leaves(element), .. values, JinjaValue.Picked(element.HasElements || element.IsTextual ? 1 : element.Picks),
            // That of a text or a function is a function.
            .. element.Each.Any(one => (one.Traits & JinjaTraits.Root) != 0) ? [JinjaValue.Function] : Array.Empty<JinjaValue>()]);

    // Some number; of a large one that is written out, how much it is.
    private static JinjaValue Numeric(JinjaValue subject)
    {
        double? much = subject.Rounds ?? subject.Number;
        if (subject.Likely is { } digits && double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var written))
            much = written;
        return much > Large ? Quantity(much.Value) : JinjaValue.Quantity;
    }

    private static JinjaValue Quantity(double much) => new() { Traits = JinjaTraits.Numeric, Rounds = (long)Math.Min(much, long.MaxValue / 2) };

    // What all of these yield is no larger than what went in, or says itself how large it is.
    private static bool KeepsSize(string name) =>
        name is not ("attr" or "length" or "count" or "wordcount" or "int" or "float" or "abs" or "round" or "default" or "d");

    private static JinjaValue Join(JinjaScope scope, JinjaValue subject, IReadOnlyList<JinjaValue> arguments, IReadOnlyList<KeyValuePair<string, JinjaValue>> named)
    {
        var separator = named.FirstOrDefault(pair => pair.Key == "d").Value ?? (arguments.Count > 0 ? arguments[0] : JinjaValue.From(""));
        return arguments.Count > 1 || named.Any(pair => pair.Key != "d") || separator.IsSpread
            ? JinjaOperators.Assemble(separator, AttributeOf(Any(subject), arguments))
            : JinjaTexts.Join(scope, separator, subject);
    }

    // What the groups are called, and what is in each, by place and by name.
    private static JinjaValue Group(JinjaScope scope, JinjaValue subject, IReadOnlyList<JinjaValue> values, int offset)
    {
        var element = Any(subject);
        IReadOnlyList<JinjaValue> parts = [AttributeOf(element, values), JinjaValue.List([element]).Endless(false)];
        var group = JinjaValue.List(parts, scope.SpaceAt(offset), isTuple: true);
        scope.Give(group, "grouper", parts[0]);
        scope.Give(group, "list", parts[1]);
        return JinjaValue.List([group]).Endless(false);
    }

    private static JinjaValue Sum(JinjaValue subject, IReadOnlyList<JinjaValue> values)
    {
        var leaves = JinjaValue.AnyOf([.. JinjaCalls.Leaves(subject), .. values.SelectMany(JinjaCalls.Leaves)]);
        return JinjaValue.Through(leaves).Hidden == JinjaTraits.None ? JinjaValue.Quantity : JinjaValue.List([leaves]).Endless(false);
    }

    // map(attribute='a.b'), map('attr', 'a'), map('join', '', 'a'): another filter, over each element.
    private static JinjaValue Map(JinjaScope scope, JinjaValue subject, IReadOnlyList<JinjaValue> arguments, IReadOnlyList<KeyValuePair<string, JinjaValue>> named, int offset)
    {
        foreach (var pair in named.Where(pair => pair.Key == "attribute"))
            NoticePath(scope, subject, pair.Value, offset);
        var element = Any(subject);
        if (arguments.Count == 0)
            return Yields([AttributeOf(element, named.Select(pair => pair.Value))]);

        List<JinjaValue> results = [];
        foreach (var filter in arguments[0].Each)
        {
            if (filter.Text is { } name)
            {
                results.Add(Apply(scope, name, element, [.. arguments.Skip(1)], named, offset));
                continue;
            }

            results.Add(JinjaValue.Through([element, .. arguments.Skip(1), .. named.Select(pair => pair.Value)]));
            if (arguments.Count > 1 || named.Count > 0 || filter.Hidden != JinjaTraits.None || filter.Picks > 0)
                scope.Notice(JinjaRules.Computed, "takes attributes by arguments that it computes", offset);
        }

        return Yields(results);
    }

    // selectattr('a.b', …), groupby('a'), sum('a'), sort(reverse, case_sensitive, 'a'), min(case_sensitive, 'a'), join(d, 'a'): dotted paths of attributes.
    private static void NoticePaths(
        JinjaScope scope, string name, JinjaValue subject, IReadOnlyList<JinjaValue> arguments, IReadOnlyList<KeyValuePair<string, JinjaValue>> named, int offset)
    {
        foreach (var pair in named.Where(pair => pair.Key == "attribute"))
            NoticePath(scope, subject, pair.Value, offset);
        var place = name switch { "sort" => 2, "min" or "max" or "unique" or "join" => 1, _ => 0 };
        // Of arguments that are spread from a list, the first stands for all.
        if (arguments.Count > place)
            NoticePath(scope, subject, arguments[place], offset);
        else if (arguments is [{ IsSpread: true } spread])
            NoticePath(scope, subject, spread, offset);
    }

    // Such a path is written out, or no honest template: it leads as far as its points do, from each element.
    private static void NoticePath(JinjaScope scope, JinjaValue subject, JinjaValue path, int offset)
    {
        // A number is an index.
        foreach (var one in path.Each.Where(one => !one.IsNumeric))
            scope.NoticeAccess(Any(subject), one, offset, isAttributeOnly: true);
    }

    // The text of a generator has letters for any name; what it yields is what went in.
    private static JinjaValue Generator(JinjaValue subject) => Yields([.. subject.Each.Select(one => one.Element)]);

    private static JinjaValue Yields(IReadOnlyList<JinjaValue> elements) =>
        elements.All(element => element.IsNothing) ? JinjaValue.Generator : JinjaValue.List(elements).Endless(true);

    private const double Large = 100_000;
}
