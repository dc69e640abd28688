namespace Precinto.Formats.Jinja;

/// <summary>Attributes, elements and calls: what a template takes, judged by the name that it takes it by.</summary>
internal static class JinjaCalls
{
    public static JinjaValue Named(JinjaValue value, string path) => new()
    {
        Text = value.Text,
        Number = value.Number,
        Items = value.Items,
        Members = value.Members,
        Others = value.Others,
        IsAssembled = value.IsAssembled,
        HasDunder = value.HasDunder,
        IsObscure = value.IsObscure,
        IsRoot = value.IsRoot,
        Owner = value.Owner,
        Attribute = value.Attribute,
        Path = path,
    };

    public static JinjaValue Mapping(IReadOnlyList<JinjaValue> keys, IReadOnlyList<JinjaValue> values) =>
        new() { Items = keys, Members = keys.Count == values.Count ? values : null, IsRoot = true };

    public static JinjaValue Attribute(JinjaScope scope, JinjaValue owner, string name, int offset)
    {
        scope.NoticeAccess(owner, JinjaValue.From(name), offset, isAttributeOnly: true);
        var path = owner.Path is null || owner.Path.Length > LongestPath ? null : owner.Path + "." + name;
        if (path is not null && scope.Has(path))
            return Named(scope.Find(path), path);
        return Member(owner, name) ?? new() { Owner = owner, Attribute = name, Path = path, IsObscure = owner.IsObscure };
    }

    public static JinjaValue Element(JinjaScope scope, JinjaValue owner, JinjaValue key, int offset)
    {
        if (key.Number is { } index && key.Others.Count == 0)
        {
            if (owner.Items is { } items && owner.Members is null)
                return At(items, index) ?? JinjaValue.Unknown;
            if (JinjaOperators.Constant(owner) is { } text && owner.Text is not null)
                return At(JinjaTexts.Letters(text), index) ?? JinjaValue.Unknown;
            return JinjaValue.Through(owner);
        }

        scope.NoticeAccess(owner, key, offset, isAttributeOnly: false);
        if (key.Text is { } name && key.Others.Count == 0)
            return Member(owner, name) ?? new() { Owner = owner, Attribute = name, Path = owner.Path is { Length: < LongestPath } path ? path + "." + name : null };
        // What a function is asked for by a name that only rendering knows is no element of it.
        if (owner.Path is { } function && JinjaNames.IsGlobal(function) && !scope.Has(function))
            scope.Notice(JinjaRules.Computed, $"takes an attribute of '{function}' by a name that it computes", offset);
        return JinjaValue.Picked([owner, .. owner.Members ?? [], .. owner.Items ?? []]);
    }

    // Text and lists by Python's rules; of what is not known, the pieces are.
    public static JinjaValue Slice(JinjaValue owner, IReadOnlyList<JinjaValue?> parts)
    {
        var items = owner.Others.Count > 0 ? null : owner.Items ?? (owner.Text is { } text ? JinjaTexts.Letters(text) : null);
        if (items is null || !parts.All(part => part is null or { Number: not null }))
            return JinjaValue.Through(owner);

        var step = parts.Count > 2 ? parts[2]?.Number ?? 1 : 1;
        if (step is 0 or < -100_000 or > 100_000)
            return JinjaValue.Through(owner);

        long count = items.Count;
        var start = Clamp(parts[0]?.Number, step > 0 ? 0 : count - 1, count, step);
        var stop = Clamp(parts.Count > 1 ? parts[1]?.Number : null, step > 0 ? count : -1, count, step);
        List<JinjaValue> taken = [];
        for (var index = start; step > 0 ? index < stop : index > stop; index += step)
            taken.Add(items[(int)index]);
        return owner.Text is not null ? JinjaTexts.Join(JinjaValue.From(""), JinjaValue.List(taken)) : JinjaValue.List(taken);
    }

    public static JinjaValue Call(
        JinjaScope scope, JinjaValue callee, IReadOnlyList<JinjaValue> arguments, IReadOnlyList<KeyValuePair<string, JinjaValue>> named, int offset)
    {
        NoticePython(scope, callee, offset);
        if (callee.IsPicked)
            scope.Notice(JinjaRules.Computed, "calls what it takes by a name that it computes", offset);
        IReadOnlyList<JinjaValue> keys = [.. named.Select(pair => JinjaValue.From(pair.Key))];
        IReadOnlyList<JinjaValue> values = [.. named.Select(pair => pair.Value)];
        switch (callee.Path)
        {
            case "dict" or "namespace":
                return new() { Items = keys, Members = values, IsRoot = true };
            case "cycler" or "joiner":
                return JinjaValue.List(arguments);
            case { } macro when scope.Has(macro + "()"):
                NoticeHanded(scope, [.. arguments, .. values], offset);
                return scope.Find(macro + "()");
        }

        if (callee.Owner is { } owner && callee.Attribute is { } method)
            return CallMethod(scope, owner, method, arguments, values, offset);
        return JinjaValue.Through([callee, .. arguments, .. values]);
    }

