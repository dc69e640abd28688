namespace Precinto.Formats.Yaml;

/// <summary>Whose rules a document is read by, where loaders read the same letters differently.</summary>
internal enum YamlReading
{
    /// <summary>libyaml, and what follows it in other languages: a mark of the byte order is nothing at the start of any line.</summary>
    Native,

    /// <summary>PyYAML: such a mark is a letter like any behind the first of the file, and commas and square brackets are letters of a tag.</summary>
    Python,

    /// <summary>YAML 1.2: nothing but a line feed and a carriage return ends a line, and nothing but a space or a bracket the name of an anchor.</summary>
    Latest,

    /// <summary>ruamel.yaml: as YAML 1.2, but what ended a line before still parts words.</summary>
    Lenient,
}
