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

        // What is cut or rewritten is guessed, and guessed of short texts alone: no name is long.
        var texts = arguments.Select(argument => argument.Likely).ToList();
        var text = owner.Likely is { Length: <= JinjaValue.LongestText } likely && texts.TrueForAll(other => other is { Length: <= JinjaValue.LongestText })
            && scope.CanSpend(likely.Length) ? likely : null;
        IEnumerable<JinjaValue> all = [owner, .. arguments, .. named.Select(pair => pair.Value)];
        switch (method)
        {
            case "join" when arguments.Count == 1 && owner.Each.Any(one => one.IsTextual):
                return JinjaTexts.Join(scope, owner, arguments[0]);
            case "replace" when text is not null && texts is [{ Length: > 0 } old, { } replacement]:
                // Counted before it is made: a text of some letters may become one of any length.
                return (long)text.Length / old.Length * replacement.Length > JinjaValue.LongestText ? JinjaValue.Through(all).Sized(OfReplacement(owner, arguments))
                    : JinjaValue.Guessed(text.Replace(old, replacement, StringComparison.Ordinal), owner, arguments[1]);
            case "replace":
                return JinjaValue.Through(arguments.Any(argument => argument.IsSpread) ? all : [owner, .. arguments.Skip(1), .. named.Select(pair => pair.Value)]).Sized(OfReplacement(owner, arguments));
            case "lower" or "casefold" or "upper" or "swapcase" or "title" or "capitalize":
                return JinjaTexts.ChangeCase(owner, method);
            case "strip" or "lstrip" or "rstrip" when text is not null:
                var letters = arguments.Count == 0 ? JinjaTexts.Spaces : texts[0]!.ToCharArray();
                return JinjaValue.Guessed(method switch { "strip" => text.Trim(letters), "lstrip" => text.TrimStart(letters), _ => text.TrimEnd(letters) }, owner);
            case "split" or "rsplit" or "partition" or "rpartition" or "splitlines" when text is not null:
                return JinjaTexts.Pieces(owner, text, method.EndsWith("lines", StringComparison.Ordinal) ? "\n" : texts.FirstOrDefault()).Endless(false, scope.SpaceAt(offset));
            // What is cut off a text was in it.
            case "strip" or "lstrip" or "rstrip" or "split" or "rsplit" or "splitlines" or "partition" or "rpartition" or "removeprefix" or "removesuffix":
                return JinjaValue.Through(owner);
            case "pop" or "popitem" or "remove" or "reverse" or "sort" or "clear" or "next" or "current":
                var element = JinjaValue.AnyOf([.. owner.Each.Select(one => one.Element), .. arguments.Skip(1)]);
                if (method is not ("next" or "current"))
                    scope.Shuffle(owner, offset);
                return method == "popitem" ? JinjaValue.List([element, element]).Endless(false) : JinjaValue.Either(element, JinjaValue.Unknown);
            case "get" or "setdefault" when arguments.Count > 0:
                if (method == "setdefault")
                    scope.Put(owner, arguments[0].Text, JinjaValue.AnyOf(arguments), offset);
                return JinjaValue.AnyOf([.. owner.Each.Select(one => Get(one, arguments[0])), .. arguments.Skip(arguments[0].IsSpread ? 0 : 1)]);
            // The text of each of these is that of an object: dict_keys([]).
            case "items" when owner is { Items: { } keys, Members: { } values }:
                return JinjaValue.List([.. keys.Zip(values, (key, value) => JinjaValue.List([key, value], isTuple: true))]).Endless(true);
            case "items" when owner.Each.Any(one => one.HasElements):
                var side = JinjaValue.AnyOf(owner.Each.Select(one => one.Element));
                return JinjaValue.List([JinjaValue.List([side, side], isTuple: true)]).Endless(true);
            case "values" or "keys" when owner is { Items: { } names, Members: { } members }:
                return JinjaValue.List(method == "keys" ? names : members).Endless(true);
            case "values" or "keys" when owner.Each.Any(one => one.HasElements):
                return JinjaValue.List([.. owner.Each.Select(one => one.Element)]).Endless(true);
            case "items" or "values" or "keys" when owner.Hidden == JinjaTraits.None && arguments.Count == 0 && owner.Picks == 0:
                return JinjaValue.Generator;
            case "copy":
                return owner;
            case "cycle":
                return JinjaValue.AnyOf(arguments);
            case "append" or "extend" or "insert" or "add" or "update" or "appendleft":
                if (owner.Path is { } path)
                    scope.Resize(path, owner.Size + JinjaSize.Sum(all.Skip(1)));
                foreach (var argument in all.Skip(1))
                    scope.Put(owner, null, method is "append" or "insert" or "add" or "appendleft" ? argument : JinjaValue.AnyOf(JinjaCalls.Leaves(argument)), offset);
                // By keys that are written: d.update(__cla=1).
                foreach (var pair in named)
                    scope.Put(owner, null, JinjaValue.From(pair.Key), offset);
                return JinjaValue.Unknown;
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
        : owner.HasElements ? JinjaValue.Either(owner.Element, JinjaValue.Unknown) : JinjaValue.Through(owner);
}
