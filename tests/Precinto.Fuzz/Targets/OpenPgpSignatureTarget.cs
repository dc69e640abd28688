using Precinto.Signatures;
using Precinto.Signatures.OpenPgp;

namespace Precinto.Fuzz.Targets;

/// <summary>A detached signature: no change makes one valid that says anything else than what its key signed.</summary>
internal sealed class OpenPgpSignatureTarget() : FuzzTarget("openpgp-signature")
{
    private readonly HashSet<string> _signed = new(StringComparer.Ordinal);

    public override bool Accepts(Seed seed)
    {
        foreach (var signature in OpenPgpSignature.ParseFile(seed.Bytes))
        {
            if (!GivenModel.Verify(signature, GivenModel.Certificates.Value).IsValid)
                return false;
            _signed.Add(GivenModel.SignedPart(signature));
        }

        return OpenPgpSignature.LooksLikeOpenPgp(seed.Bytes);
    }

    public override Answer Read(byte[] bytes, string name)
    {
        var looks = OpenPgpSignature.LooksLikeOpenPgp(bytes);
        try
        {
            var signatures = OpenPgpSignature.ParseFile(bytes);
            var answers = signatures.Select(signature => (Signature: signature, Verification: GivenModel.Verify(signature, GivenModel.Certificates.Value))).ToArray();
            if (answers.Any(answer => answer.Verification.IsValid && !_signed.Contains(GivenModel.SignedPart(answer.Signature))))
                throw new FuzzFailureException("A signature is valid that nobody made.");
            return new(
                string.Join('\n', answers.Select(answer => $"{looks} {answer.Verification.Outcome} {answer.Verification.Detail}")),
                string.Join(' ', answers.Take(3).Select(answer => $"{answer.Verification.Outcome} {Answer.ShapeOf(answer.Verification.Detail)}")));
        }
        catch (MalformedSignatureException exception)
        {
            return new($"{looks} {exception.Message}", $"{looks} {Answer.ShapeOf(exception.Message)}");
        }
    }
}
