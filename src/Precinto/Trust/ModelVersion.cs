using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Precinto.Trust;

/// <summary>
/// A version that can be compared: one to four numbers with dots between, an optional <c>v</c> before and an optional pre-release behind,
/// ordered as Semantic Versioning 2.0 orders them. Missing numbers are zero.
/// </summary>
public sealed class ModelVersion : IComparable<ModelVersion>, IEquatable<ModelVersion>
{
    private readonly string _text;
    private readonly ulong[] _numbers;
    private readonly string[] _preRelease;

    private ModelVersion(string text, ulong[] numbers, string[] preRelease)
    {
        _text = text;
        _numbers = numbers;
        _preRelease = preRelease;
    }

    /// <summary>Reads a version.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ModelVersion? version)
    {
        version = null;
        if (text is null || text.Length is 0 or > 256)
            return false;

        var body = text[0] is 'v' or 'V' ? text[1..] : text;
        if (body.IndexOf('+', StringComparison.Ordinal) is var plus and >= 0)
        {
            if (!body[(plus + 1)..].Split('.').All(IsIdentifier))
                return false;
            body = body[..plus];
        }

        string[] preRelease = [];
        if (body.IndexOf('-', StringComparison.Ordinal) is var dash and >= 0)
        {
            preRelease = body[(dash + 1)..].Split('.');
            if (!preRelease.All(IsIdentifier))
                return false;
            body = body[..dash];
        }

        var parts = body.Split('.');
        var numbers = new ulong[4];
        if (parts.Length > numbers.Length)
            return false;
        for (var index = 0; index < parts.Length; index++)
            if (!ulong.TryParse(parts[index], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[index]))
                return false;

        version = new(text, numbers, preRelease);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(ModelVersion? other)
    {
        if (other is null)
            return 1;

        var byNumber = _numbers.AsSpan().SequenceCompareTo(other._numbers);
        if (byNumber != 0)
            return byNumber;
        if (_preRelease.Length == 0 || other._preRelease.Length == 0)
            return other._preRelease.Length.CompareTo(0) - _preRelease.Length.CompareTo(0);

        foreach (var (mine, theirs) in _preRelease.Zip(other._preRelease))
            if (CompareIdentifiers(mine, theirs) is var order && order != 0)
                return order;
        return _preRelease.Length.CompareTo(other._preRelease.Length);
    }

    /// <inheritdoc/>
    public bool Equals(ModelVersion? other) => CompareTo(other) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ModelVersion);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_numbers[0], _numbers[1], _numbers[2], _numbers[3]);

    /// <summary>The version as it was written.</summary>
    public override string ToString() => _text;

    /// <summary>Orders versions.</summary>
    public static bool operator <(ModelVersion left, ModelVersion right) => Compare(left, right) < 0;

    /// <summary>Orders versions.</summary>
    public static bool operator >(ModelVersion left, ModelVersion right) => Compare(left, right) > 0;

    /// <summary>Orders versions.</summary>
    public static bool operator <=(ModelVersion left, ModelVersion right) => Compare(left, right) <= 0;

    /// <summary>Orders versions.</summary>
    public static bool operator >=(ModelVersion left, ModelVersion right) => Compare(left, right) >= 0;

    /// <summary>Compares by rank.</summary>
    public static bool operator ==(ModelVersion? left, ModelVersion? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Compares by rank.</summary>
    public static bool operator !=(ModelVersion? left, ModelVersion? right) => !(left == right);

    private static int Compare(ModelVersion left, ModelVersion right)
    {
        ArgumentNullException.ThrowIfNull(left);
        return left.CompareTo(right);
    }

    private static int CompareIdentifiers(string left, string right)
    {
        // Numbers of any length: what overflows must not turn into text, which ranks above every number.
        return (left.All(char.IsAsciiDigit), right.All(char.IsAsciiDigit)) switch
        {
            (true, true) => CompareNumbers(left.TrimStart('0'), right.TrimStart('0')),
            (true, false) => -1,
            (false, true) => 1,
            _ => string.CompareOrdinal(left, right),
        };
    }

    private static int CompareNumbers(string left, string right) =>
        left.Length != right.Length ? left.Length.CompareTo(right.Length) : string.CompareOrdinal(left, right);

    private static bool IsIdentifier(string part) => part.Length > 0 && part.All(character => char.IsAsciiLetterOrDigit(character) || character == '-');
}
