using System.Text.Json;
using Precinto.Files;
using Precinto.Formats;
using Precinto.Manifests;

namespace Precinto.Signatures.Bundles;

/// <summary>
/// Finds the attestations that lie with a model: in a folder files whose names end in <c>.sigstore.json</c>, beside a file two fixed names.
/// The name is where to look; what a file is, its content tells. They are evidence about the model and no part of it.
/// </summary>
internal static class AttestationFiles
{
    public const string ProvenanceType = "https://slsa.dev/provenance/v1";
    public const string SummaryType = "https://slsa.dev/verification_summary/v1";
    public const string Ending = ".sigstore.json";
    public const string ProvenanceEnding = ".provenance.sigstore.json";
    public const string SummaryEnding = ".vsa.sigstore.json";

    /// <summary>Reads the attestations; what lies beyond the limits is none and stays what any other file is.</summary>
    /// <exception cref="ModelChangedException">A file changed while it was read.</exception>
    public static IReadOnlyList<SidecarFile> Find(Snapshot snapshot, IgnoredPaths ignored)
    {
        if (!snapshot.IsFolder)
        {
            return [.. new[] { ProvenanceEnding, SummaryEnding }
                .Select(ending => snapshot.FindBeside(snapshot.Name + ending, MaximumSize))
                .OfType<SidecarFile>().Where(file => file.Bytes is not null && IsAttestation(file.Bytes))];
        }

        List<SidecarFile> found = [];
        var budget = MaximumBytes;
        foreach (var file in snapshot.Files.Where(file => file.Path.EndsWith(Ending, StringComparison.Ordinal) && file.Length <= MaximumSize && !ignored.Covers(file.Path)))
        {
            budget -= file.Length;
            if (budget < 0 || found.Count == MaximumCount)
                break;

            var bytes = file.Read();
            if (IsAttestation(bytes))
                found.Add(new(file.Path, bytes, null));
        }

        return found;
    }

    /// <summary>Whether bytes are a bundle around a statement of one of the kinds that are read here; whether it is a proper one is asked later.</summary>
    public static bool IsAttestation(ReadOnlyMemory<byte> bytes)
    {
        if (!DsseBundle.LooksLikeBundle(bytes.Span))
            return false;
        try
        {
            using var statement = StrictJson.Parse(DsseBundle.Parse(bytes).Envelope.Payload);
            return InTotoStatement.Read(statement.RootElement).PredicateType is ProvenanceType or SummaryType;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The most bytes that an attestation may have: a subject takes some 150, so that models of a hundred thousand files fit.</summary>
    public const int MaximumSize = 16 << 20;

    private const int MaximumCount = 100;
    private const long MaximumBytes = 64 << 20;
}
