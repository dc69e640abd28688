using Precinto.Formats.Jinja;
using Precinto.Formats.Json;

namespace Precinto.Formats.Yaml;

/// <summary>A key that is open: where it stands, and what the values below it are taken for.</summary>
/// <param name="Text">The key.</param>
/// <param name="Column">The column at which it stands in its line.</param>
/// <param name="Flow">In how many brackets it stands.</param>
/// <param name="Offset">Where it stands in the file.</param>
/// <param name="Section">The section that it opens, or in which it stands.</param>
/// <param name="IsRendered">Whether templates below it are rendered.</param>
internal readonly record struct YamlKey(string Text, int Column, int Flow, int Offset, ConfigurationSection Section, bool IsRendered)
{
    /// <summary>Outside of all keys.</summary>
    public static readonly YamlKey None = new("", -1, 0, 0, ConfigurationSection.None, false);

    /// <summary>Makes one out of a text below another one.</summary>
    public static YamlKey From(YamlToken key, int column, int flow, YamlKey? outer) => new(
        key.Text, column, flow, key.Offset, ConfigurationValue.SectionOf(key.Text, outer?.Section ?? ConfigurationSection.None), outer is { IsRendered: true } || Template.IsRenderedUnder(key.Text));

    /// <summary>Whether a value matters there.</summary>
    public bool IsJudged => ConfigurationValue.IsJudged(Text, Section);

    /// <summary>Whether what stands there is code of the model's repository, whatever it is.</summary>
    public bool NamesCode => Text is "auto_map" or "custom_pipelines";
}
