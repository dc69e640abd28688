namespace Precinto.Formats.Numpy;

/// <summary>What one element of a NumPy array is; each member's comment has NumPy's letter.</summary>
internal enum NumpyKind
{
    /// <summary><c>b</c> or <c>?</c>.</summary>
    Boolean,

    /// <summary><c>i</c>.</summary>
    SignedInteger,

    /// <summary><c>u</c>.</summary>
    UnsignedInteger,

    /// <summary><c>f</c>.</summary>
    Real,

    /// <summary><c>c</c>.</summary>
    Complex,

    /// <summary><c>m</c>.</summary>
    Duration,

    /// <summary><c>M</c>.</summary>
    Instant,

    /// <summary><c>S</c> or <c>a</c>: bytes, padded by zeros.</summary>
    Bytes,

    /// <summary><c>U</c>: text of 4-byte characters, padded by zeros.</summary>
    Text,

    /// <summary><c>V</c>: raw bytes, or a structure where there are fields.</summary>
    Raw,

    /// <summary><c>O</c>: a reference to a Python object, stored as a pickle.</summary>
    PythonObject,
}
