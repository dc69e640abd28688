using System.Buffers;
using System.Text.Json;
using Precinto.Formats;
using Precinto.Signatures.Keys;

namespace Precinto.Signatures.Bundles;

/// <summary>
/// A Sigstore bundle (JSON, media type v0.3) around an in-toto statement, signed by a key that the verifier already has.
/// The bundle tells which key by a hint alone. What the statement says is read elsewhere.
/// </summary>
internal sealed class DsseBundle
{
    private DsseBundle(string keyHint, DsseEnvelope envelope)
    {
        KeyHint = keyHint;
        Envelope = envelope;
    }

    public string KeyHint { get; }

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

        var hint = ParseMaterial(bundle.Required("verificationMaterial", "the bundle"));
        return new(hint, ParseEnvelope(bundle.Required("dsseEnvelope", "the bundle")));
    }

    public static byte[] Sign(byte[] statement, ISigningKey key)
    {
        var signature = key.Sign(DsseEnvelope.Encode(DsseEnvelope.InTotoType, statement));
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("mediaType", MediaType);
            writer.WriteStartObject("verificationMaterial");
            writer.WriteStartObject("publicKey");
            writer.WriteString("hint", key.PublicKey.Hint);
            writer.WriteEndObject();
            writer.WriteStartArray("tlogEntries");
            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteStartObject("dsseEnvelope");
            writer.WriteBase64String("payload", statement);
            writer.WriteString("payloadType", DsseEnvelope.InTotoType);
            writer.WriteStartArray("signatures");
            writer.WriteStartObject();
            writer.WriteBase64String("sig", signature);
            writer.WriteString("keyid", "");
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Whether this key made the signature over exactly this statement.</summary>
    public bool IsSignedBy(PublicKey key) => key.Verify(Envelope.SignedBytes, Envelope.Signature);

    // The kind of a bundle is told by the one field it has, so that no bundle can be read as two kinds.
    private static string ParseMaterial(JsonElement material)
    {
        material.Object("'verificationMaterial'");
        if (material.Optional("certificate") is not null || material.Optional("x509CertificateChain") is not null)
            throw new JsonException("The bundle was signed with a certificate; this version verifies bundles signed with a key.");

        material.Closed("'verificationMaterial'", "publicKey", "tlogEntries");
        if (material.Optional("tlogEntries") is { } entries && entries.Array("'tlogEntries'").Any())
            throw new JsonException("The bundle has entries of a transparency log beside a plain key.");

        var publicKey = material.Required("publicKey", "'verificationMaterial'").Closed("'publicKey'", "hint");
        return publicKey.RequiredText("hint", "'publicKey'");
    }

    private static DsseEnvelope ParseEnvelope(JsonElement element)
    {
        var envelope = element.Closed("The envelope", "payload", "payloadType", "signatures");
        var payloadType = envelope.RequiredText("payloadType", "the envelope");
        if (payloadType != DsseEnvelope.InTotoType)
            throw new JsonException($"The payload is of the type '{payloadType}', not {DsseEnvelope.InTotoType}.");

        var signatures = envelope.Required("signatures", "the envelope").Array("'signatures'").ToArray();
        if (signatures.Length != 1)
            throw new JsonException($"The envelope has {signatures.Length} signatures instead of one.");

        var signature = signatures[0].Closed("A signature", "sig", "keyid");
        // It is not signed: a long one could carry a file into the folder of a model.
        if (signature.Optional("keyid") is { ValueKind: not JsonValueKind.Null } keyId && keyId.Text("'keyid'").Length > LongestKeyId)
            throw new JsonException($"'keyid' has more than {LongestKeyId} characters.");

        return new(
            payloadType,
            envelope.Required("payload", "the envelope").Base64("'payload'"),
            signature.Required("sig", "the signature").Base64("'sig'"));
    }

    private const int LongestKeyId = 256;
    private const string MediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";
}
