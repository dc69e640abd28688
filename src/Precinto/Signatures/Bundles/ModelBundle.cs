using System.Security.Cryptography;
using System.Text.Json;
using Precinto.Signatures.Certificates;
using Precinto.Signatures.Keys;

namespace Precinto.Signatures.Bundles;

/// <summary>A bundle that holds an OpenSSF Model Signing 1.0 statement, or that of an older version.</summary>
internal sealed class ModelBundle
{
    private readonly DsseBundle _bundle;

    private ModelBundle(DsseBundle bundle, ModelStatement statement)
    {
        _bundle = bundle;
        Statement = statement;
        Notes = bundle.Material.Note is { } note ? [note, .. statement.Notes] : statement.Notes;
    }

    /// <summary>The key that made the first signature; null where certificates tell.</summary>
    public string? KeyHint => _bundle.Material.KeyHint;

    /// <summary>The certificates of whoever made the first signature; null where a key is named.</summary>
    public CertificateChain? Certificates => _bundle.Material.Certificates;

    /// <summary>The keys that made further signatures over the same statement.</summary>
    public IReadOnlyList<string> FurtherKeyHints => [.. _bundle.Envelope.Signatures.Skip(1).Select(signature => signature.KeyId!)];

    /// <summary>What the bundle claims; worth nothing until the signature is checked.</summary>
    public ModelStatement Statement { get; }

    /// <summary>Where bundle and statement leave the specification in a way that is still understood.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <exception cref="MalformedSignatureException">It is no bundle, of a kind that is not verified here, or about something else than a model's signature.</exception>
    public static ModelBundle Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var bundle = DsseBundle.Parse(bytes);
            var statement = ModelStatement.Parse(bundle.Envelope.Payload);

            // What version 0.2.0 got wrong is followed as far as that version went: certificates, and one signature.
            if (statement.IsOldEncoding && (bundle.Material.Certificates is null || bundle.Envelope.Signatures.Count > 1))
                throw new JsonException("A statement of the version 0.2.0 is signed by one certificate.");
            return new(bundle, statement);
        }
        catch (JsonException exception)
        {
            throw new MalformedSignatureException(exception.BytePositionInLine ?? 0, exception.Message, exception);
        }
    }

    public static byte[] Sign(byte[] statement, ISigningKey key, CertificateChain? certificates = null) => DsseBundle.Sign(statement, key, certificates);

    /// <summary>Whether this key made the first signature over exactly this statement, or the further one of a number.</summary>
    public bool IsSignedBy(PublicKey key, int index = 0)
    {
        var signature = _bundle.Envelope.Signatures[index].Bytes;
        return Statement.IsOldEncoding
            ? key.Verify(_bundle.Envelope.EncodeAsBefore(), signature, HashAlgorithmName.SHA256)
            : key.Verify(_bundle.Envelope.SignedBytes, signature);
    }
}
