using System.Diagnostics.CodeAnalysis;

namespace Precinto.Trust;

/// <summary>
/// For which names of models a rule speaks: a name in which each <c>*</c> stands for any characters, none included. Everything else stands for itself,
/// case included. A model without a name has the empty one, so that <c>*</c> alone speaks for it.
/// </summary>
public sealed class NamePattern
{
    private readonly string _text;

    private NamePattern(string text) => _text = text;

    /// <summary><c>*</c>: every model, named or not.</summary>
    public static NamePattern Every { get; } = new("*");

    /// <summary>Whether it speaks for every model.</summary>
    public bool IsEvery => _text.AsSpan().TrimEnd('*').IsEmpty;

    /// <summary>Reads a pattern of 1 to 256 characters.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out NamePattern? pattern)
    {
        pattern = text is { Length: >= 1 and <= MaximumLength } ? new(text) : null;
        return pattern is not null;
    }

    /// <summary>Whether the rule speaks for a model of this name.</summary>
    public bool Matches(string name)
    {
        ArgumentNullException.ThrowIfNull(name);

        // The name is chosen by whoever made the model: only the last star is ever gone back to, so that the time is at most the product of the lengths.
        var (at, star, resume) = (0, -1, 0);
        for (var index = 0; index < name.Length;)
        {
            if (at < _text.Length && _text[at] == '*')
                (star, resume) = (at++, index);
            else if (at < _text.Length && _text[at] == name[index])
                (at, index) = (at + 1, index + 1);
            else if (star >= 0)
                (at, index) = (star + 1, ++resume);
            else
                return false;
        }

        return _text.AsSpan(at).TrimEnd('*').IsEmpty;
    }

    /// <summary>The pattern as it was written.</summary>
    public override string ToString() => _text;

    private const int MaximumLength = 256;
}
