using System.Text.Json;
using Precinto.Signatures.Keys;

namespace Precinto.Signatures.Bundles;

/// <summary>A bundle that holds an OpenSSF Model Signing 1.0 statement.</summary>
internal sealed class ModelBundle
{
    private readonly DsseBundle _bundle;

    private ModelBundle(DsseBundle bundle, ModelStatement statement)
    {
        _bundle = bundle;
        Statement = statement;
    }

    public string KeyHint => _bundle.KeyHint;

    /// <summary>What the bundle claims; worth nothing until the signature is checked.</summary>
    public ModelStatement Statement { get; }

    /// <exception cref="MalformedSignatureException">It is no bundle, of a kind that is not verified here, or about something else than a model's signature.</exception>
    public static ModelBundle Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var bundle = DsseBundle.Parse(bytes);
            return new(bundle, ModelStatement.Parse(bundle.Envelope.Payload));
        }
        catch (JsonException exception)
        {
            throw new MalformedSignatureException(exception.BytePositionInLine ?? 0, exception.Message, exception);
        }
    }

    public static byte[] Sign(byte[] statement, ISigningKey key) => DsseBundle.Sign(statement, key);

    /// <summary>Whether this key made the signature over exactly this statement.</summary>
    public bool IsSignedBy(PublicKey key) => _bundle.IsSignedBy(key);
}
