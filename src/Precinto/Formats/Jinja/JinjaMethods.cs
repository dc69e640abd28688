namespace Precinto.Formats.Jinja;

/// <summary>Methods of Python's texts, lists and mappings: what of a hidden name comes out of them.</summary>
internal static class JinjaMethods
{
    public static JinjaValue Call(
        JinjaScope scope, JinjaValue owner, string method, IReadOnlyList<JinjaValue> arguments, IReadOnlyList<KeyValuePair<string, JinjaValue>> named, int offset)
    {
        JinjaCost.Notice(scope, method, arguments.Concat(named.Select(pair => pair.Value)), offset);
        if (method is "format" or "format_map")
        {
            JinjaCost.NoticeWidths(scope, owner, arguments.Concat(named.Select(pair => pair.Value)), offset);
            // The fields of a pattern that the one who calls writes take attributes of what Jinja itself supplies: {0.__globals__}.
            if (owner.Each.Any(one => one.Text is null) && arguments.Concat(named.Select(pair => pair.Value)).SelectMany(JinjaCalls.Leaves).Any(one => one.IsObject))
                scope.Notice(JinjaRules.Computed, "formats a function by fields that it does not know", offset);
            return JinjaTexts.FormatBraces(owner, arguments, method == "format" || arguments is not [{ Members: { } members, Items: { } keys }] ? named
                : [.. keys.Zip(members, (key, member) => KeyValuePair.Create(key.Text ?? "", member))]);
        }

        if (JinjaNames.IsQuestion(method))
            return JinjaValue.Quantity;

        var text = owner.Text;
        IEnumerable<JinjaValue> all = [owner, .. arguments, .. named.Select(pair => pair.Value)];
        switch (method)
        {
            case "join" when arguments.Count == 1 && owner.Each.Any(one => one.IsTextual):
                return JinjaTexts.Join(owner, arguments[0]);
            case "replace" when text is not null && arguments is [{ Text.Length: > 0 }, { Text: not null }]:
                return JinjaValue.Computed(text.Replace(arguments[0].Text!, arguments[1].Text!, StringComparison.Ordinal));
            case "replace":
                return JinjaValue.Through([owner, .. arguments.Skip(1), .. named.Select(pair => pair.Value)]).Sized(OfReplacement(owner, arguments));
            case "lower" or "casefold" or "upper" or "swapcase" or "title" or "capitalize":
                return JinjaTexts.ChangeCase(owner, method);
            case "strip" or "lstrip" or "rstrip" when text is not null && arguments.All(argument => argument.Text is not null):
                var letters = arguments.Count == 0 ? null : arguments[0].Text!.ToCharArray();
                return JinjaValue.From(method switch { "strip" => text.Trim(letters), "lstrip" => text.TrimStart(letters), _ => text.TrimEnd(letters) });
            case "encode" when text is not null && arguments.Count == 0:
                return owner;
            case "split" when text is not null && arguments is [{ Text.Length: > 0 }]:
                return JinjaValue.List([.. text.Split(arguments[0].Text!).Select(JinjaValue.From)]);
            case "splitlines" when text is not null:
                return JinjaValue.List([.. text.Split('\n').Select(line => JinjaValue.From(line.TrimEnd('\r')))]);
            // What is cut off a text was in it.
            case "strip" or "lstrip" or "rstrip" or "split" or "rsplit" or "splitlines" or "partition" or "rpartition" or "removeprefix" or "removesuffix":
                return JinjaValue.Through(owner);
            case "next" or "current" or "pop" or "popitem":
                return JinjaValue.AnyOf(owner.Each.SelectMany(one => one.Members ?? one.Elements));
            case "get" or "setdefault" when arguments.Count > 0:
                if (method == "setdefault")
                    scope.Put(owner, arguments[0].Text, JinjaValue.AnyOf(arguments));
                return JinjaValue.AnyOf([.. owner.Each.Select(one => Get(one, arguments[0])), .. arguments.Skip(1)]);
            case "items" when owner is { Items: { } keys, Members: { } values }:
                return JinjaValue.List([.. keys.Zip(values, (key, value) => JinjaValue.List([key, value]))]);
            case "items" when owner.Each.Any(one => one.HasElements):
                return JinjaValue.List([JinjaValue.AnyOf(owner.Each.SelectMany(one => one.Elements))]).Endless(false);
            case "values" when owner.Members is not null:
                return JinjaValue.List(owner.Members);
            case "keys" when owner is { Items: { } names, Members: not null }:
                return JinjaValue.List(names);
            case "copy":
                return owner;
            case "cycle":
                return JinjaValue.AnyOf(arguments);
            case "append" or "extend" or "insert" or "add" or "update" or "appendleft":
                if (owner.Path is { } path)
                    scope.Resize(path, owner.Size + JinjaSize.Sum(all.Skip(1)));
                foreach (var argument in all.Skip(1))
                    scope.Put(owner, null, method is "append" or "insert" or "add" ? argument : JinjaValue.AnyOf(JinjaCalls.Leaves(argument)));
                return JinjaValue.From("");
        }

        var isForge = JinjaNames.IsForge(method) || owner.Each.Any(one => one.IsTextual || one.IsNumeric);
        return isForge ? JinjaValue.Through([JinjaValue.Forged, .. all]) : JinjaValue.Through(all);
    }

    // Each piece that is replaced may become as long as what replaces it; an empty one stands between all letters.
    private static JinjaSize OfReplacement(JinjaValue owner, IReadOnlyList<JinjaValue> arguments)
    {
        if (arguments is not [var old, var with, ..])
            return owner.Size;
        var length = old.Text?.Length ?? 1;
        return owner.Size * Math.Max(1, length == 0 ? with.Size.Letters + 1 : with.Size.Letters / length);
    }

    private static JinjaValue Get(JinjaValue owner, JinjaValue key) => key.Text is { } name
        ? owner.Find(name) ?? (owner.Members is null ? JinjaValue.Through(owner) : JinjaValue.Unknown)
        : owner.HasElements ? JinjaValue.AnyOf(owner.Members ?? owner.Elements) : JinjaValue.Through(owner);
}
