using System.Security.Cryptography;

namespace Precinto.Signatures.Keys;

/// <summary>A curve of OpenSSF Model Signing with the hash that it fixes (algorithm registry): a closed set.</summary>
public sealed class EllipticCurve : KeyAlgorithm
{
    private EllipticCurve(string name, string details, string oid, ECCurve curve, HashAlgorithmName hash)
        : base(name)
    {
        Details = details;
        Oid = oid;
        Curve = curve;
        Hash = hash;
    }

    /// <summary>NIST P-256 with SHA-256.</summary>
    public static EllipticCurve P256 { get; } = new("p256", "PKIX_ECDSA_P256_SHA_256", "1.2.840.10045.3.1.7", ECCurve.NamedCurves.nistP256, HashAlgorithmName.SHA256);

    /// <summary>NIST P-384 with SHA-384.</summary>
    public static EllipticCurve P384 { get; } = new("p384", "PKIX_ECDSA_P384_SHA_384", "1.3.132.0.34", ECCurve.NamedCurves.nistP384, HashAlgorithmName.SHA384);

    /// <summary>NIST P-521 with SHA-512.</summary>
    public static EllipticCurve P521 { get; } = new("p521", "PKIX_ECDSA_P521_SHA_512", "1.3.132.0.35", ECCurve.NamedCurves.nistP521, HashAlgorithmName.SHA512);

    /// <summary>All curves.</summary>
    public static new IReadOnlyList<EllipticCurve> All { get; } = [P256, P384, P521];

    /// <summary>The hash that a signature on this curve is made with.</summary>
    public HashAlgorithmName Hash { get; }

    /// <summary>How Sigstore names curve and hash together.</summary>
    internal string Details { get; }

    internal string Oid { get; }

    internal ECCurve Curve { get; }

    /// <inheritdoc/>
    public override bool IsBeyondSpecification => false;

    /// <summary>The same with another hash than the curve's own, as an old tool signed.</summary>
    internal static bool Verify(byte[] subjectPublicKeyInfo, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, HashAlgorithmName hash)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out _);
        try
        {
            return key.VerifyData(data, signature, hash, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            // What is no DER sequence of two integers is no signature.
            return false;
        }
    }

    internal override bool Verify(byte[] subjectPublicKeyInfo, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) => Verify(subjectPublicKeyInfo, data, signature, Hash);

    /// <summary>The curve of a key; a curve given by explicit parameters is none of these, whatever its numbers.</summary>
    internal static EllipticCurve? Of(ECDsa key)
    {
        var curve = key.ExportParameters(includePrivateParameters: false).Curve;
        return curve.IsNamed ? All.FirstOrDefault(candidate => candidate.Oid == curve.Oid.Value) : null;
    }
}
