namespace Precinto.Formats.Jinja;

/// <summary>Filters that take attributes, and those that make texts of texts; whatever else goes in comes out as unknown.</summary>
internal static class JinjaFilters
{
    public static JinjaValue Apply(
        JinjaScope scope, string name, JinjaValue subject, IReadOnlyList<JinjaValue> arguments, IReadOnlyList<KeyValuePair<string, JinjaValue>> named, int offset)
    {
        var text = subject.Text is null ? null : JinjaOperators.Constant(subject);
        switch (name)
        {
            case "attr":
                foreach (var key in (IEnumerable<JinjaValue>)[.. arguments, .. named.Select(pair => pair.Value)])
                    scope.NoticeAccess(subject, key, offset, isAttributeOnly: true);
                return new() { Owner = subject, Attribute = arguments is [{ Text: { } attribute }] ? attribute : null };
            case "map" or "selectattr" or "rejectattr" or "groupby" or "sort" or "sum" or "min" or "max" or "unique":
                NoticeAttributes(scope, name, subject, arguments, named, offset);
                return JinjaValue.Through(subject);
            case "format":
                return JinjaTexts.FormatPercent(subject, [.. arguments, .. named.Select(pair => pair.Value)]);
            case "join":
                return JinjaTexts.Join(arguments.Count > 0 ? arguments[0] : JinjaValue.From(""), subject);
            case "reverse" when text is not null:
                return JinjaValue.From(JinjaTexts.Reverse(text));
            case "reverse" when subject.Items is { } items:
                return JinjaValue.List([.. items.Reverse()]);
            case "lower" when text is not null:
                return JinjaValue.From(text.ToLowerInvariant());
            case "upper" when text is not null:
                return JinjaValue.From(text.ToUpperInvariant());
            case "trim" when text is not null && arguments.Count == 0:
                return JinjaValue.From(text.Trim());
            case "replace" when text is not null && arguments is [{ Text.Length: > 0 }, { Text: not null }, ..]:
                return JinjaValue.From(text.Replace(arguments[0].Text!, arguments[1].Text!, StringComparison.Ordinal));
            case "list" when text is not null:
                return JinjaValue.List(JinjaTexts.Letters(text));
            case "first" or "last" or "random" when (subject.Items ?? (text is null ? null : JinjaTexts.Letters(text))) is { Count: > 0 } items:
                return name switch { "first" => items[0], "last" => items[^1], _ => JinjaValue.AnyOf(items) };
            case "string" or "list" or "tojson" or "pprint" or "urlencode" or "escape" or "e" when text is null && subject.IsRoot && subject.Path is not null:
                // The text of one of Jinja's functions has letters for any name.
                scope.Notice(JinjaRules.Computed, $"makes a text of '{subject.Path}'", offset);
                return new() { IsObscure = true };
            case "string" when text is null && subject.Number is null && !subject.IsAssembled && subject.Items is null:
                return JinjaValue.Through(subject);
            case "string" or "safe" or "e" or "escape" or "forceescape" or "default" or "d" or "list" when arguments.Count == 0:
                return subject;
            default:
                return JinjaValue.Through([subject, .. arguments, .. named.Select(pair => pair.Value)]);
        }
    }

    // map(attribute='a.b'), map('attr', 'a'), selectattr('a.b', …): dotted paths of attributes.
    private static void NoticeAttributes(
        JinjaScope scope, string name, JinjaValue subject, IReadOnlyList<JinjaValue> arguments, IReadOnlyList<KeyValuePair<string, JinjaValue>> named, int offset)
    {
        foreach (var pair in named.Where(pair => pair.Key == "attribute"))
            NoticePath(scope, subject, pair.Value, offset);
        if (name == "map" && arguments is [{ Text: "attr" }, var key, ..])
            scope.NoticeAccess(subject, key, offset, isAttributeOnly: true);
        else if (name == "map" && arguments is [{ Text: "format" or "join" or "replace" }, ..])
            return;
        else if (arguments is [{ IsPicked: true }, ..])
            scope.Notice(JinjaRules.Computed, "takes attributes by arguments that it computes", offset);
        else if (arguments.Count > 0)
            NoticePath(scope, subject, arguments[0], offset);
    }

    private static void NoticePath(JinjaScope scope, JinjaValue subject, JinjaValue path, int offset)
    {
        if (path.IsTextual || path.Others.Count > 0)
            scope.NoticeAccess(subject, path, offset, isAttributeOnly: path.IsAssembled && path.HasDunder);
    }
}
