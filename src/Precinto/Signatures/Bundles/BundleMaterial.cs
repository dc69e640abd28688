using System.Text;
using System.Text.Json;
using Precinto.Formats;
using Precinto.Signatures.Certificates;
using Precinto.Signatures.Keys;

namespace Precinto.Signatures.Bundles;

/// <summary>
/// What a bundle says of its signer: a hint of a key that the verifier has, or certificates that lead to an authority that the verifier has.
/// The kind is told by the one field that is there, so that no bundle can be read as two kinds.
/// </summary>
internal sealed class BundleMaterial
{
    private BundleMaterial(string? keyHint, CertificateChain? certificates, string? note)
    {
        KeyHint = keyHint;
        Certificates = certificates;
        Note = note;
    }

    /// <summary>Which key: lower-case SHA-256 over its PEM; null for a signer with a certificate.</summary>
    public string? KeyHint { get; }

    /// <summary>The signer's certificates; null for a signer with a plain key.</summary>
    public CertificateChain? Certificates { get; }

    /// <summary>Where it leaves the specification in a way that is still understood.</summary>
    public string? Note { get; }

    /// <exception cref="JsonException">It is none, or of a kind that is not verified here.</exception>
    /// <exception cref="MalformedSignatureException">A certificate or key in it cannot be read.</exception>
    public static BundleMaterial Read(JsonElement material)
    {
        material.Object("'verificationMaterial'");
        var hasLog = material.Optional("tlogEntries") is { } entries && entries.Array("'tlogEntries'").Any();
        if (material.Optional("certificate") is { } single)
        {
            // One client leaves a certificate without a chain in this field, which is that of the method 'sigstore'; what that method adds is missing then.
            if (hasLog || material.Optional("timestampVerificationData") is not null)
                throw new JsonException("The bundle was signed by the method 'sigstore', with a log and a short-lived certificate; this version verifies keys and certificates of named authorities.");

            material.Closed("'verificationMaterial'", "certificate", "tlogEntries");
            return new(null, new([ReadCertificate(single)]), "its certificate stands alone, as an older tool writes it");
        }

        if (hasLog)
            throw new JsonException("The bundle has entries of a transparency log, which this version does not verify.");
        if (material.Optional("x509CertificateChain") is { } chain)
        {
            material.Closed("'verificationMaterial'", "x509CertificateChain", "tlogEntries");
            return new(null, ReadChain(chain), null);
        }

        material.Closed("'verificationMaterial'", "publicKey", "tlogEntries");
        var publicKey = material.Required("publicKey", "'verificationMaterial'").Closed("'publicKey'", "hint", "rawBytes", "keyDetails");
        return publicKey.Optional("rawBytes") is null
            ? new(ReadHint(publicKey), null, null)
            : new(ReadStatedKey(publicKey).Hint, null, "it holds its key, as older tools write it; the key that counts is the policy's");
    }

    public static void Write(Utf8JsonWriter writer, PublicKey key, CertificateChain? certificates)
    {
        writer.WriteStartObject("verificationMaterial");
        if (certificates is null)
        {
            writer.WriteStartObject("publicKey");
            writer.WriteString("hint", key.Hint);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteStartObject("x509CertificateChain");
            writer.WriteStartArray("certificates");
            foreach (var certificate in certificates.Certificates)
            {
                writer.WriteStartObject();
                writer.WriteBase64String("rawBytes", certificate.Bytes.Span);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteStartArray("tlogEntries");
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static CertificateChain ReadChain(JsonElement element)
    {
        var list = element.Closed("'x509CertificateChain'", "certificates").Required("certificates", "'x509CertificateChain'").Array("'certificates'");
        List<Certificate> certificates = [];
        foreach (var one in list)
        {
            if (certificates.Count == Certificate.MaximumCount)
                throw new JsonException($"The bundle has more than {Certificate.MaximumCount} certificates.");
            certificates.Add(ReadCertificate(one));
        }

        return certificates.Count > 0 ? new(certificates) : throw new JsonException("The bundle has no certificate.");
    }

    private static Certificate ReadCertificate(JsonElement element) =>
        Certificate.Parse(element.Closed("A certificate", "rawBytes").Required("rawBytes", "a certificate").Base64("'rawBytes'"));

    private static string ReadHint(JsonElement publicKey)
    {
        if (publicKey.Optional("keyDetails") is not null)
            throw new JsonException("'keyDetails' stands beside a hint.");
        return publicKey.RequiredText("hint", "'publicKey'");
    }

    // Before its version 1.1 the specification's own tool put the PEM of the key there, and no hint.
    private static PublicKey ReadStatedKey(JsonElement publicKey)
    {
        if (publicKey.Optional("hint") is not null)
            throw new JsonException("A hint stands beside the key itself.");
        var pem = publicKey.Required("rawBytes", "'publicKey'").Base64("'rawBytes'");
        if (!Ascii.IsValid(pem))
            throw new JsonException("The key in the bundle is no PEM.");

        var key = PublicKey.ParsePem(Encoding.ASCII.GetString(pem));
        var details = publicKey.RequiredText("keyDetails", "'publicKey'");
        if ((key.Algorithm as EllipticCurve)?.Details != details)
            throw new JsonException($"The key in the bundle is not of the kind {details} that it claims.");
        return key;
    }
}
