using Precinto.Digests;

namespace Precinto.Cli.Bom;

/// <summary>One thing that a bill of materials lists.</summary>
/// <param name="Type">In the words of CycloneDX: <c>library</c>, <c>file</c>, <c>data</c>, <c>machine-learning-model</c>, <c>application</c>.</param>
/// <param name="Reference">What other parts of the document call it; once in a document.</param>
/// <param name="Name">What it is called.</param>
internal sealed record BomComponent(string Type, string Reference, string Name)
{
    public string? Version { get; init; }

    /// <summary>Its package URL.</summary>
    public string? PackageUrl { get; init; }

    public IReadOnlyList<Digest> Hashes { get; init; } = [];

    /// <summary>An SPDX licence expression.</summary>
    public string? Licence { get; init; }

    public ModelCard? ModelCard { get; init; }

    public IReadOnlyList<BomLink> Links { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> Properties { get; init; } = [];
}

/// <summary>Something elsewhere that belongs to a component, such as a signature.</summary>
internal sealed record BomLink(string Type, string Url, Digest? Hash);

/// <summary>What a model learned and takes, as far as it is known.</summary>
internal sealed record ModelCard(
    string? Approach, string? Task, string? Family, string? Architecture, IReadOnlyList<string> DataReferences, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs);

/// <summary>A bill of materials: what it is about, what that consists of, and what depends on what, by reference.</summary>
internal sealed record BomDocument(
    BomComponent Subject, IReadOnlyList<BomComponent> Components, IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Dependencies, DateTimeOffset? Timestamp);
