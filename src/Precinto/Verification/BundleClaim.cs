using Precinto.Digests;
using Precinto.Manifests;
using Precinto.Signatures.Bundles;
using Precinto.Trust;

namespace Precinto.Verification;

/// <summary>An OpenSSF Model Signing bundle, signed by a key.</summary>
internal sealed class BundleClaim(string source, ModelBundle bundle) : SignatureClaim(source)
{
    public override DigestAlgorithm? ManifestAlgorithm => bundle.Statement.Manifest.Resources[0].Digest.Algorithm;

    public override IReadOnlyList<string> IgnoredPaths => bundle.Statement.Manifest.IgnoredPaths;

    public override string? StatedName => bundle.Statement.Record?.Name ?? bundle.Statement.SubjectName;

    public override SignatureAssessment Assess(ExaminedFile? file, IReadOnlyList<byte[]> hashes, TrustPolicy policy, DateTimeOffset now)
    {
        var statement = bundle.Statement;
        var signer = policy.Signers.OfType<TrustedKey>().FirstOrDefault(candidate => candidate.Key.Hint == bundle.KeyHint);
        if (signer is null)
        {
            return new(SignatureStanding.Stranger, CheckRules.Stranger,
                $"{Source} was signed by a key that the policy does not name (bundle hint {bundle.KeyHint})",
                new("key", $"hint:{bundle.KeyHint}", statement.Record?.SignedAt, isTrusted: false), statement.Manifest, statement.Record, statement.SubjectName);
        }

        if (!bundle.IsSignedBy(signer.Key))
        {
            return new(SignatureStanding.Bad, CheckRules.BrokenSignature,
                $"{Source} names the key {signer.Identity}, but that key did not make this signature",
                new("key", signer.Identity, null, isTrusted: false), null);
        }

        var notes = statement.Notes.Count == 0 ? "" : $" ({string.Join("; ", statement.Notes.Distinct())})";
        return new(SignatureStanding.Trusted, null,
            $"{Source}: signed by the key {signer.Identity}{notes}",
            new("key", signer.Identity, statement.Record?.SignedAt, isTrusted: true), statement.Manifest, statement.Record, statement.SubjectName);
    }
}
