using System.Text.Json;
using Precinto.Formats;

namespace Precinto.Manifests;

/// <summary>How a model was trained, as its record states it. The digest of the data is <see cref="ModelRecord.TrainingDataDigest"/>.</summary>
public sealed class TrainingRecord : IEquatable<TrainingRecord>
{
    /// <summary>How it learned, as it was asked for, such as <c>forest</c>.</summary>
    public string? Algorithm { get; init; }

    /// <summary>The column that held the class.</summary>
    public string? Label { get; init; }

    /// <summary>What chance was drawn from.</summary>
    public long? Seed { get; init; }

    /// <summary>The name of the data's file, without its folder.</summary>
    public string? DataName { get; init; }

    /// <summary>The version of Precinto that trained it.</summary>
    public string? ToolVersion { get; init; }

    /// <inheritdoc/>
    public bool Equals(TrainingRecord? other) => other is not null
        && Algorithm == other.Algorithm && Label == other.Label && Seed == other.Seed && DataName == other.DataName && ToolVersion == other.ToolVersion;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TrainingRecord);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Algorithm, Label, Seed, DataName, ToolVersion);

    internal static TrainingRecord Parse(JsonElement element)
    {
        const string Training = "'training'";
        element.Object(Training);
        return new()
        {
            Algorithm = element.OptionalText("algorithm", Training),
            Label = element.OptionalText("label", Training),
            Seed = element.Optional("seed")?.WholeNumber("'seed'"),
            DataName = element.OptionalText("data_name", Training),
            ToolVersion = element.OptionalText("tool_version", Training),
        };
    }

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("training");
        Write("algorithm", Algorithm);
        Write("label", Label);
        if (Seed is { } seed)
            writer.WriteNumber("seed", seed);
        Write("data_name", DataName);
        Write("tool_version", ToolVersion);
        writer.WriteEndObject();

        void Write(string name, string? value)
        {
            if (value is not null)
                writer.WriteString(name, value);
        }
    }
}
