using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using Precinto.Digests;

namespace Precinto.Signatures.Keys;

/// <summary>A public key that models are signed with.</summary>
public sealed class PublicKey : IEquatable<PublicKey>
{
    private readonly byte[] _info;

    private PublicKey(byte[] info, KeyAlgorithm algorithm)
    {
        _info = info;
        Algorithm = algorithm;
        Identity = Hashing.Compute(info, DigestAlgorithm.Sha256).ToString();
    }

    /// <summary>What kind of key it is.</summary>
    public KeyAlgorithm Algorithm { get; }

    /// <summary>The digest of the key's SubjectPublicKeyInfo in DER, <c>sha256:…</c>: the name of a signer of the kind <c>key</c>.</summary>
    public string Identity { get; }

    /// <summary>The SubjectPublicKeyInfo in DER (RFC 5280).</summary>
    public ReadOnlySpan<byte> SubjectPublicKeyInfo => _info;

    /// <summary>
    /// The hint of an OMS bundle: lower-case SHA-256 over the PEM text of the SubjectPublicKeyInfo, with its trailing line feed.
    /// </summary>
    public string Hint => Hashing.Compute(Encoding.ASCII.GetBytes(ToPem()), DigestAlgorithm.Sha256).Hex;

    /// <summary>Reads exactly one <c>PUBLIC KEY</c> block; text around it, as some tools write it, is passed over.</summary>
    /// <exception cref="MalformedSignatureException">There is none, there are several, or it is no key on a known curve.</exception>
    public static PublicKey ParsePem(ReadOnlySpan<char> pem)
    {
        if (!PemEncoding.TryFind(pem, out var fields))
            throw new MalformedSignatureException(0, "There is no PEM block in it.");

        var label = pem[fields.Label];
        if (label is "PRIVATE KEY" or "EC PRIVATE KEY" or "ENCRYPTED PRIVATE KEY")
            throw new MalformedSignatureException(0, "This is a private key; the public key is wanted here. Private keys belong to the signer alone.");
        if (label is not "PUBLIC KEY")
            throw new MalformedSignatureException(0, $"The PEM block is a {label}, not a PUBLIC KEY.");
        if (PemEncoding.TryFind(pem[fields.Location.End..], out _))
            throw new MalformedSignatureException(0, "There is more than one PEM block in it; name one file a key.");

        return FromSubjectPublicKeyInfo(Convert.FromBase64String(pem[fields.Base64Data].ToString()));
    }

    /// <summary>Reads a SubjectPublicKeyInfo in DER.</summary>
    /// <exception cref="MalformedSignatureException">It is not one, or not on a known curve.</exception>
    public static PublicKey FromSubjectPublicKeyInfo(ReadOnlySpan<byte> info)
    {
        if (SeedAlgorithm.OfPublicKey(info) is { } algorithm)
            return new(info.ToArray(), algorithm);

        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(info, out var read);
            if (read != info.Length)
                throw new MalformedSignatureException(read, "Bytes follow the key.");
            var curve = EllipticCurve.Of(key)
                ?? throw new MalformedSignatureException(0, "The key is on none of the curves P-256, P-384 and P-521, or does not name its curve.");
            // One key, one encoding: what the framework reads loosely would be another text for the same identity.
            return info.SequenceEqual(key.ExportSubjectPublicKeyInfo())
                ? new(info.ToArray(), curve)
                : throw new MalformedSignatureException(0, "The key is not encoded in the one way that DER and an uncompressed point leave.");
        }
        catch (Exception exception) when (exception is CryptographicException or AsnContentException or PlatformNotSupportedException)
        {
            throw new MalformedSignatureException(0, "It is no ECDSA public key on one of the curves P-256, P-384 and P-521.", exception);
        }
    }

    /// <summary>The key as a PEM text with its trailing line feed.</summary>
    public string ToPem() => PemEncoding.WriteString("PUBLIC KEY", _info) + "\n";

    /// <summary>Checks a signature over <paramref name="data"/>: of a curve in ASN.1 DER, hashed as the curve fixes it; of other kinds as their standards say.</summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) => Algorithm.Verify(_info, data, signature);

    /// <summary>The same with another hash, as an old tool signed.</summary>
    internal bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, HashAlgorithmName hash) =>
        Algorithm is EllipticCurve && EllipticCurve.Verify(_info, data, signature, hash);

    /// <inheritdoc/>
    public bool Equals(PublicKey? other) => other is not null && _info.AsSpan().SequenceEqual(other._info);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PublicKey);

    /// <inheritdoc/>
    public override int GetHashCode() => Identity.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Identity;
}
