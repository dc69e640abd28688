using System.Formats.Asn1;
using System.Security.Cryptography;
using Precinto.Signatures.Keys;

namespace Precinto.Signatures.Certificates;

/// <summary>
/// Checks the signature of an issuer on a certificate. Accepted are ECDSA on P-256, P-384 and P-521, and RSA (PKCS #1 v1.5) with 2048 bits or more, each with SHA-2.
/// </summary>
internal static class CertificateSignature
{
    /// <summary>Whether the holder of the issuer's key signed the certificate.</summary>
    /// <param name="certificate">What was signed.</param>
    /// <param name="issuer">By whom.</param>
    /// <param name="isAccepted">Whether algorithm and key are among those that are accepted; others are never checked.</param>
    public static bool Verify(Certificate certificate, Certificate issuer, out bool isAccepted)
    {
        isAccepted = true;
        var (family, hash) = ReadAlgorithm(certificate.SignatureAlgorithm);
        if (hash is { } known && family == Family.Ecdsa && TryReadCurveKey(issuer) is { } curveKey)
            return curveKey.Verify(certificate.SignedBytes.Span, certificate.Signature, known);

        if (hash is { } knownToo && family == Family.Rsa && TryReadRsaKey(issuer) is { } rsaKey)
        {
            using (rsaKey)
                return Verify(rsaKey, certificate, knownToo);
        }

        isAccepted = false;
        return false;
    }

    private static bool Verify(RSA key, Certificate certificate, HashAlgorithmName hash)
    {
        try
        {
            return key.VerifyData(certificate.SignedBytes.Span, certificate.Signature, hash, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    // RFC 5758 section 3.2 and RFC 4055 section 5: ECDSA has no parameters, RSA has NULL.
    private static (Family Family, HashAlgorithmName? Hash) ReadAlgorithm(ReadOnlyMemory<byte> algorithm)
    {
        AsnReader reader = new(algorithm, AsnEncodingRules.DER);
        var sequence = reader.ReadSequence();
        var oid = sequence.ReadObjectIdentifier();
        var hasNull = sequence.HasData && sequence.ReadEncodedValue().Span.SequenceEqual((ReadOnlySpan<byte>)[0x05, 0x00]);
        return (oid, hasNull, sequence.HasData) switch
        {
            ("1.2.840.10045.4.3.2", false, false) => (Family.Ecdsa, HashAlgorithmName.SHA256),
            ("1.2.840.10045.4.3.3", false, false) => (Family.Ecdsa, HashAlgorithmName.SHA384),
            ("1.2.840.10045.4.3.4", false, false) => (Family.Ecdsa, HashAlgorithmName.SHA512),
            ("1.2.840.113549.1.1.11", true, false) => (Family.Rsa, HashAlgorithmName.SHA256),
            ("1.2.840.113549.1.1.12", true, false) => (Family.Rsa, HashAlgorithmName.SHA384),
            ("1.2.840.113549.1.1.13", true, false) => (Family.Rsa, HashAlgorithmName.SHA512),
            _ => (Family.None, null),
        };
    }

    private static PublicKey? TryReadCurveKey(Certificate issuer)
    {
        try
        {
            var key = PublicKey.FromSubjectPublicKeyInfo(issuer.PublicKeyInfo.Span);
            return key.Algorithm is EllipticCurve ? key : null;
        }
        catch (MalformedSignatureException)
        {
            return null;
        }
    }

    private static RSA? TryReadRsaKey(Certificate issuer)
    {
        var key = RSA.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(issuer.PublicKeyInfo.Span, out var read);
            if (read == issuer.PublicKeyInfo.Length && key.KeySize is >= SmallestRsa and <= LargestRsa)
                return key;
        }
        catch (Exception exception) when (exception is CryptographicException or AsnContentException)
        {
            // A key that cannot be read signs nothing.
        }

        key.Dispose();
        return null;
    }

    private enum Family
    {
        None,
        Ecdsa,
        Rsa,
    }

    private const int SmallestRsa = 2048;

    // What is larger costs whoever verifies more than it is worth.
    private const int LargestRsa = 8192;
}
