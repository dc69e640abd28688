using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Precinto.Signatures.Keys;

/// <summary>A private key that signs models.</summary>
public sealed class SigningKey : ISigningKey, IDisposable
{
    private readonly ECDsa? _curveKey;
    private readonly byte[] _seed = [];

    private SigningKey(ECDsa key, EllipticCurve curve)
    {
        _curveKey = key;
        Algorithm = curve;
        PublicKey = PublicKey.FromSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo());
    }

    private SigningKey(SeedAlgorithm algorithm, byte[] seed)
    {
        _seed = seed;
        Algorithm = algorithm;
        PublicKey = PublicKey.FromSubjectPublicKeyInfo(algorithm.PublicKeyInfoOf(seed));
    }

    /// <summary>What kind of key it is.</summary>
    public KeyAlgorithm Algorithm { get; }

    /// <summary>The public half.</summary>
    public PublicKey PublicKey { get; }

    /// <summary>Makes a new key.</summary>
    public static SigningKey Generate(KeyAlgorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        return algorithm is EllipticCurve curve
            ? new(ECDsa.Create(curve.Curve), curve)
            : new((SeedAlgorithm)algorithm, RandomNumberGenerator.GetBytes(SeedAlgorithm.SeedSize));
    }

    /// <summary>Reads a private key in PEM: PKCS#8, PKCS#8 encrypted by PBES2, or SEC1. Text around the block is passed over.</summary>
    /// <param name="pem">The text.</param>
    /// <param name="password">The password of an encrypted key, or null.</param>
    /// <exception cref="MalformedSignatureException">It is no such key, its password is missing or wrong, or it is on no known curve.</exception>
    public static SigningKey ParsePem(ReadOnlySpan<char> pem, string? password)
    {
        var fields = FindBlock(pem);
        var label = pem[fields.Label].ToString();

        // A SEC1 file made by openssl begins with the curve's parameters in a block of their own.
        if (label == "EC PARAMETERS")
        {
            pem = pem[fields.Location.End..];
            fields = FindBlock(pem);
            label = pem[fields.Label].ToString();
        }

        if (PemEncoding.TryFind(pem[fields.Location.End..], out var next) && pem[fields.Location.End..][next.Label].EndsWith("PRIVATE KEY"))
            throw new MalformedSignatureException(0, "There is more than one private key in it; name one file a key.");

        var der = Convert.FromBase64String(pem[fields.Base64Data].ToString());
        if (label == "PRIVATE KEY" && TryReadSeed(der) is { } seedKey)
            return seedKey;

        var key = ECDsa.Create();
        try
        {
            Import(key, label, der, password);
            var curve = EllipticCurve.Of(key)
                ?? throw new MalformedSignatureException(0, "The key is on none of the curves P-256, P-384 and P-521, or does not name its curve.");
            return new(key, curve);
        }
        catch (Exception exception) when (exception is CryptographicException or AsnContentException or PlatformNotSupportedException)
        {
            key.Dispose();
            throw new MalformedSignatureException(0, label == "ENCRYPTED PRIVATE KEY"
                ? "The private key cannot be decrypted: the password is wrong, or the encryption is not PBES2 with PBKDF2."
                : "It is no ECDSA private key on one of the curves P-256, P-384 and P-521.", exception);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private static SigningKey? TryReadSeed(byte[] der)
    {
        try
        {
            if (SeedAlgorithm.ReadPrivateKey(der) is not var (algorithm, seed))
                return null;
            CryptographicOperations.ZeroMemory(der);
            return new(algorithm, seed);
        }
        catch (AsnContentException exception)
        {
            throw new MalformedSignatureException(0, "It is no private key of a known kind in PKCS#8.", exception);
        }
    }

    /// <summary>The key as PKCS#8 in PEM, encrypted with AES-256 and PBKDF2-SHA-256 when there is a password.</summary>
    /// <exception cref="NotSupportedException">There is a password, and the key is of a kind beyond the specification.</exception>
    public string ToPem(string? password) => (_curveKey, password) switch
    {
        (null, null) => PemEncoding.WriteString("PRIVATE KEY", ((SeedAlgorithm)Algorithm).WritePrivateKey(_seed)) + "\n",
        (null, _) => throw new NotSupportedException("Keys beyond the specification are not encrypted."),
        (_, null) => _curveKey.ExportPkcs8PrivateKeyPem() + "\n",
        _ => _curveKey.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Iterations)) + "\n",
    };

    /// <summary>Signs <paramref name="data"/>: on a curve hashed as it fixes it, into ASN.1 DER; with other kinds as their standards say.</summary>
    public byte[] Sign(ReadOnlySpan<byte> data) => Algorithm is EllipticCurve curve
        ? _curveKey!.SignData(data, curve.Hash, DSASignatureFormat.Rfc3279DerSequence)
        : ((SeedAlgorithm)Algorithm).Sign(_seed, data.ToArray());

    /// <summary>Forgets the key.</summary>
    public void Dispose()
    {
        _curveKey?.Dispose();
        CryptographicOperations.ZeroMemory(_seed);
    }

    private static PemFields FindBlock(ReadOnlySpan<char> pem) =>
        PemEncoding.TryFind(pem, out var fields) ? fields : throw new MalformedSignatureException(0, "There is no PEM block in it.");

    private static void Import(ECDsa key, string label, byte[] der, string? password)
    {
        switch (label)
        {
            case "PRIVATE KEY":
                key.ImportPkcs8PrivateKey(der, out _);
                break;
            case "EC PRIVATE KEY":
                key.ImportECPrivateKey(der, out _);
                break;
            case "ENCRYPTED PRIVATE KEY":
                if (password is null)
                    throw new MalformedSignatureException(0, "The private key is encrypted: name the file that holds its password with --password-file.");
                key.ImportEncryptedPkcs8PrivateKey(password, der, out _);
                break;
            case "PUBLIC KEY":
                throw new MalformedSignatureException(0, "This is a public key; signing needs the private one.");
            default:
                throw new MalformedSignatureException(0, $"The PEM block is a {label}, not a private key.");
        }

        CryptographicOperations.ZeroMemory(der);
    }

    private const int Iterations = 600_000;
}
