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
                return new() { Traits = subject.Hidden, Picks = Math.Min(JinjaScope.MostPicks, subject.Picks + 1) };
            case "map":
                return Map(scope, subject, arguments, named, offset);
            case "selectattr" or "rejectattr" or "groupby" or "sort" or "sum" or "min" or "max" or "unique" or "join":
                NoticePaths(scope, name, subject, arguments, named, offset);
                if (name == "join")
                    return JinjaTexts.Join(named.FirstOrDefault(pair => pair.Key == "d").Value ?? (arguments.Count > 0 ? arguments[0] : JinjaValue.From("")), subject);
                return name switch
                {
                    "sum" => Sum(subject),
                    "min" or "max" => JinjaValue.AnyOf(subject.Each.SelectMany(one => one.Elements)),
                    _ => Generator(subject),
                };
            case "select" or "reject" or "batch" or "slice":
                return Generator([subject, .. name is "batch" or "slice" ? values : []]);
            case "format":
                JinjaCost.NoticeWidths(scope, subject, values, offset);
                return JinjaTexts.FormatPercent(subject, named.Count == 0 ? arguments : [JinjaValue.List(values)]);
            case "reverse":
                return subject.Text is { } text ? JinjaValue.From(JinjaTexts.Reverse(text))
                    : subject is { Items: { } items, Members: null } ? JinjaValue.List([.. items.Reverse()]) : Generator(subject);
            case "lower" or "upper" or "capitalize" or "title":
                return JinjaTexts.ChangeCase(subject, name);
            case "trim":
                return JinjaMethods.Call(scope, subject, "strip", values, [], offset);
            case "replace":
                return JinjaMethods.Call(scope, subject, name, arguments, named, offset);
            case "items" or "dictsort":
                return JinjaMethods.Call(scope, subject, "items", [], [], offset);
            case "list" when (subject.Sequence ?? subject.Items) is { } kept:
                return JinjaValue.List(kept, scope.SpaceAt(offset));
            case "first" or "last" or "random" when subject.Sequence is { Count: > 0 } ordered:
                return name switch { "first" => ordered[0], "last" => ordered[^1], _ => JinjaValue.AnyOf(ordered) };
            case "first" or "last" or "random":
                return JinjaValue.AnyOf(subject.Each.SelectMany(one => one.Elements));
            case "length" or "count" or "wordcount":
                return subject.Size.Letters > JinjaValue.LongestText ? Quantity(subject.Size.Letters) : JinjaValue.Quantity;
            case "int" or "float" or "abs" or "round":
                return Numeric(subject);
            case "default" or "d":
                return JinjaValue.AnyOf([subject, .. values.Take(1)]).Sized(JinjaSize.Max(subject.Size, JinjaSize.Sum(values.Take(1))));
            case "string" or "tojson" or "pprint" or "urlencode" or "escape" or "e" or "forceescape" or "safe" or "indent" or "wordwrap" or "center" or "truncate" or "striptags" or "xmlattr":
                if (subject.Global is not null)
                    // The text of one of Jinja's functions has letters for any name.
                    scope.Notice(JinjaRules.Computed, $"makes a text of '{subject.Global}'", offset);
                if (subject.Constant is { } constant && name is "string" or "safe" or "e" or "escape" or "forceescape" && constant.AsSpan().IndexOfAny("<>&'\"") < 0)
                    return JinjaValue.From(constant);
                return JinjaValue.Through(values.Append(subject));
            case "list":
                return JinjaValue.AnyOf(subject.Each.Select(one => one.HasElements ? one.Endless(false) : one.Elements.First()));
            default:
                return JinjaValue.Through(values.Append(subject));
        }
    }

    // Some number; of a large one that is written out, how much it is.
    private static JinjaValue Numeric(JinjaValue subject)
    {
        double? much = subject.Rounds ?? subject.Number;
        if (subject.Text is { } digits && double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var written))
            much = written;
        return much > Large ? Quantity(much.Value) : JinjaValue.Quantity;
    }

    private static JinjaValue Quantity(double much) => new() { Traits = JinjaTraits.Numeric, Rounds = (long)Math.Min(much, long.MaxValue / 2) };

    // What all of these yield is no larger than what went in, or says itself how large it is.
    private static bool KeepsSize(string name) =>
        name is not ("attr" or "length" or "count" or "wordcount" or "int" or "float" or "abs" or "round" or "default" or "d");

    private static JinjaValue Sum(JinjaValue subject)
    {
        var leaves = JinjaValue.AnyOf(JinjaCalls.Leaves(subject));
        return leaves.Hidden == JinjaTraits.None ? JinjaValue.Quantity : JinjaValue.List([leaves]).Endless(false);
    }

    // map(attribute='a.b'), map('attr', 'a'), map('join', '', 'a'): another filter, over each element.
    private static JinjaValue Map(JinjaScope scope, JinjaValue subject, IReadOnlyList<JinjaValue> arguments, IReadOnlyList<KeyValuePair<string, JinjaValue>> named, int offset)
    {
        foreach (var pair in named.Where(pair => pair.Key == "attribute"))
            NoticePath(scope, subject, pair.Value, offset);
        if (arguments.Count == 0)
            return Generator([subject, .. named.Where(pair => pair.Key != "attribute").Select(pair => pair.Value)]);

        List<JinjaValue> results = [];
        var element = JinjaValue.AnyOf(subject.Each.SelectMany(one => one.Elements));
        foreach (var filter in arguments[0].Each)
        {
            if (filter.Text is { } name)
                results.Add(Apply(scope, name, element, [.. arguments.Skip(1)], named, offset));
            else if (arguments.Count > 1 || filter.Hidden != JinjaTraits.None || filter.Picks > 0)
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
        else if (arguments is [{ Picks: > 0 } spread])
            NoticePath(scope, subject, spread, offset);
    }

    // Such a path is written out, or no honest template: it leads as far as its points do, from each element.
    private static void NoticePath(JinjaScope scope, JinjaValue subject, JinjaValue path, int offset) =>
        scope.NoticeAccess(JinjaValue.AnyOf(subject.Each.SelectMany(one => one.Elements)), path, offset, isAttributeOnly: true);

    // The text of a generator has letters for any name; what it yields is what went in.
    private static JinjaValue Generator(params IReadOnlyList<JinjaValue> inputs) => Yields([.. inputs.SelectMany(input => input.Each).SelectMany(one => one.Elements)]);

    private static JinjaValue Yields(IReadOnlyList<JinjaValue> elements) =>
        elements.All(element => element.IsNothing) ? JinjaValue.Generator : JinjaValue.List(elements).Endless(true);

    private const double Large = 100_000;
}
