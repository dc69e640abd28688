using Precinto.Attestations;
using Precinto.Digests;

namespace Precinto.Trust;

/// <summary>Demands that a trusted key states how the model was made (SLSA Build Provenance v1).</summary>
public sealed class ProvenanceDemand : AttestationDemand
{
    /// <inheritdoc/>
    public override string Kind => "provenance";

    /// <summary>
    /// The one builder that is accepted of these attesters. SLSA accepts pairs of signer and builder that were configured, and no others:
    /// unless told otherwise it is what <c>precinto</c> writes of its own accord.
    /// </summary>
    public string BuilderId { get; init; } = Provenance.LocalBuilder;

    /// <summary>What the model must have been made from: each SHA-256 stands among the resolved dependencies.</summary>
    public IReadOnlyList<Digest> TrainingData { get; init; } = [];

    internal override IEnumerable<string> Describe() => [$"builder {BuilderId}", .. TrainingData.Select(digest => $"training-data {digest}")];
}
