using Precinto.Signatures;
using Precinto.Signatures.OpenPgp;

namespace Precinto.Fuzz.Targets;

/// <summary>A certificate: no change lets a signature count for another fingerprint than that of its maker.</summary>
internal sealed class OpenPgpCertificateTarget() : FuzzTarget("openpgp-certificate")
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public override bool Accepts(Seed seed)
    {
        var certificates = OpenPgpCertificate.ParseKeyring(seed.Bytes);
        foreach (var certificate in certificates)
            _known.Add(certificate.Fingerprint);
        return GivenModel.Signatures.Value.Any(signature => GivenModel.Verify(signature, certificates).IsValid);
    }

    public override Answer Read(byte[] bytes, string name)
    {
        try
        {
            var certificates = OpenPgpCertificate.ParseKeyring(bytes);
            var answers = GivenModel.Signatures.Value.Select(signature => GivenModel.Verify(signature, certificates)).ToArray();
            if (answers.Any(answer => answer.IsValid && !_known.Contains(answer.SignerFingerprint!)))
                throw new FuzzFailureException("A certificate that nobody made vouches for a signature.");
            return new(
                $"{string.Join(' ', certificates.Select(certificate => certificate.Fingerprint))} {string.Join('\n', answers.Select(answer => answer.Detail))}",
                $"{certificates.Count} {string.Join(' ', answers.Select(answer => $"{answer.Outcome}{Answer.ShapeOf(answer.Detail)}").Distinct().Order(StringComparer.Ordinal))}");
        }
        catch (MalformedSignatureException exception)
        {
            return new(exception.Message, Answer.ShapeOf(exception.Message));
        }
    }
}
