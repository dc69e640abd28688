using System.Diagnostics.CodeAnalysis;
using Precinto.Attestations;
using Precinto.Digests;
using Precinto.Inspection;
using Precinto.Manifests;

namespace Precinto.Verification;

/// <summary>All checks of one model and what they come to. Only a passing report hands out the bytes.</summary>
public sealed class VerificationReport
{
    private readonly SealedModel? _sealed;

    internal VerificationReport(string modelPath, Verdict verdict, IReadOnlyList<Check> checks, SealedModel? sealedModel)
    {
        ModelPath = modelPath;
        Verdict = verdict;
        Checks = checks;
        _sealed = sealedModel;
    }

    /// <summary>The path as the caller gave it.</summary>
    public string ModelPath { get; }

    /// <summary>The signed name, or null where no trusted signature states one.</summary>
    public string? Name { get; internal init; }

    /// <summary>The signed version, or null where no trusted signature states one.</summary>
    public string? Version { get; internal init; }

    /// <summary>SHA-256 of the model file; of a folder with several, their root digest; null where nothing could be read.</summary>
    public Digest? Digest { get; internal init; }

    /// <summary>What all checks together say.</summary>
    public Verdict Verdict { get; }

    /// <summary>The six checks, always all of them and in the order of <see cref="CheckName"/>.</summary>
    public IReadOnlyList<Check> Checks { get; }

    /// <summary>Who made the signatures that were found.</summary>
    public IReadOnlyList<Signer> Signers { get; internal init; } = [];

    /// <summary>Attestations that were found; they decide nothing unless the policy demands them.</summary>
    public IReadOnlyList<FoundAttestation> Attestations { get; internal init; } = [];

    /// <summary>The files of the model with their SHA-256: those that a passing verdict is about; of a rejected model all that were found.</summary>
    public IReadOnlyList<Resource> Files { get; internal init; } = [];

    /// <summary>The signature files that were read, each with its SHA-256.</summary>
    public IReadOnlyList<Resource> SignatureFiles { get; internal init; } = [];

    /// <summary>What is recorded of the model, by whom the policy trusts; under integrity only by anyone, as far as it agrees with the content.</summary>
    internal ModelRecord? Record { get; init; }

    /// <summary>The rule that the model was held to; null where the model changed before one was found.</summary>
    internal RuleChoice? Choice { get; init; }

    /// <summary>The checks that the policy does not enforce, whatever they found.</summary>
    public IEnumerable<Check> Unenforced => Checks.Where(check => check.Enforcement != Trust.Enforcement.Enforce);

    /// <summary>The digest of the policy, see <see cref="Trust.TrustPolicy.Digest"/>.</summary>
    public Digest? PolicyDigest { get; internal init; }

    /// <summary>When it was verified.</summary>
    public DateTimeOffset VerifiedAt { get; internal init; }

    /// <summary>What inspection found, file by file.</summary>
    public IReadOnlyList<FileInspection> Inspections { get; internal init; } = [];

    /// <summary>What the model says of itself.</summary>
    public ModelFacts? Facts { get; internal init; }

    /// <summary>The check of a name.</summary>
    public Check this[CheckName name] => Checks[(int)name];

    /// <summary>Hands out the verified bytes: only where nothing failed and sealing was asked for.</summary>
    public bool TryGetSealed([NotNullWhen(true)] out SealedModel? model)
    {
        model = Verdict is Verdict.Trusted or Verdict.Intact ? _sealed : null;
        return model is not null;
    }

    /// <summary>
    /// This verdict as the predicate of an attestation about <see cref="Files"/>: passed where it is <see cref="Verdict.Trusted"/>, failed where it is rejected.
    /// </summary>
    /// <param name="verifierId">Who looked, as a URI.</param>
    /// <param name="resourceUri">What was looked at, as a URI; null for a package URL of the signed name and version.</param>
    /// <param name="policyUri">Where the policy is found, as a URI; null for one that is made of its digest.</param>
    /// <exception cref="ArgumentException">A URI is none.</exception>
    /// <exception cref="InvalidOperationException">Nobody was trusted, or nothing could be read: there is no verdict to be passed on.</exception>
    public VerificationSummary Summarize(string verifierId = VerificationSummary.ModelVerifier, string? resourceUri = null, string? policyUri = null) =>
        ReportSummary.Of(this, verifierId, resourceUri, policyUri);
}
