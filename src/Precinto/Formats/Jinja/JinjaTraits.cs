namespace Precinto.Formats.Jinja;

/// <summary>What is known of a value whose letters are not, and what kind of thing it is.</summary>
[Flags]
internal enum JinjaTraits
{
    None = 0,

    /// <summary>A text that was put together, whose whole is not known.</summary>
    Made = 1,

    /// <summary>The template has put underscores into it, or into a piece of it.</summary>
    Underscore = 2,

    /// <summary>One of its pieces holds two underscores in a row.</summary>
    Dunder = 4,

    /// <summary>Its letters may be picked from the text of an object, such as that of a function, in which each letter can be found.</summary>
    Obscure = 8,

    /// <summary>All by which a name is hidden that must not be seen; it goes from the pieces to the whole.</summary>
    Hiding = Made | Underscore | Dunder | Obscure,

    /// <summary>A literal, a function or a generator: no data of the one who calls, but an object of Python, where a walk through its classes begins.</summary>
    Root = 16,

    /// <summary>A number or a truth value, whichever: as a key it takes no attribute.</summary>
    Numeric = 32,
}
