namespace Precinto.Formats.Jinja;

/// <summary>Attributes, elements and calls: what a template takes, judged by the name that it takes it by.</summary>
internal static class JinjaCalls
{
    public static JinjaValue Attribute(JinjaScope scope, JinjaValue owner, string name, int offset)
    {
        scope.NoticeAccess(owner, JinjaValue.From(name), offset, isAttributeOnly: true);
        // A format may be called later, and by another: what it takes is noticed where it is taken itself.
        if (name is "format" or "format_map")
            NoticeFields(scope, owner, offset);
        return Take(scope, owner, name);
    }

    public static JinjaValue Element(JinjaScope scope, JinjaValue owner, JinjaValue key, int offset)
    {
        var isElement = owner.Global is null && scope.Guards.Hold(owner.Path, key.Path);
        scope.NoticeAccess(owner, key, offset, isAttributeOnly: false, isElement);
        // What a function is asked for by a name that only rendering knows is no element of it.
        if (owner.Each.FirstOrDefault(one => one.Global is not null)?.Global is { } function && key.Each.Any(one => one.Constant is null))
            scope.Notice(JinjaRules.Computed, $"takes an attribute of '{function}' by a name that it computes", offset);
        return JinjaValue.AnyOf(key.Each.Select(one => one.Text is { } name ? name is "format" or "format_map" ? Attribute(scope, owner, name, offset) : Take(scope, owner, name)
            : JinjaValue.AnyOf(owner.Each.Select(from => Pick(from, one, isElement)))));
    }

    // Text and lists by Python's rules; of what is not known, the pieces are.
    public static JinjaValue Slice(JinjaScope scope, JinjaValue owner, IReadOnlyList<JinjaValue?> parts, int offset)
    {
        var items = owner.Sequence;
        var step = parts.Count > 2 ? parts[2] is null ? 1 : parts[2]!.Number ?? 0 : 1;
        if (items is null || !parts.All(part => part is null or { Number: not null }) || step is 0 or < -100_000 or > 100_000 || !scope.CanSpend(items.Count))
            return JinjaValue.AnyOf(owner.Each.Select(one => one.HasElements ? one.Endless(false, one.IsTuple ? null : scope.SpaceAt(offset)) : JinjaValue.Through(one))).Sized(owner.Size);

        long count = items.Count;
        var start = Clamp(parts[0]?.Number, step > 0 ? 0 : count - 1, count, step);
        var stop = Clamp(parts.Count > 1 ? parts[1]?.Number : null, step > 0 ? count : -1, count, step);
        List<JinjaValue> taken = [];
        for (var index = start; step > 0 ? index < stop : index > stop; index += step)
            taken.Add(items[(int)index]);
        return owner.Likely is not null ? JinjaValue.Guessed(string.Concat(taken.Select(letter => letter.Guess)), owner)
            : JinjaValue.List(taken, owner.IsTuple ? null : scope.SpaceAt(offset), owner.IsTuple);
    }

    public static JinjaValue Call(
        JinjaScope scope, JinjaValue callee, IReadOnlyList<JinjaValue> arguments, IReadOnlyList<KeyValuePair<string, JinjaValue>> named, int offset)
    {
        if (callee is { Owner.Global: "self", Attribute: { } block })
        {
            scope.Work.Call(scope.Work.Block(block));
            if (scope.Has($"self.{block}()"))
                return scope.Find($"self.{block}()");
        }

        NoticePython(scope, callee, offset);
        // Where a computed name led may be a module, and all that it has is called.
        if (callee.Each.Any(one => one.Picks > 0 && (one.Attribute is null || !JinjaNames.IsMethodOfData(one.Attribute))))
            scope.Notice(JinjaRules.Computed, "calls what it takes by a name that it computes", offset);
        return JinjaValue.AnyOf(callee.Each.Select(one => CallOne(scope, one, arguments, named, offset)).ToArray());
    }

