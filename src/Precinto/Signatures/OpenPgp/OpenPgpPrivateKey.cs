using System.Numerics;
using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Precinto.Signatures.OpenPgp;

/// <summary>A secret key in the clear: signs digests, and is gone when disposed of.</summary>
internal sealed class OpenPgpPrivateKey : IDisposable
{
    private readonly RSA? _rsa;
    private readonly ECDsa? _ecdsa;
    private readonly byte[] _seed;
    private readonly int _fieldSize;

    private OpenPgpPrivateKey(OpenPgpPublicKey key, OpenPgpHash hash, RSA? rsa = null, ECDsa? ecdsa = null, byte[]? seed = null, int fieldSize = 0)
    {
        Key = key;
        Hash = hash;
        _rsa = rsa;
        _ecdsa = ecdsa;
        _seed = seed ?? [];
        _fieldSize = fieldSize;
    }

    public OpenPgpPublicKey Key { get; }

    /// <summary>The hash that suits the key: SHA-256 where it is enough, since the file is hashed with it anyway.</summary>
    public OpenPgpHash Hash { get; }

    /// <exception cref="MalformedSignatureException">The integers are malformed.</exception>
    /// <exception cref="OpenPgpKeyException">The algorithm does not sign, or the integers do not belong to the public key.</exception>
    public static OpenPgpPrivateKey Parse(OpenPgpPublicKey key, ReadOnlyMemory<byte> integers)
    {
        OpenPgpReader reader = new(integers, 0);
        switch (key.Algorithm)
        {
            case OpenPgpPublicKeyAlgorithm.Rsa:
                return ParseRsa(key, ref reader);
            case OpenPgpPublicKeyAlgorithm.Ecdsa when OpenPgpMathematics.TryReadPoint(key, out var curve, out var point):
                return ParseEcdsa(key, curve!, point, ref reader);
            case OpenPgpPublicKeyAlgorithm.EdDsaLegacy:
                var seed = reader.ReadInteger();
                reader.ExpectEnd("a secret key");
                return FromSeed(key, OpenPgpMathematics.Pad(seed.Span, Ed25519.SecretKeySize) ?? throw Unsound());
            case OpenPgpPublicKeyAlgorithm.Ed25519:
                var native = reader.ReadMemory(Ed25519.SecretKeySize);
                reader.ExpectEnd("a secret key");
                return FromSeed(key, native.ToArray());
            default:
                throw new OpenPgpKeyException(OpenPgpKeyProblem.Unsupported, $"Signing with keys of algorithm {(byte)key.Algorithm} is not supported.");
        }
    }

    public static OpenPgpPrivateKey FromSeed(OpenPgpPublicKey key, byte[] seed)
    {
        var point = new byte[Ed25519.PublicKeySize];
        Ed25519.GeneratePublicKey(seed, 0, point, 0);
        // A public part that was exchanged in the file would make the signatures give the secret away.
        if (!OpenPgpMathematics.TryReadEd25519(key, out var stated) || !point.AsSpan().SequenceEqual(stated))
            throw Unsound();
        return new(key, OpenPgpHash.Sha256, seed: seed);
    }

    /// <summary>The integers of a signature over this digest, as they stand in the packet.</summary>
    /// <exception cref="OpenPgpKeyException">The key's numbers contradict each other.</exception>
    public byte[] Sign(HashAlgorithmName hash, ReadOnlySpan<byte> digest)
    {
        try
        {
            return SignCore(hash, digest);
        }
        catch (CryptographicException)
        {
            throw Unsound();
        }
    }

    public void Dispose()
    {
        _rsa?.Dispose();
        _ecdsa?.Dispose();
        CryptographicOperations.ZeroMemory(_seed);
    }

    private byte[] SignCore(HashAlgorithmName hash, ReadOnlySpan<byte> digest)
    {
        OpenPgpWriter writer = new();
        if (_rsa is not null)
            return writer.Integer(_rsa.SignHash(digest.ToArray(), hash, RSASignaturePadding.Pkcs1)).ToArray();

        if (_ecdsa is not null)
        {
            var pair = _ecdsa.SignHash(digest.ToArray(), DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
            return writer.Integer(pair.AsSpan(0, _fieldSize)).Integer(pair.AsSpan(_fieldSize)).ToArray();
        }

        var value = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(_seed, 0, digest.ToArray(), 0, digest.Length, value, 0);
        return Key.Algorithm == OpenPgpPublicKeyAlgorithm.Ed25519 ? value : writer.Integer(value.AsSpan(0, 32)).Integer(value.AsSpan(32)).ToArray();
    }

    private static OpenPgpPrivateKey ParseRsa(OpenPgpPublicKey key, ref OpenPgpReader reader)
    {
        var numbers = OpenPgpMathematics.ReadRsa(key);
        var size = numbers.Modulus!.Length;
        var half = (size + 1) / 2;
        var d = Pad(reader.ReadInteger().Span, size);
        // The framework's coefficient is the inverse of its second prime, the packet's that of the first: the primes change places.
        var second = Pad(reader.ReadInteger().Span, half);
        var first = Pad(reader.ReadInteger().Span, half);
        var coefficient = Pad(reader.ReadInteger().Span, half);
        reader.ExpectEnd("a secret key");

        var p = Number(first);
        var q = Number(second);
        if (p * q != Number(numbers.Modulus) || p.IsOne || q.IsOne)
            throw Unsound();

        numbers.D = d;
        numbers.P = first;
        numbers.Q = second;
        numbers.DP = Pad((Number(d) % (p - 1)).ToByteArray(isUnsigned: true, isBigEndian: true), half);
        numbers.DQ = Pad((Number(d) % (q - 1)).ToByteArray(isUnsigned: true, isBigEndian: true), half);
        numbers.InverseQ = coefficient;
        try
        {
            return new(key, OpenPgpHash.Sha256, rsa: RSA.Create(numbers));
        }
        catch (CryptographicException)
        {
            throw Unsound();
        }
        finally
        {
            foreach (var secret in new[] { d, first, second, coefficient, numbers.DP, numbers.DQ })
                CryptographicOperations.ZeroMemory(secret);
        }
    }

    private static OpenPgpPrivateKey ParseEcdsa(OpenPgpPublicKey key, OpenPgpCurve curve, ECPoint point, ref OpenPgpReader reader)
    {
        var d = Pad(reader.ReadInteger().Span, curve.FieldSize);
        reader.ExpectEnd("a secret key");
        try
        {
            return new(key, curve.Hash, ecdsa: ECDsa.Create(new ECParameters { Curve = curve.Curve, Q = point, D = d }), fieldSize: curve.FieldSize);
        }
        catch (CryptographicException)
        {
            throw Unsound();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(d);
        }
    }

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Pad(ReadOnlySpan<byte> value, int size) => OpenPgpMathematics.Pad(value, size) ?? throw Unsound();

    private static OpenPgpKeyException Unsound() => new(OpenPgpKeyProblem.Unsound, "The secret and the public part of the key do not belong together.");
}
