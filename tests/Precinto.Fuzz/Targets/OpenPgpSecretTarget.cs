using System.Security.Cryptography;
using Precinto.Signatures;
using Precinto.Signatures.OpenPgp;

namespace Precinto.Fuzz.Targets;

/// <summary>An export of a secret key: it opens and signs in the name that its public part gives, or is refused with words.</summary>
internal sealed class OpenPgpSecretTarget() : FuzzTarget("openpgp-secret")
{
    public override bool Accepts(Seed seed) => Read(seed.Bytes, seed.Name).Coverage.StartsWith("signed", StringComparison.Ordinal);

    public override Answer Read(byte[] bytes, string name)
    {
        try
        {
            using var key = OpenPgpSigningKey.Parse(bytes, DocumentTargets.GivenPassword, GivenModel.Now);
            var draft = key.Prepare(GivenModel.Now);
            byte[] signed = [.. GivenModel.Bytes, .. draft.Trailer.Span];
            var packet = key.Complete(draft, CryptographicOperations.HashData(draft.HashAlgorithm, signed));
            var verification = GivenModel.Verify(OpenPgpSignature.ParseFile(packet)[0], [key.Certificate]);
            if (!verification.IsValid || verification.SignerFingerprint != key.Fingerprint)
                throw new FuzzFailureException($"What the key signed does not verify: {verification.Detail}");
            return new($"signed {key.Fingerprint} {key.KeyFingerprint}", $"signed {key.Fingerprint == key.KeyFingerprint}");
        }
        catch (Exception exception) when (exception is MalformedSignatureException or OpenPgpKeyException)
        {
            return new(exception.Message, Answer.ShapeOf(exception.Message));
        }
    }
}
