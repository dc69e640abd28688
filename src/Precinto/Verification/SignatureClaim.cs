using Precinto.Digests;
using Precinto.Inspection;
using Precinto.Manifests;
using Precinto.Signatures;
using Precinto.Signatures.Bundles;
using Precinto.Signatures.OpenPgp;
using Precinto.Trust;

namespace Precinto.Verification;

/// <summary>A signature file that could be parsed: what it claims, what must be hashed to judge it, and the judgement. A closed set.</summary>
internal abstract class SignatureClaim
{
    private protected SignatureClaim(string source) => Source = source;

    /// <summary>The file it was read from.</summary>
    public string Source { get; }

    /// <summary>The file of the model that must be hashed in a way of its own; null where the manifest says all.</summary>
    public virtual string? HashedPath => null;

    /// <summary>The hashes to be computed over <see cref="HashedPath"/>.</summary>
    public virtual IReadOnlyList<HashRequest> Hashes => [];

    /// <summary>The manifest that <see cref="Assess"/> may hand out, where it is known before anything is hashed: its method says how to hash.</summary>
    public virtual Manifest? Manifest => null;

    /// <summary>The name that it claims for the model; null where it claims none.</summary>
    public virtual string? StatedName => null;

    /// <summary>Paths that the signer left out.</summary>
    public virtual IReadOnlyList<string> IgnoredPaths => [];

    /// <summary>Judges the signature: who made it, whether it is good, whether the policy trusts that signer.</summary>
    /// <param name="file">The examined <see cref="HashedPath"/>, or null where the model has no such file.</param>
    /// <param name="hashes">The answers to <see cref="Hashes"/>.</param>
    /// <param name="policy">Whom to trust.</param>
    /// <param name="now">The time of the verification.</param>
    public abstract SignatureAssessment Assess(ExaminedFile? file, IReadOnlyList<byte[]> hashes, TrustPolicy policy, DateTimeOffset now);

    /// <summary>Reads a signature file; its content tells what it is.</summary>
    /// <param name="source">The name of the signature file.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="covered">The path in the model that a detached signature would cover; null for none.</param>
    /// <param name="checksums">The list of checksums, where that is what a detached signature covers.</param>
    /// <exception cref="MalformedSignatureException">It is no signature that is known.</exception>
    /// <returns>One claim for each signature in it.</returns>
    public static IReadOnlyList<SignatureClaim> Parse(string source, byte[] bytes, string? covered, byte[]? checksums)
    {
        if (DsseBundle.LooksLikeBundle(bytes))
            return BundleClaim.Of(source, ModelBundle.Parse(bytes));
        if (OpenPgpSignature.LooksLikeOpenPgp(bytes))
            return [new OpenPgpClaim(source, OpenPgpSignature.ParseFile(bytes), covered, checksums)];

        throw new MalformedSignatureException(0, "It is neither an OpenSSF Model Signing bundle nor an OpenPGP signature.");
    }
}

/// <summary>What became of a signature.</summary>
/// <param name="Standing">Trusted, made by a stranger, or bad.</param>
/// <param name="Rule">Why it is not trusted.</param>
/// <param name="Detail">A sentence about it.</param>
/// <param name="Signer">Who made it, as far as it is known.</param>
/// <param name="Manifest">What it says the model is.</param>
/// <param name="Record">What it says of the model.</param>
/// <param name="SubjectName">The name under which the model was signed.</param>
internal sealed record SignatureAssessment(
    SignatureStanding Standing,
    FindingRule? Rule,
    string Detail,
    Signer Signer,
    Manifest? Manifest,
    ModelRecord? Record = null,
    string? SubjectName = null);

/// <summary>How a signature stands; the default value is bad.</summary>
internal enum SignatureStanding
{
    /// <summary>Broken, expired, revoked, weak, or of other bytes.</summary>
    Bad,

    /// <summary>By nobody whom the policy trusts; nothing more can be said.</summary>
    Stranger,

    /// <summary>Good, and by someone whom the policy trusts.</summary>
    Trusted,
}
