using System.Buffers;
using System.Text.Json;
using Precinto.Formats;
using Precinto.Signatures.Certificates;
using Precinto.Signatures.Keys;

namespace Precinto.Signatures.Bundles;

/// <summary>
/// A Sigstore bundle (JSON, media type v0.3) around an in-toto statement, signed by a key that the verifier already has, or one that an authority certifies.
/// What the statement says is read elsewhere.
/// </summary>
internal sealed class DsseBundle
{
    private DsseBundle(BundleMaterial material, DsseEnvelope envelope)
    {
        Material = material;
        Envelope = envelope;
    }

    public BundleMaterial Material { get; }

    public DsseEnvelope Envelope { get; }

    /// <summary>Whether bytes are meant to be a bundle: JSON text, whatever the file is called.</summary>
    public static bool LooksLikeBundle(ReadOnlySpan<byte> bytes) => bytes.TrimStart(" \t\r\n"u8) is [(byte)'{', ..];

    /// <exception cref="JsonException">It is no bundle, or of a kind that is not verified here.</exception>
    public static DsseBundle Parse(ReadOnlyMemory<byte> bytes)
    {
        using var document = StrictJson.Parse(bytes);
        var bundle = document.RootElement.Closed("The bundle", "mediaType", "verificationMaterial", "dsseEnvelope");
        var mediaType = bundle.RequiredText("mediaType", "the bundle");
        if (mediaType != MediaType)
            throw new JsonException($"The bundle is of the media type '{mediaType}', not {MediaType}.");

        try
        {
            var material = BundleMaterial.Read(bundle.Required("verificationMaterial", "the bundle"));
            return new(material, ParseEnvelope(bundle.Required("dsseEnvelope", "the bundle")));
        }
        catch (MalformedSignatureException exception)
        {
            throw new JsonException(exception.Message, exception);
        }
    }

    /// <summary>The same bundle where one alone signs with a plain key, as attestations are.</summary>
    /// <exception cref="JsonException">It is no such bundle.</exception>
    public static DsseBundle ParseSimple(ReadOnlyMemory<byte> bytes)
    {
        var bundle = Parse(bytes);
        if (bundle.Material.KeyHint is null)
            throw new JsonException("The bundle was signed with a certificate; keys alone are read here.");
        return bundle.Envelope.Signatures.Count == 1
            ? bundle
            : throw new JsonException($"The envelope has {bundle.Envelope.Signatures.Count} signatures instead of one.");
    }

    public static byte[] Sign(byte[] statement, ISigningKey key, CertificateChain? certificates = null)
    {
        DsseSignature signature = new("", key.Sign(DsseEnvelope.Encode(DsseEnvelope.InTotoType, statement)));
        return Write(writer => BundleMaterial.Write(writer, key.PublicKey, certificates), new(DsseEnvelope.InTotoType, statement, [signature]));
    }

    /// <summary>The same statement with one more signature at the end: what reads the first alone still reads it.</summary>
    /// <param name="bytes">A bundle that <see cref="Parse"/> reads.</param>
    /// <param name="key">Who signs too.</param>
    public static byte[] AddSignature(ReadOnlyMemory<byte> bytes, ISigningKey key)
    {
        var envelope = Parse(bytes).Envelope;
        DsseSignature signature = new(key.PublicKey.Hint, key.Sign(envelope.SignedBytes));
        using var document = StrictJson.Parse(bytes);
        var material = document.RootElement.GetProperty("verificationMaterial");
        return Write(
            writer =>
            {
                writer.WritePropertyName("verificationMaterial");
                material.WriteTo(writer);
            },
            new(envelope.PayloadType, envelope.Payload, [.. envelope.Signatures, signature]));
    }

    /// <summary>Whether this key made the first signature over exactly this statement.</summary>
    public bool IsSignedBy(PublicKey key) => key.Verify(Envelope.SignedBytes, Envelope.Signatures[0].Bytes);

    private static byte[] Write(Action<Utf8JsonWriter> writeMaterial, DsseEnvelope envelope)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("mediaType", MediaType);
            writeMaterial(writer);
            writer.WriteStartObject("dsseEnvelope");
            writer.WriteBase64String("payload", envelope.Payload);
            writer.WriteString("payloadType", envelope.PayloadType);
            writer.WriteStartArray("signatures");
            foreach (var signature in envelope.Signatures)
            {
                writer.WriteStartObject();
                writer.WriteBase64String("sig", signature.Bytes);
                writer.WriteString("keyid", signature.KeyId ?? "");
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static DsseEnvelope ParseEnvelope(JsonElement element)
    {
        var envelope = element.Closed("The envelope", "payload", "payloadType", "signatures");
        var payloadType = envelope.RequiredText("payloadType", "the envelope");
        if (payloadType != DsseEnvelope.InTotoType)
            throw new JsonException($"The payload is of the type '{payloadType}', not {DsseEnvelope.InTotoType}.");

        return new(payloadType, envelope.Required("payload", "the envelope").Base64("'payload'"), ParseSignatures(envelope.Required("signatures", "the envelope")));
    }

    private static List<DsseSignature> ParseSignatures(JsonElement list)
    {
        List<DsseSignature> signatures = [];
        HashSet<string> furtherKeys = new(StringComparer.Ordinal);
        foreach (var element in list.Array("'signatures'"))
        {
            if (signatures.Count == MaximumSignatures)
                throw new JsonException($"The envelope has more than {MaximumSignatures} signatures.");

            var signature = element.Closed("A signature", "sig", "keyid");
            var keyId = signature.Optional("keyid") is { ValueKind: not JsonValueKind.Null } stated ? stated.Text("'keyid'") : null;

            // It is not signed: a long one could carry a file into the folder of a model.
            if (keyId?.Length > LongestKeyId)
                throw new JsonException($"'keyid' has more than {LongestKeyId} characters.");

            // The material speaks of the first signature alone; a further one whose key nobody can tell could be anybody's, or nothing.
            if (signatures.Count > 0 && !(keyId is { Length: 64 } && keyId.All(char.IsAsciiHexDigitLower) && furtherKeys.Add(keyId)))
                throw new JsonException("A further signature does not say by which key, or says it a second time.");
            signatures.Add(new(keyId, signature.Required("sig", "the signature").Base64("'sig'")));
        }

        return signatures.Count > 0 ? signatures : throw new JsonException("The envelope has no signature.");
    }

    public const int MaximumSignatures = 16;
    private const int LongestKeyId = 256;
    private const string MediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";
}
