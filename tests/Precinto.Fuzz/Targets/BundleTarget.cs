using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Precinto.Signatures;
using Precinto.Signatures.Bundles;
using Precinto.Signatures.Keys;

namespace Precinto.Fuzz.Targets;

/// <summary>
/// A bundle: what its key signed stays signed under any change of what is not signed, and nothing else ever is.
/// The key is the one that the seeds name by their certificate, or <c>key.pem</c> in the corpus of public keys.
/// </summary>
internal sealed class BundleTarget() : FuzzTarget("bundle")
{
    private readonly HashSet<string> _signed = new(StringComparer.Ordinal);
    private readonly Lazy<IReadOnlyList<PublicKey>> _keys =
        new(() => [.. Corpus.Find().SeedsOf("pem-public").Select(seed => PublicKey.ParsePem(Encoding.UTF8.GetString(seed.Bytes)))]);

    public override IReadOnlyList<byte[]> Dictionary { get; } =
        [.. new[] { "verificationMaterial", "dsseEnvelope", "signatures", "keyid", "payload", "publicKey", "x509CertificateChain", "null", "{}" }.Select(Encoding.ASCII.GetBytes)];

    public override bool Accepts(Seed seed)
    {
        if (SignedBytes(seed.Bytes) is not { } signed || !IsSigned(ModelBundle.Parse(seed.Bytes)))
            return false;
        _signed.Add(signed);
        return true;
    }

    public override Answer Read(byte[] bytes, string name)
    {
        ModelBundle bundle;
        try
        {
            bundle = ModelBundle.Parse(bytes);
        }
        catch (MalformedSignatureException exception)
        {
            return new(exception.Message, Answer.ShapeOf(exception.Message));
        }

        var isSigned = IsSigned(bundle);
        if (isSigned && !_signed.Contains(SignedBytes(bytes)!))
            throw new FuzzFailureException("A key vouches for what it never signed.");
        return new(
            $"{isSigned} {bundle.Statement.Manifest.RootDigest} {bundle.KeyHint} {bundle.FurtherKeyHints.Count}",
            $"{isSigned} {bundle.Notes.Count} {bundle.FurtherKeyHints.Count} {bundle.Certificates is null} {bundle.Statement.Manifest.Resources.Count}");
    }

    private bool IsSigned(ModelBundle bundle) =>
        _keys.Value.Any(key => Enumerable.Range(0, 1 + bundle.FurtherKeyHints.Count).Any(index => bundle.IsSignedBy(key, index)));

    private static string? SignedBytes(byte[] bytes)
    {
        try
        {
            return Convert.ToHexString(SHA256.HashData(DsseBundle.Parse(bytes).Envelope.SignedBytes));
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