    private static JinjaValue CallOne(
        JinjaScope scope, JinjaValue callee, IReadOnlyList<JinjaValue> arguments, IReadOnlyList<KeyValuePair<string, JinjaValue>> named, int offset)
    {
        IReadOnlyList<JinjaValue> keys = [.. named.Select(pair => JinjaValue.From(pair.Key))];
        IReadOnlyList<JinjaValue> values = [.. named.Select(pair => pair.Value)];
        if (callee.Macro is { } macro)
        {
            scope.Work.Call(macro);
            return Bind(scope, macro, arguments, named);
        }

        switch (callee.Global)
        {
            case "dict" when arguments.Count == 0:
                return JinjaValue.Mapping(keys, values, scope.SpaceAt(offset));
            case "dict" or "namespace":
                JinjaValue space = new() { Space = scope.SpaceAt(offset) };
                for (var index = 0; index < values.Count; index++)
                    scope.Give(space, keys[index].Text!, values[index]);
                foreach (var mapping in arguments)
                {
                    for (var index = 0; index < (mapping.Members?.Count ?? 0); index++)
                        scope.Give(space, mapping.Items![index].Text!, mapping.Members![index]);
                    if (mapping.Members is null || callee.Global == "dict")
                        scope.Put(space, null, JinjaValue.AnyOf(Leaves(mapping)), offset);
                }

                return space;
            case "cycler" or "joiner":
                return JinjaValue.List([.. arguments, .. values]).Endless(false);
            case "range":
                return Range(scope, arguments, offset);
            case "lipsum":
                JinjaCost.Notice(scope, "lipsum", arguments.Concat(values), offset);
                break;
            case "caller":
                scope.Work.CallCaller();
                return Bind(scope, scope.Caller, arguments, named);
            case "loop":
                foreach (var loop in scope.Loops)
                {
                    foreach (var target in loop.Targets)
                        scope.Set(target, JinjaValue.AnyOf(Leaves(JinjaValue.List([.. arguments.SelectMany(argument => argument.Elements)]))));
                }

                return JinjaValue.Unknown;
        }

        if (callee.Owner is { } owner && callee.Attribute is { } method)
            return JinjaMethods.Call(scope, owner, method, arguments, named, offset);
        return JinjaValue.Through([.. callee.HasElements ? callee.Elements : [], .. arguments, .. values]);
    }

    /// <summary>All that a value holds, however deep.</summary>
    public static IEnumerable<JinjaValue> Leaves(JinjaValue value)
    {
        Stack<JinjaValue> open = new([value]);
        for (var count = 0; open.TryPop(out var one) && count < JinjaValue.LongestText; count++)
        {
            yield return one;
            foreach (var part in one.Choices.Count > 0 ? one.Choices : one.HasElements ? one.Elements : [])
                open.Push(part);
        }

        if (open.Count > 0)
            yield return JinjaValue.Through(value);
    }

    private static JinjaValue Take(JinjaScope scope, JinjaValue owner, string name)
    {
        var path = owner.Path is null || owner.Path.Length > LongestPath ? null : owner.Path + "." + name;
        if (owner.Global == "loop" && name is not ("cycle" or "changed"))
            // Before the first there is none, nor is behind the last.
            return name is "previtem" or "nextitem" ? JinjaValue.Either(owner.Path == "loop" && scope.Loops.TryPeek(out var loop) ? loop.Element : scope.Find(Looped), JinjaValue.Unknown) : JinjaValue.Quantity;

        List<JinjaValue> found = [];
        var isMissing = false;
        foreach (var one in owner.Each)
        {
            var isSure = name == "current" && one.HasElements;
            if ((isSure ? one.Element : one.Find(name, out isSure)) is { } member)
                found.Add(member);
            isMissing |= !isSure;
        }

        if (path is not null && scope.Has(path))
            found.Add(scope.Find(path));
        var isObject = owner.Each.All(one => (one.Traits & JinjaTraits.Root) != 0) || name is "format_map" or "is_integer" or "as_integer_ratio" or "bit_length" or "bit_count" or "to_bytes";
        if (found.Count == 0 || isMissing)
        {
            // An attribute of an object, such as the name of a macro, is what the template chooses.
            var isOwn = owner.Each.Any(one => one.IsObject && one.Global is not ("self" or "caller"));
            found.Add(new()
            {
                Owner = owner.Each.Any(one => one.Owner is not null) ? JinjaValue.AnyOf(owner.Each.Select(Flat)).At(owner.Path) : owner,
                Attribute = name,
                Picks = owner.Picks,
                Traits = (owner.Traits & JinjaTraits.Obscure) | (isOwn ? JinjaTraits.Obscure : JinjaTraits.None) | (isObject ? JinjaTraits.Root : JinjaTraits.None),
            });
        }

        return scope.Sized(JinjaValue.AnyOf(found).At(path), path);
    }

    // What a thing was taken from is of no use two steps later.
    private static JinjaValue Flat(JinjaValue value) =>
        value.Owner is null ? value : value is { Traits: JinjaTraits.None, Picks: 0 } ? JinjaValue.Unknown : new() { Traits = value.Traits, Picks = value.Picks };

    private static JinjaValue Pick(JinjaValue owner, JinjaValue key, bool isElement)
    {
        // Beyond the last letter of a text that is counted otherwise, there may be more.
        if (key.Number is { } index && owner.Sequence is { } items)
            return At(items, index) ?? (owner.Likely is null ? JinjaValue.Unknown : JinjaValue.Through(owner));

        // More than enough is enough, so that a walk in a loop comes to an end here.
        var picked = JinjaValue.Picked(owner.Picks + (key.IsNumeric || isElement ? 0 : 1));
        return (owner.HasElements ? JinjaValue.Either(owner.Element, picked) : JinjaValue.Through(owner, picked)).Sized(owner.Size);
    }