    private static JinjaValue CallMethod(
        JinjaScope scope, JinjaValue owner, string method, IReadOnlyList<JinjaValue> arguments, IReadOnlyList<JinjaValue> named, int offset)
    {
        var text = owner.Text is null ? null : JinjaOperators.Constant(owner);
        var isUnchanged = text is not null && arguments.Count == 0;
        switch (method)
        {
            case "format" or "format_map":
                // Its fields take attributes: '{0.__class__}'.format(x).
                NoticeFields(scope, owner, offset);
                return JinjaTexts.FormatBraces(owner, [.. arguments, .. named]);
            case "join" when arguments.Count == 1 && owner.IsTextual:
                return JinjaTexts.Join(owner, arguments[0]);
            case "replace" when text is not null && arguments is [{ Text.Length: > 0 }, { Text: not null }, ..]:
                return JinjaValue.From(text.Replace(arguments[0].Text!, arguments[1].Text!, StringComparison.Ordinal));
            case "lower" or "casefold" when isUnchanged:
                return JinjaValue.From(text!.ToLowerInvariant());
            case "upper" when isUnchanged:
                return JinjaValue.From(text!.ToUpperInvariant());
            case "swapcase" when isUnchanged:
                return JinjaValue.From(string.Concat(text!.Select(letter => char.IsUpper(letter) ? char.ToLowerInvariant(letter) : char.ToUpperInvariant(letter))));
            case "strip" or "encode" or "decode" when text is not null && arguments.Count == 0:
                return JinjaValue.From(text.Trim());
            case "split" when text is not null && arguments is [{ Text.Length: > 0 }]:
                return JinjaValue.List([.. text.Split(arguments[0].Text!).Select(JinjaValue.From)]);
            case "next" or "pop" or "current" when owner.Items is not null:
                return JinjaValue.AnyOf(owner.Members ?? owner.Items);
            case "get" when arguments is [{ Text: { } key }, ..]:
                return Member(owner, key) ?? JinjaValue.Through([owner, .. arguments.Skip(1)]);
            case "items" when owner.Items is not null:
                return JinjaValue.List([.. owner.Items, .. owner.Members ?? []]);
            case "values" when owner.Members is not null:
                return JinjaValue.List(owner.Members);
            case "keys" when owner.Items is not null:
                return JinjaValue.List(owner.Items);
        }

        return JinjaValue.Through([owner, .. arguments, .. named]);
    }

    private static void NoticePython(JinjaScope scope, JinjaValue callee, int offset)
    {
        var root = callee.Path?.Split('.')[0];
        if (root is not null && JinjaNames.IsPython(root) && !scope.Has(root))
            scope.Danger($"calls '{callee.Path}'", offset);
        else if (callee.Attribute is { } method && JinjaNames.IsPythonMethod(method))
            scope.Danger($"calls '{method}'", offset);
    }

    private static void NoticeFields(JinjaScope scope, JinjaValue pattern, int offset)
    {
        foreach (var one in (IEnumerable<JinjaValue>)[pattern, .. pattern.Others])
        {
            if (one.Text is { } text && text.Contains('{') && JinjaNames.FindSpecial(text) is { } special)
                scope.Danger($"takes '{special}' by a format", offset);
            else if (one.IsAssembled && one.HasDunder)
                scope.Danger("formats with fields that it puts together", offset);
        }
    }

    // What a macro does with its arguments is not followed into it; such a name is of no use but one.
    private static void NoticeHanded(JinjaScope scope, IEnumerable<JinjaValue> arguments, int offset)
    {
        foreach (var one in arguments.SelectMany(argument => (IEnumerable<JinjaValue>)[argument, .. argument.Others, .. argument.Items ?? [], .. argument.Members ?? []]))
        {
            if (one.Text is { } name && JinjaNames.FindSpecial(name) is { } special)
                scope.Danger($"hands '{special}' to a macro", offset);
            else if (one.IsAssembled && one.HasDunder)
                scope.Danger("hands a name that it puts together to a macro", offset);
        }
    }

    private static JinjaValue? Member(JinjaValue owner, string name)
    {
        if (owner.Items is null || owner.Members is null)
            return null;
        for (var index = 0; index < owner.Items.Count; index++)
        {
            if (owner.Items[index].Text == name)
                return owner.Members[index];
        }

        return null;
    }

    private static JinjaValue? At(IReadOnlyList<JinjaValue> items, long index)
    {
        var at = index < 0 ? index + items.Count : index;
        return at >= 0 && at < items.Count ? items[(int)at] : null;
    }

    private static long Clamp(long? given, long standard, long count, long step)
    {
        if (given is not { } value)
            return standard;
        if (value < 0)
            value = value < -count ? -1 - (step > 0 ? -1 : 0) : value + count;
        return step > 0 ? Math.Clamp(value, 0, count) : Math.Clamp(value, -1, count - 1);
    }

    private const int LongestPath = 200;
}
