namespace Precinto.Formats.Yaml;

/// <summary>How a tag has the value behind it read.</summary>
internal enum YamlTag
{
    Other,

    /// <summary>As a text, whatever word it is.</summary>
    Text,

    /// <summary>As a number or a truth value, even in quotes.</summary>
    Word,

    /// <summary>As a sum with other values of the document, which HyperPyYAML computes.</summary>
    Reference,

    /// <summary>As bytes.</summary>
    Bytes,

    /// <summary>As the values of a list, which are read once more.</summary>
    Tuple,

    /// <summary>As the bounds of a range.</summary>
    Range,

    /// <summary>As the parts of a fraction, each digit of which is made.</summary>
    Fraction,

    /// <summary>As the shape and the type of an array.</summary>
    Array,

    /// <summary>As a regular expression, which is compiled.</summary>
    Pattern,
}
