using Precinto.Signatures.Bundles;
using Precinto.Signatures.Keys;

namespace Precinto.Attestations;

/// <summary>Signs attestations.</summary>
public static class AttestationSigner
{
    /// <summary>Signs a statement about some subjects into a Sigstore bundle.</summary>
    /// <param name="subjects">What it speaks of: each has a SHA-256 and a name of its own.</param>
    /// <param name="predicate">What it says.</param>
    /// <param name="key">Who says it.</param>
    /// <returns>The bundle, to be written as it is.</returns>
    /// <exception cref="ArgumentException">There is no subject, one has no SHA-256, or two have one name.</exception>
    public static byte[] Sign(IReadOnlyList<ResourceDescriptor> subjects, AttestationPredicate predicate, ISigningKey key)
    {
        ArgumentNullException.ThrowIfNull(subjects);
        ArgumentNullException.ThrowIfNull(predicate);
        ArgumentNullException.ThrowIfNull(key);
        if (key.PublicKey.Algorithm.IsBeyondSpecification)
            throw new ArgumentException($"A key of the kind {key.PublicKey.Algorithm.Name} makes no attestations; take one on P-256, P-384 or P-521.", nameof(key));
        if (subjects.Count == 0)
            throw new ArgumentException("An attestation is about something.", nameof(subjects));
        if (subjects.Any(subject => subject.Digest is null))
            throw new ArgumentException("A subject has no digest.", nameof(subjects));
        if (subjects.Select(subject => subject.Name ?? "").Distinct(StringComparer.Ordinal).Count() != subjects.Count)
            throw new ArgumentException("Two subjects have one name.", nameof(subjects));

        var statement = InTotoStatement.Write(
            predicate.PredicateType,
            writer =>
            {
                foreach (var subject in subjects)
                    subject.WriteTo(writer);
            },
            predicate.WriteTo);
        var bundle = DsseBundle.Sign(statement, key);

        // What cannot be read back must not be called signed.
        return Attestation.Parse(bundle).IsSignedBy(key.PublicKey) ? bundle : throw new InvalidOperationException("The attestation that was made does not verify.");
    }
}
