namespace Precinto.Formats.Jinja;

/// <summary>
/// What is known of a value without rendering: a text, a number, elements, or nothing; and whether it was put together from pieces,
/// which is how a name is hidden that must not be seen.
/// </summary>
internal sealed class JinjaValue
{
    public static readonly JinjaValue Unknown = new();

    public string? Text { get; init; }

    public long? Number { get; init; }

    /// <summary>The elements of a list, or the keys of a mapping.</summary>
    public IReadOnlyList<JinjaValue>? Items { get; init; }

    /// <summary>The values of a mapping, in the order of its keys.</summary>
    public IReadOnlyList<JinjaValue>? Members { get; init; }

    /// <summary>What else it may be, such as the other branch.</summary>
    public IReadOnlyList<JinjaValue> Others { get; init; } = [];

    /// <summary>A text that was put together, whose whole is not known.</summary>
    public bool IsAssembled { get; init; }

    /// <summary>One of its pieces holds two underscores in a row.</summary>
    public bool HasDunder { get; init; }

    /// <summary>Its letters were picked from the text of an object, such as that of a function, in which each letter can be found.</summary>
    public bool IsObscure { get; init; }

    /// <summary>The variable or attribute path that it was taken from, such as <c>ns.text</c>.</summary>
    public string? Path { get; init; }

    /// <summary>The object whose attribute this is, and by which name: what a call calls.</summary>
    public JinjaValue? Owner { get; init; }

    public string? Attribute { get; init; }

    /// <summary>A literal, or a function that Jinja itself supplies: where a walk through Python's classes begins.</summary>
    public bool IsRoot { get; init; }

    /// <summary>It was taken out of something by a key that is not known, such as the argument of a macro.</summary>
    public bool IsPicked { get; init; }

    public bool IsTextual => Text is not null || IsAssembled;

    /// <summary>A text; a long one is not computed with, since no name is long, and whatever is picked from it is suspect.</summary>
    public static JinjaValue From(string text)
    {
        var dunder = text.Contains("__", StringComparison.Ordinal);
        return text.Length <= LongestText
            ? new() { Text = text, HasDunder = dunder, IsRoot = true }
            : new() { IsAssembled = true, HasDunder = dunder, IsObscure = true };
    }

    public static JinjaValue From(long number) => new() { Number = number, IsRoot = true };

    public static JinjaValue List(IReadOnlyList<JinjaValue> items) => items.Count > LongestText
        ? new() { IsAssembled = true, HasDunder = AnyDunder(items), IsObscure = true }
        : new() { Items = items, IsRoot = true, HasDunder = AnyDunder(items), IsObscure = AnyObscure(items) };

    /// <summary>A text of which only the pieces are known.</summary>
    public static JinjaValue Assemble(params IEnumerable<JinjaValue> pieces) => new() { IsAssembled = true, HasDunder = AnyDunder(pieces), IsObscure = AnyObscure(pieces) };

    /// <summary>What comes out of something that is not followed: unknown, unless names went in that must not come out.</summary>
    public static JinjaValue Through(params IEnumerable<JinjaValue> inputs)
    {
        var assembled = false;
        var dunder = false;
        var obscure = false;
        foreach (var input in inputs)
        {
            assembled |= input.IsAssembled;
            dunder |= input.HasDunder;
            obscure |= input.IsObscure;
        }

        return assembled || dunder || obscure ? new() { IsAssembled = assembled || dunder, HasDunder = dunder, IsObscure = obscure } : Unknown;
    }

    /// <summary>An element by a key that is not known.</summary>
    public static JinjaValue Picked(IEnumerable<JinjaValue> inputs)
    {
        var through = Through(inputs);
        return new() { IsAssembled = through.IsAssembled, HasDunder = through.HasDunder, IsObscure = through.IsObscure, IsPicked = true };
    }

    /// <summary>Either of two values.</summary>
    public static JinjaValue Either(JinjaValue one, JinjaValue other)
    {
        if (ReferenceEquals(one, other) || ReferenceEquals(other, Unknown))
            return one;
        if (ReferenceEquals(one, Unknown))
            return other;

        List<JinjaValue> others = [.. one.Others, other, .. other.Others];
        if (others.Count > MostAlternatives)
            return new() { IsAssembled = true, HasDunder = one.HasDunder || AnyDunder(others), IsObscure = one.IsObscure || AnyObscure(others) };
        return new()
        {
            Text = one.Text,
            Number = one.Number,
            Items = one.Items,
            Members = one.Members,
            IsAssembled = one.IsAssembled || other.IsAssembled,
            HasDunder = one.HasDunder || other.HasDunder,
            IsObscure = one.IsObscure || other.IsObscure,
            IsRoot = one.IsRoot && other.IsRoot,
            IsPicked = one.IsPicked || other.IsPicked,
            Others = others,
        };
    }

    public static JinjaValue AnyOf(IEnumerable<JinjaValue> values)
    {
        var result = Unknown;
        foreach (var value in values)
            result = Either(result, value);
        return result;
    }

    private static bool AnyDunder(IEnumerable<JinjaValue> values)
    {
        foreach (var value in values)
        {
            if (value.HasDunder)
                return true;
        }

        return false;
    }

    private static bool AnyObscure(IEnumerable<JinjaValue> values)
    {
        foreach (var value in values)
        {
            if (value.IsObscure)
                return true;
        }

        return false;
    }

    public const int LongestText = 1024;

    private const int MostAlternatives = 16;
}
