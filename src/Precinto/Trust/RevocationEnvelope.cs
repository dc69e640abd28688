using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Precinto.Formats;
using Precinto.Signatures.Bundles;
using Precinto.Signatures.Keys;

namespace Precinto.Trust;

/// <summary>
/// A DSSE envelope (secure-systems-lab/dsse, protocol 1.0) around a list of revocations. Its payload type stands under the signature: what was signed
/// as a model or an attestation is never taken for a list.
/// </summary>
internal sealed class RevocationEnvelope
{
    private readonly IReadOnlyList<byte[]> _signatures;

    private RevocationEnvelope(byte[] payload, IReadOnlyList<byte[]> signatures)
    {
        Payload = payload;
        _signatures = signatures;
    }

    public byte[] Payload { get; }

    /// <summary>Whether bytes are such an envelope, whoever signed it.</summary>
    public static bool IsOne(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            Parse(bytes);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <exception cref="JsonException">It is no such envelope.</exception>
    public static RevocationEnvelope Parse(ReadOnlyMemory<byte> bytes)
    {
        const string Envelope = "the envelope";
        using var document = StrictJson.Parse(bytes);
        var root = document.RootElement.Closed("The envelope", "payload", "payloadType", "signatures");
        if (root.RequiredText("payloadType", Envelope) is var type && type != PayloadType)
            throw new JsonException($"The payload is of the type '{type}', not {PayloadType}.");
        var signatures = root.Required("signatures", Envelope).Array("'signatures'").ToArray();
        if (signatures.Length is 0 or > MaximumSignatures)
            throw new JsonException($"The envelope has {signatures.Length} signatures; it may have 1 to {MaximumSignatures}.");
        return new(root.Required("payload", Envelope).Base64("'payload'"), [.. signatures.Select(signature =>
            signature.Closed("A signature", "sig", "keyid").Required("sig", "the signature").Base64("'sig'"))]);
    }

    public static byte[] Sign(byte[] payload, SigningKey key)
    {
        // Base64 and the payload type hold a plus, and nothing that a page could take for markup.
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteBase64String("payload", payload);
            writer.WriteString("payloadType", PayloadType);
            writer.WriteStartArray("signatures");
            writer.WriteStartObject();
            writer.WriteString("keyid", key.PublicKey.Hint);
            writer.WriteBase64String("sig", key.Sign(DsseEnvelope.Encode(PayloadType, payload)));
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    /// <summary>Whether this key made one of its signatures. The key id is a hint that nobody signed; it is passed over.</summary>
    public bool IsSignedBy(PublicKey key)
    {
        var signed = DsseEnvelope.Encode(PayloadType, Payload);
        return _signatures.Any(signature => key.Verify(signed, signature));
    }

    public const string PayloadType = "application/vnd.precinto.revocations+json";
    private const int MaximumSignatures = 10;
}
