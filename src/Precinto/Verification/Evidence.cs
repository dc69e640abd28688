using Precinto.Files;
using Precinto.Manifests;
using Precinto.Trust;

namespace Precinto.Verification;

/// <summary>Everything that was read and computed of a model, before any question is answered.</summary>
internal sealed class Evidence
{
    /// <summary>The rule that speaks for the model, with all that the policy says beside its rules.</summary>
    public required TrustPolicy Policy { get; init; }

    /// <summary>Which rule that is, and why it was taken.</summary>
    public required RuleChoice Choice { get; init; }

    /// <summary>What the policy and its list revoke.</summary>
    public required Revocations Revocations { get; init; }

    /// <summary>Why the list of revocations cannot be relied on; null where it can, or where there is none.</summary>
    public required string? RevocationProblem { get; init; }

    public required Expectations Expectations { get; init; }

    public required DateTimeOffset Now { get; init; }

    public required ModelLayout Layout { get; init; }

    /// <summary>All files that are not left out, signatures and records among them.</summary>
    public required Examination Examination { get; init; }

    /// <summary>The files of the model itself.</summary>
    public required IReadOnlyList<ExaminedFile> Payload { get; init; }

    /// <summary>The files of the model that a trusted signature lists; all of them where there is none. Only these are ever handed out.</summary>
    public required IReadOnlyList<ExaminedFile> Stated { get; init; }

    /// <summary>What records and hash files speak of; null where the model holds no file.</summary>
    public required ModelSubject? Subject { get; init; }

    public required IReadOnlyList<SignatureAssessment> Assessments { get; init; }

    /// <summary>Files that stand where a signature would stand and cannot be parsed as one: name and reason.</summary>
    public required IReadOnlyList<(string Source, string Reason)> UnreadableSignatures { get; init; }

    /// <summary>The signature files that could be parsed, each with its SHA-256.</summary>
    public required IReadOnlyList<Resource> SignatureFiles { get; init; }

    /// <summary>Statements about the model that lie with it or were named.</summary>
    public required IReadOnlyList<AttestationAssessment> Attestations { get; init; }

    public required FoundRecord? RecordFile { get; init; }

    public required SidecarFile? HashFile { get; init; }

    public required SidecarFile? ChecksumsFile { get; init; }

    public IEnumerable<SignatureAssessment> Trusted => Assessments.Where(assessment => assessment.Standing == SignatureStanding.Trusted);

    /// <summary>Paths left out by the specification and the policy.</summary>
    public IgnoredPaths PolicyIgnored => new([.. IgnoredPaths.Default, .. Policy.IgnoredPaths]);

    /// <summary>Whether a trusted signature covers a file as it was found.</summary>
    public bool IsSigned(string path) => Trusted.Any(assessment => Covers(assessment, path));

    /// <summary>Whether a signature lists a file, whole or in parts, with whatever content. Of a model in parts, none lists the empty files.</summary>
    public bool Lists(SignatureAssessment assessment, string path) =>
        assessment.Manifest is { } manifest && (Layout.Snapshot.IsFolder ? manifest.Find(path) : manifest.FindNamed(path)) is not null;

    /// <summary>
    /// Whether enough different signers say something of the whole model: for each of its files as many as must sign. What is said over one file
    /// says nothing of the others, and a signature for a new file must not make the old ones around it new.
    /// </summary>
    public bool IsSaidOfAll(IReadOnlyCollection<SignatureAssessment> saying) =>
        Stated.Count > 0 && Stated.All(file => DistinctSigners.Count(saying.Where(assessment => Lists(assessment, file.Path))) >= Policy.Threshold);

    public bool Covers(SignatureAssessment assessment, string path) =>
        Examination.Find(path) is { } file && assessment.Manifest?.Find(path) is { } stated && stated.Difference(file) is null;
}