    private static JinjaValue Bind(JinjaScope scope, JinjaMacro macro, IReadOnlyList<JinjaValue> arguments, IReadOnlyList<KeyValuePair<string, JinjaValue>> named)
    {
        // What is spread may be any number of them.
        var spread = arguments.FirstOrDefault(argument => argument.IsSpread);
        for (var index = 0; index < macro.Parameters.Count; index++)
        {
            var name = macro.Parameters[index];
            var given = index < arguments.Count ? arguments[index] : named.FirstOrDefault(pair => pair.Key == name).Value;
            if (spread is not null)
                scope.Set(name, spread);
            if (given is not null || !macro.Optional.Contains(name))
                scope.Set(name, given ?? JinjaValue.Unknown);
        }

        if (arguments.Count > macro.Parameters.Count || spread is not null)
            scope.Set("varargs", spread is null ? JinjaValue.List([.. arguments.Skip(macro.Parameters.Count)], isTuple: true) : JinjaValue.List([.. arguments]).Endless(false));
        var rest = named.Where(pair => !macro.Parameters.Contains(pair.Key)).ToList();
        if (spread is not null)
            rest.Add(new("", spread));
        if (rest.Count > 0)
            scope.Set("kwargs", JinjaValue.Mapping([.. rest.Select(pair => pair.Key.Length == 0 ? pair.Value : JinjaValue.From(pair.Key))], [.. rest.Select(pair => pair.Value)]));
        var output = scope.Find(macro.Output);
        var argument = arguments.Concat(named.Select(pair => pair.Value)).Select(value => value.Size).Aggregate(new JinjaSize(0), JinjaSize.Max);
        return output.Sized((scope.SizeOf(macro.Output) ?? output.Size).With(argument));
    }

    private static JinjaValue Range(JinjaScope scope, IReadOnlyList<JinjaValue> arguments, int offset)
    {
        if (arguments.Count is 0 or > 3 || !arguments.All(argument => argument.Number is not null))
        {
            var most = arguments.Select(argument => argument.Number ?? argument.Rounds ?? 0).Append(0).Max();
            if (most > LargestRange)
                scope.Notice(JinjaRules.Costly, $"counts to {most}", offset);
            return JinjaValue.List([JinjaValue.Quantity]).Endless(false, rounds: most > LongestRange ? most : null);
        }

        var start = arguments.Count > 1 ? arguments[0].Number!.Value : 0;
        var stop = arguments.Count > 1 ? arguments[1].Number!.Value : arguments[0].Number!.Value;
        var step = arguments.Count > 2 ? arguments[2].Number!.Value : 1;
        var count = step == 0 ? 0 : Int128.Max(0, ((Int128)stop - start + step - Math.Sign(step)) / step);
        // What the sandbox of Jinja refuses (MAX_RANGE in jinja2/sandbox.py).
        if (count > LargestRange)
            scope.Notice(JinjaRules.Costly, $"counts to {count}", offset);
        if (count > LongestRange)
            return JinjaValue.List([JinjaValue.Quantity]).Endless(false, rounds: (long)Int128.Min(count, long.MaxValue));
        return JinjaValue.List([.. Enumerable.Range(0, (int)count).Select(index => JinjaValue.From((long)(start + ((Int128)index * step))))]);
    }

    private static void NoticePython(JinjaScope scope, JinjaValue callee, int offset)
    {
        var root = callee.Path?.Split('.')[0];
        if (root is not null && !scope.Blocks.IsSet(root) && (JinjaNames.IsModule(root) || (JinjaNames.IsFunction(root) && root == callee.Path)))
            scope.Danger($"calls '{callee.Path}'", offset);
        else if (callee.Attribute is { } method && JinjaNames.IsPythonMethod(method))
            scope.Danger($"calls '{method}'", offset);
    }

    /// <summary>The fields of a format take attributes: '{0.__class__}'.format(x).</summary>
    public static void NoticeFields(JinjaScope scope, JinjaValue pattern, int offset)
    {
        foreach (var one in pattern.Each)
        {
            if (one.Likely is { } text && scope.CanSpend(text.Length))
            {
                foreach (var part in BraceFormat.Fields(text).SelectMany(field => field.Path))
                {
                    if (JinjaNames.FindSpecial(part) is { } special)
                        scope.Danger($"takes '{special}' by a format", offset);
                }
            }

            if (one.Text is not null)
                continue;
            if ((one.Traits & (JinjaTraits.Dunder | JinjaTraits.Obscure)) != 0)
            {
                scope.Danger("formats with fields that it puts together", offset);
            }
            else if ((one.Traits & JinjaTraits.Underscore) != 0)
            {
                scope.Notice(JinjaRules.Computed, "formats with fields that it puts together", offset);
            }
        }
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

    /// <summary>What any loop goes through; no name that a template can write.</summary>
    public const string Looped = " looped";

    private const int LongestPath = 200;
    private const int LongestRange = 64;
    private const int LargestRange = 100_000;
}
