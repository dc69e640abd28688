namespace Precinto.Inspection;

/// <summary>What a <see cref="ScalarValue"/> is.</summary>
public enum ScalarKind
{
    /// <summary>Absent.</summary>
    Null,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A whole number of 64 bits.</summary>
    Integer,

    /// <summary>A floating-point number of 64 bits.</summary>
    Real,

    /// <summary>A text.</summary>
    Text,
}
