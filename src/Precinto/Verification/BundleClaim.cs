using Precinto.Digests;
using Precinto.Inspection;
using Precinto.Manifests;
using Precinto.Signatures.Bundles;
using Precinto.Signatures.Certificates;
using Precinto.Signatures.Keys;
using Precinto.Trust;

namespace Precinto.Verification;

/// <summary>One signature of an OpenSSF Model Signing bundle, by a key or by someone whom an authority certifies.</summary>
internal sealed class BundleClaim : SignatureClaim
{
    private readonly ModelBundle _bundle;
    private readonly int _index;

    private BundleClaim(string source, ModelBundle bundle, int index)
        : base(source)
    {
        _bundle = bundle;
        _index = index;
    }

    public override Manifest? Manifest => _bundle.Statement.Manifest;

    public override string? StatedName => _bundle.Statement.Record?.Name ?? _bundle.Statement.SubjectName;

    /// <summary>The signatures of a bundle, each a claim of its own.</summary>
    public static IReadOnlyList<BundleClaim> Of(string source, ModelBundle bundle) =>
        [.. Enumerable.Range(0, 1 + bundle.FurtherKeyHints.Count).Select(index => new BundleClaim(source, bundle, index))];

    public override SignatureAssessment Assess(ExaminedFile? file, IReadOnlyList<byte[]> hashes, TrustPolicy policy, DateTimeOffset now)
    {
        if (_index > 0)
            return AssessKey(_bundle.FurtherKeyHints[_index - 1], policy);
        return _bundle.Certificates is { } certificates ? AssessCertificate(certificates, policy, now) : AssessKey(_bundle.KeyHint!, policy);
    }

    private SignatureAssessment AssessKey(string hint, TrustPolicy policy)
    {
        var signer = policy.Signers.OfType<TrustedKey>().FirstOrDefault(candidate => candidate.Key.Hint == hint);
        if (signer is null)
            return Strange(new("key", $"hint:{hint}", SignedAt, isTrusted: false), $"{Source} was signed by a key that the policy does not name (bundle hint {hint})");
        return _bundle.IsSignedBy(signer.Key, _index)
            ? Trusted(new("key", signer.Identity, SignedAt, isTrusted: true), $"signed by the key {signer.Identity}{(signer.Key.Algorithm.IsBeyondSpecification ? $", which is {signer.Key.Algorithm.Name}, beyond the specification" : "")}")
            : Bad(CheckRules.BrokenSignature, new("key", signer.Identity, null, isTrusted: false), $"{Source} names the key {signer.Identity}, but that key did not make this signature");
    }

    private SignatureAssessment AssessCertificate(CertificateChain chain, TrustPolicy policy, DateTimeOffset now)
    {
        var name = chain.AlternativeNames.Count > 0 ? chain.AlternativeNames[0] : chain.Subject;
        Signer unknown = new("certificate", name, SignedAt, isTrusted: false);

        // One who is named counts as themselves, even where an authority is trusted altogether as well.
        var refusal = $"{Source} was signed with a certificate, and the policy names no authority for certificates";
        foreach (var signer in policy.Signers.OfType<TrustedAuthority>().OrderBy(signer => signer.SignerName is null))
        {
            var judgement = CertificatePath.Judge(chain.Certificates, signer.Anchors, now);
            if (judgement.Anchor is null)
                refusal = $"{Source}: {judgement.Reason}";
            else if (judgement.Rule is { } rule)
                return Bad(rule, unknown, $"{Source}: {judgement.Reason}");
            else if (signer.SignerName is { } wanted && !chain.IsIssuedTo(wanted))
                refusal = $"{Source} was signed by '{name}', and the policy trusts '{wanted}' under that authority";
            else if (!_bundle.IsSignedBy(chain.PublicKey))
                return Bad(CheckRules.BrokenSignature, unknown, $"{Source} carries the certificate of '{name}', but its key did not make this signature");
            else
                return Trusted(new("certificate", signer.Identity, SignedAt, isTrusted: true, chain.PublicKey.Identity, [.. chain.Certificates.Append(judgement.Anchor).SelectMany(VouchersIn)]),
                    $"signed by '{name}', certified under '{judgement.Anchor.SubjectName}'");
        }

        return Strange(unknown, refusal);
    }

    private static IEnumerable<(string Kind, string Identity)> VouchersIn(Certificate certificate) =>
        certificate.Identities.Select(identity => ("certificate", identity)).Append(("key", Hashing.Compute(certificate.PublicKeyInfo.Span, DigestAlgorithm.Sha256).ToString()));

    private DateTimeOffset? SignedAt => _bundle.Statement.Record?.SignedAt;

    private SignatureAssessment Trusted(Signer signer, string detail)
    {
        var notes = _bundle.Notes.Count == 0 ? "" : $" ({string.Join("; ", _bundle.Notes)})";
        return new(SignatureStanding.Trusted, null, $"{Source}: {detail}{notes}", signer, Manifest, _bundle.Statement.Record, _bundle.Statement.SubjectName);
    }

    private SignatureAssessment Strange(Signer signer, string detail) =>
        new(SignatureStanding.Stranger, CheckRules.Stranger, detail, signer, Manifest, _bundle.Statement.Record, _bundle.Statement.SubjectName);

    private static SignatureAssessment Bad(FindingRule rule, Signer signer, string detail) => new(SignatureStanding.Bad, rule, detail, signer, null);
}
