using System.Buffers.Text;
using Precinto.Attestations;
using Precinto.Files;
using Precinto.Manifests;
using Precinto.Signatures;
using Precinto.Signatures.Keys;
using Precinto.Trust;

namespace Precinto.Verification;

/// <summary>An attestation that was found or named: what it is, who made it as far as the policy knows its keys, and whether it is about this model.</summary>
internal sealed class AttestationAssessment
{
    private AttestationAssessment(string source, string? path, Attestation? attestation, string? problem)
    {
        Source = source;
        Path = path;
        Attestation = attestation;
        Problem = problem;
    }

    /// <summary>The file that it was read from.</summary>
    public string Source { get; }

    /// <summary>Its path in the folder of the model; null where it lies elsewhere.</summary>
    public string? Path { get; }

    /// <summary>What was read; null where it cannot be.</summary>
    public Attestation? Attestation { get; }

    /// <summary>Why it cannot be read.</summary>
    public string? Problem { get; }

    /// <summary>The key that made it, where that is one that the policy knows; null for a stranger's and for a broken one.</summary>
    public PublicKey? Attester { get; private init; }

    /// <summary>In what it is not about these files; null where it is about exactly them.</summary>
    public string? Mismatch { get; private init; }

    /// <summary>
    /// Whether the file is little more than its statement. The text around that is signed by nobody: white space and escapes in it could carry
    /// a file of any size into a signed folder.
    /// </summary>
    public bool IsCompact { get; private init; }

    /// <summary>
    /// Whether it may lie with the model unsigned. Whom the policy itself names may put it there; whom only an option names may not,
    /// since an option never makes a policy weaker.
    /// </summary>
    public bool IsVouched => IsWelcome && Attester is not null && Mismatch is null && IsCompact;

    private bool IsWelcome { get; init; }

    public static AttestationAssessment Of(
        SidecarFile file, string? path, TrustPolicy policy, Revocations revocations, IReadOnlyList<ExaminedFile> payload, IReadOnlyList<ExaminedFile> stated)
    {
        if (file.Bytes is null)
            return new(file.Name, path, null, file.Problem);

        Attestation attestation;
        try
        {
            attestation = Attestation.Parse(file.Bytes);
        }
        catch (MalformedSignatureException exception)
        {
            return new(file.Name, path, null, exception.Message.TrimEnd('.'));
        }

        var attester = KeysOf(policy, policy.Attestations)
            .Where(signer => revocations.Find(signer.Kind, signer.Identity) is null)
            .Select(signer => signer.Key).FirstOrDefault(key => key.Hint == attestation.KeyHint && attestation.IsSignedBy(key));
        return new(file.Name, path, attestation, null)
        {
            Attester = attester,
            Mismatch = FindMismatch(attestation, payload, stated),
            IsCompact = file.Bytes.Length <= Base64.GetMaxEncodedToUtf8Length(attestation.Statement.Length) + LargestFrame,
            IsWelcome = KeysOf(policy, policy.Attestations.Where(demand => !demand.IsCallers)).Any(signer => signer.Key.Equals(attester)),
        };
    }

    private static IEnumerable<TrustedKey> KeysOf(TrustPolicy policy, IEnumerable<AttestationDemand> demands) =>
        policy.Signers.OfType<TrustedKey>().Concat(demands.SelectMany(demand => demand.Attesters ?? []));

    // Every subject is a file of the model as it was found, and every file of the model is a subject: a statement about a part would let
    // another part be exchanged, and one about more would be about another model. Names are compared exactly, so that none can be dressed up.
    private static string? FindMismatch(Attestation attestation, IReadOnlyList<ExaminedFile> payload, IReadOnlyList<ExaminedFile> stated)
    {
        var found = payload.ToDictionary(file => file.Path, StringComparer.Ordinal);
        foreach (var subject in attestation.Subjects)
        {
            if (subject.Name is not { } name || !found.TryGetValue(name, out var file))
                return $"it is about {subject.Name ?? "something without a name"}, which is no file of the model";
            if (!file.Digest.Equals(subject.Digest))
                return $"it is about another {name}: {subject.Digest}, found {file.Digest}";
        }

        var named = attestation.Subjects.Select(subject => subject.Name).ToHashSet(StringComparer.Ordinal);
        return stated.FirstOrDefault(file => !named.Contains(file.Path)) is { } missing ? $"it does not speak of {missing.Path}" : null;
    }

    // The members of a bundle with a signature and a key ID, indented as someone likes it.
    private const int LargestFrame = 4096;
}
