using System.Security.Cryptography;
using Precinto.Digests;
using Precinto.Manifests;
using Precinto.Signatures;
using Precinto.Signatures.OpenPgp;
using Precinto.Trust;

namespace Precinto.Verification;

/// <summary>A detached OpenPGP signature over one file of the model, or over its list of checksums.</summary>
internal sealed class OpenPgpClaim : SignatureClaim
{
    private readonly IReadOnlyList<OpenPgpSignature> _signatures;
    private readonly byte[]? _checksums;

    public OpenPgpClaim(string source, IReadOnlyList<OpenPgpSignature> signatures, string? covered, byte[]? checksums)
        : base(source)
    {
        // What one file says twice it may say in two ways; one signature a file leaves no choice to an attacker.
        if (signatures.Count != 1)
            throw new MalformedSignatureException(0, $"It holds {signatures.Count} signatures; one is read from a file.");

        _signatures = signatures;
        _checksums = checksums;
        HashedPath = checksums is null ? covered : null;
    }

    public override string? HashedPath { get; }

    public override IReadOnlyList<HashRequest> Hashes => HashedPath is not null && Signature.HashAlgorithm is { } algorithm
        ? [new(algorithm, Signature.Salt, Signature.Trailer)]
        : [];

    private OpenPgpSignature Signature => _signatures[0];

    public override SignatureAssessment Assess(ExaminedFile? file, IReadOnlyList<byte[]> hashes, TrustPolicy policy, DateTimeOffset now)
    {
        if (file is null && _checksums is null)
        {
            return new(SignatureStanding.Bad, CheckRules.BrokenSignature,
                $"{Source} is a detached OpenPGP signature, and it is not clear of which file", Unknown(), null);
        }

        // A hash that is not accepted is not computed; the verdict on such a signature does not depend on it.
        var digest = _checksums is not null ? HashChecksums() : hashes.Count == 1 ? hashes[0] : [];
        var certificates = policy.Signers.OfType<TrustedOpenPgpKey>().Select(signer => signer.Certificate).ToArray();
        var verification = Signature.Verify(digest, certificates, now);
        var detail = $"{Source}: {verification.Detail.TrimEnd('.')}";
        if (verification.Outcome == OpenPgpOutcome.UnknownKey)
        {
            // Sixteen bits prove nothing, yet they tell a signature of this file from one of another.
            var fits = digest.Length > 0 && Signature.FitsDigest(digest) ? "; its digest prefix fits these bytes" : "";
            return new(SignatureStanding.Stranger, CheckRules.Stranger, detail + fits, Unknown(), null);
        }

        if (!verification.IsValid)
            return new(SignatureStanding.Bad, verification.Rule ?? CheckRules.BrokenSignature, detail, Unknown(), null);

        var signer = policy.Signers.OfType<TrustedOpenPgpKey>().FirstOrDefault(candidate => candidate.Identity == verification.SignerFingerprint);
        if (signer is null)
            return new(SignatureStanding.Stranger, CheckRules.Stranger, detail, Unknown(), null);

        return ReadManifest(file, detail, new("openpgp", signer.Identity, verification.SignedAt, isTrusted: true));
    }

    private SignatureAssessment ReadManifest(ExaminedFile? file, string detail, Signer signer)
    {
        if (file is not null)
            return new(SignatureStanding.Trusted, null, detail, signer, Manifest.FromFiles([new(file.Path, file.Digest)]));

        try
        {
            var entries = Checksums.Parse(_checksums, DigestAlgorithm.Sha256);
            if (entries.FirstOrDefault(entry => !ModelPath.IsProper(entry.Key)).Key is { } improper)
                throw new FormatException($"'{improper}' is no path inside the model.");
            return new(SignatureStanding.Trusted, null, detail, signer, Manifest.FromFiles(entries.Select(entry => new Resource(entry.Key, entry.Value))));
        }
        catch (FormatException exception)
        {
            return new(SignatureStanding.Bad, CheckRules.UnreadableSignature,
                $"{Source} signs a {ModelLayout.ChecksumsFileName} that cannot be read: {exception.Message.TrimEnd('.')}", signer, null);
        }
    }

    private byte[] HashChecksums()
    {
        if (Signature.HashAlgorithm is not { } algorithm)
            return [];

        using var hash = IncrementalHash.CreateHash(algorithm);
        hash.AppendData(Signature.Salt.Span);
        hash.AppendData(_checksums!);
        hash.AppendData(Signature.Trailer.Span);
        return hash.GetHashAndReset();
    }

    private Signer Unknown() =>
        new("openpgp", Signature.IssuerFingerprint ?? Signature.IssuerKeyId ?? "unknown", Signature.CreatedAt, isTrusted: false);
}
