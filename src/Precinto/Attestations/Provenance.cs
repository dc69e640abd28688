using System.Text.Json;
using Precinto.Formats;
using Precinto.Inspection;
using Precinto.Signatures.Bundles;

namespace Precinto.Attestations;

/// <summary>How a model was made (SLSA Build Provenance v1): from what, with which parameters, by whom, and when.</summary>
public sealed class Provenance : AttestationPredicate
{
    /// <summary>The builder that <c>precinto train</c> and <c>precinto attest</c> state unless they are told otherwise: a person's or a job's own machine.</summary>
    public const string LocalBuilder = "urn:precinto:builder:local";

    /// <summary>The build type of models that <c>precinto train</c> made; docs/spec/attestations.md says what it means.</summary>
    public const string TrainBuildType = "urn:precinto:build:train:v1";

    /// <summary>The build type of models of which an attester states what they were made from.</summary>
    public const string StatedBuildType = "urn:precinto:build:stated:v1";

    private string _buildType = StatedBuildType;
    private string _builderId = LocalBuilder;

    /// <inheritdoc/>
    public override string Kind => "provenance";

    /// <inheritdoc/>
    public override string PredicateType => AttestationFiles.ProvenanceType;

    /// <summary>What the other members mean, as a URI.</summary>
    /// <exception cref="ArgumentException">It is no absolute URI.</exception>
    public string BuildType
    {
        get => _buildType;
        init => _buildType = Proper(value, nameof(value));
    }

    /// <summary>Who made it, as a URI; worth what the attester's key is worth.</summary>
    /// <exception cref="ArgumentException">It is no absolute URI.</exception>
    public string BuilderId
    {
        get => _builderId;
        init => _builderId = Proper(value, nameof(value));
    }

    /// <summary>The versions of what made it, by component.</summary>
    public IReadOnlyDictionary<string, string> BuilderVersions { get; init; } = new Dictionary<string, string>();

    /// <summary>What was asked for, by name; of a statement that was read, the plain values alone.</summary>
    public IReadOnlyList<KeyValuePair<string, ScalarValue>> Parameters { get; init; } = [];

    /// <summary>What it was made from, the training data among it.</summary>
    public IReadOnlyList<ResourceDescriptor> Dependencies { get; init; } = [];

    /// <summary>Which run made it; null where it is not said.</summary>
    public string? InvocationId { get; init; }

    /// <summary>When the run began.</summary>
    public DateTimeOffset? StartedOn { get; init; }

    /// <summary>When the run ended.</summary>
    public DateTimeOffset? FinishedOn { get; init; }

    /// <summary>The same of one run, of which only the run itself can tell.</summary>
    internal Provenance During(string invocationId, DateTimeOffset startedOn, DateTimeOffset finishedOn) => new()
    {
        BuildType = BuildType,
        BuilderId = BuilderId,
        BuilderVersions = BuilderVersions,
        Parameters = Parameters,
        Dependencies = Dependencies,
        InvocationId = invocationId,
        StartedOn = startedOn,
        FinishedOn = finishedOn,
    };

    /// <exception cref="JsonException">It is no such predicate.</exception>
    internal static Provenance Parse(JsonElement predicate)
    {
        const string Definition = "'buildDefinition'";
        const string Details = "'runDetails'";
        var definition = predicate.Object("The predicate").Required("buildDefinition", "the predicate").Object(Definition);
        var details = predicate.Required("runDetails", "the predicate").Object(Details);
        var builder = details.Required("builder", Details).Object("'builder'");
        var metadata = details.Optional("metadata")?.Object("'metadata'");
        return new()
        {
            _buildType = definition.RequiredText("buildType", Definition),
            _builderId = builder.RequiredText("id", "'builder'"),
            Parameters = ParseParameters(definition.Required("externalParameters", Definition).Object("'externalParameters'")),
            Dependencies = ParseResources(definition.Optional("resolvedDependencies"), "'resolvedDependencies'"),
            InvocationId = metadata?.OptionalText("invocationId", "'metadata'"),
            StartedOn = metadata is { } started ? ParseTime(started, "startedOn", "'metadata'") : null,
            FinishedOn = metadata is { } finished ? ParseTime(finished, "finishedOn", "'metadata'") : null,
        };
    }

    internal override void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("buildDefinition");
        writer.WriteString("buildType", BuildType);
        writer.WriteStartObject("externalParameters");
        foreach (var (name, value) in Parameters)
        {
            if (value.Kind == ScalarKind.Integer)
                writer.WriteNumber(name, value.AsInteger());
            else
                writer.WriteString(name, value.AsText());
        }

        writer.WriteEndObject();
        WriteResources(writer, "resolvedDependencies", Dependencies);
        writer.WriteEndObject();
        writer.WriteStartObject("runDetails");
        writer.WriteStartObject("builder");
        writer.WriteString("id", BuilderId);
        WriteVersion(writer, BuilderVersions);
        writer.WriteEndObject();
        writer.WriteStartObject("metadata");
        if (InvocationId is not null)
            writer.WriteString("invocationId", InvocationId);
        WriteTime(writer, "startedOn", StartedOn);
        WriteTime(writer, "finishedOn", FinishedOn);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static List<KeyValuePair<string, ScalarValue>> ParseParameters(JsonElement parameters)
    {
        List<KeyValuePair<string, ScalarValue>> plain = [];
        foreach (var name in new[] { "label", "algorithm", "seed" })
        {
            if (parameters.Optional(name) is not { } value)
                continue;
            if (value.ValueKind == JsonValueKind.String)
                plain.Add(new(name, ScalarValue.From(value.Text($"'{name}'"))));
            else if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number))
                plain.Add(new(name, ScalarValue.From(number)));
        }

        return plain;
    }
}
