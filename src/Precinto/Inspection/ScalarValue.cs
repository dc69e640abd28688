using System.Globalization;

namespace Precinto.Inspection;

/// <summary>A label, a setting or a class as a model states it; it keeps the type that it had there.</summary>
public sealed class ScalarValue : IEquatable<ScalarValue>
{
    private readonly object? _value;

    private ScalarValue(ScalarKind kind, object? value)
    {
        Kind = kind;
        _value = value;
    }

    /// <summary>The absent value: Python's <c>None</c>.</summary>
    public static ScalarValue Null { get; } = new(ScalarKind.Null, null);

    /// <summary>What the value is.</summary>
    public ScalarKind Kind { get; }

    /// <summary>A truth value.</summary>
    public static ScalarValue From(bool value) => new(ScalarKind.Boolean, value);

    /// <summary>A whole number.</summary>
    public static ScalarValue From(long value) => new(ScalarKind.Integer, value);

    /// <summary>A floating-point number.</summary>
    public static ScalarValue From(double value) => new(ScalarKind.Real, value);

    /// <summary>A text.</summary>
    public static ScalarValue From(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(ScalarKind.Text, value);
    }

    /// <summary>The truth value.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public bool AsBoolean() => _value is bool value ? value : throw WrongKind();

    /// <summary>The whole number.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public long AsInteger() => _value is long value ? value : throw WrongKind();

    /// <summary>The floating-point number.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public double AsReal() => _value is double value ? value : throw WrongKind();

    /// <summary>The text.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public string AsText() => _value as string ?? throw WrongKind();

    /// <inheritdoc/>
    public bool Equals(ScalarValue? other) => other is not null && Kind == other.Kind && Equals(_value, other._value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ScalarValue);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, _value);

    /// <summary>The value in the invariant culture; a text as it is, unescaped.</summary>
    public override string ToString() => Kind switch
    {
        ScalarKind.Null => "null",
        ScalarKind.Boolean => AsBoolean() ? "true" : "false",
        ScalarKind.Integer => AsInteger().ToString(CultureInfo.InvariantCulture),
        ScalarKind.Real => AsReal().ToString("R", CultureInfo.InvariantCulture),
        ScalarKind.Text => AsText(),
        _ => throw new InvalidOperationException($"Unknown kind {Kind}."),
    };

    private InvalidOperationException WrongKind() => new($"The value is {Kind}.");
}
