using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Precinto.Signatures.OpenPgp;

/// <summary>
/// Verifies a digest under a public key, and says which keys are strong enough for that. RSA and ECDSA are the framework's;
/// Edwards curves, where the digest is the message (RFC 9580 section 5.2.4), are BouncyCastle's.
/// </summary>
internal static class OpenPgpMathematics
{
    /// <summary>Why nothing that this key signs counts, or null.</summary>
    public static OpenPgpRefusal? Refuse(OpenPgpPublicKey key)
    {
        switch (key.Algorithm)
        {
            case OpenPgpPublicKeyAlgorithm.Rsa:
            case OpenPgpPublicKeyAlgorithm.RsaSignOnly:
                return RefuseRsa(key);
            case OpenPgpPublicKeyAlgorithm.Ecdsa:
                return TryReadPoint(key, out _, out _) ? null : Unsupported(key, "a curve that is not accepted");
            case OpenPgpPublicKeyAlgorithm.EdDsaLegacy:
            case OpenPgpPublicKeyAlgorithm.Ed25519:
                // A point of small order verifies signatures over anything.
                return !TryReadEd25519(key, out var point) ? Unsupported(key, "a curve that is not accepted")
                    : Ed25519.ValidatePublicKeyFull(point, 0) ? null
                    : Weak(key, "is no point of prime order");
            case OpenPgpPublicKeyAlgorithm.Ed448:
                return Ed448.ValidatePublicKeyFull(key.Material.ToArray(), 0) ? null : Weak(key, "is no point of prime order");
            case OpenPgpPublicKeyAlgorithm.Dsa:
            case OpenPgpPublicKeyAlgorithm.Elgamal:
                return Weak(key, "is of an algorithm that is no longer accepted");
            default:
                return Unsupported(key, $"algorithm {(byte)key.Algorithm}, which does not sign or is not known");
        }
    }

    /// <summary>Checks the integers of a signature over a digest. Keys that <see cref="Refuse"/> refuses are not tried beyond what bounds their cost.</summary>
    public static OpenPgpCheck Check(OpenPgpPublicKey key, OpenPgpSignaturePacket signature, HashAlgorithmName hash, ReadOnlySpan<byte> digest)
    {
        if (signature.Algorithm != key.Algorithm || signature.Version != key.Version)
            return OpenPgpCheck.Bad;

        try
        {
            OpenPgpReader reader = new(signature.Material, signature.MaterialOffset);
            var isGood = key.Algorithm switch
            {
                OpenPgpPublicKeyAlgorithm.Rsa or OpenPgpPublicKeyAlgorithm.RsaSignOnly => CheckRsa(key, ref reader, hash, digest),
                OpenPgpPublicKeyAlgorithm.Ecdsa => CheckEcdsa(key, ref reader, digest),
                OpenPgpPublicKeyAlgorithm.EdDsaLegacy => CheckEdDsaLegacy(key, ref reader, digest),
                OpenPgpPublicKeyAlgorithm.Ed25519 => CheckEd25519(key, ref reader, digest),
                OpenPgpPublicKeyAlgorithm.Ed448 => CheckEd448(key, ref reader, digest),
                _ => null,
            };
            return isGood is null ? OpenPgpCheck.CannotJudge : isGood.Value ? OpenPgpCheck.Good : OpenPgpCheck.Bad;
        }
        catch (Exception exception) when (exception is CryptographicException or MalformedSignatureException or PlatformNotSupportedException)
        {
            // The framework refuses, say, a point that lies on no curve, or a hash that the system forbids.
            return OpenPgpCheck.CannotJudge;
        }
    }

    /// <summary>Reads the integers of a detached signature without a key; for algorithms that are not known nothing is read.</summary>
    /// <exception cref="MalformedSignatureException">An integer is not in its only proper form, or bytes follow the last.</exception>
    public static void RequireWellFormed(OpenPgpSignaturePacket signature)
    {
        OpenPgpReader reader = new(signature.Material, signature.MaterialOffset);
        switch (signature.Algorithm)
        {
            case OpenPgpPublicKeyAlgorithm.Rsa:
            case OpenPgpPublicKeyAlgorithm.RsaSignOnly:
                reader.ReadInteger();
                break;
            case OpenPgpPublicKeyAlgorithm.Dsa:
            case OpenPgpPublicKeyAlgorithm.Ecdsa:
            case OpenPgpPublicKeyAlgorithm.EdDsaLegacy:
                reader.ReadInteger();
                reader.ReadInteger();
                break;
            case OpenPgpPublicKeyAlgorithm.Ed25519:
                reader.ReadMemory(Ed25519.SignatureSize);
                break;
            case OpenPgpPublicKeyAlgorithm.Ed448:
                reader.ReadMemory(Ed448.SignatureSize);
                break;
            default:
                return;
        }

        reader.ExpectEnd("a signature");
    }

    /// <summary>The point of a key on a curve of the NIST.</summary>
    public static bool TryReadPoint(OpenPgpPublicKey key, out OpenPgpCurve? curve, out ECPoint point)
    {
        OpenPgpReader reader = new(key.Material, 0);
        curve = OpenPgpCurve.Find(reader.ReadMemory(reader.ReadByte()).Span);
        var encoded = reader.ReadInteger().Span;
        point = default;
        if (curve is null || encoded.Length != 1 + 2 * curve.FieldSize || encoded[0] != 0x04)
            return false;

        point = new() { X = encoded.Slice(1, curve.FieldSize).ToArray(), Y = encoded[(1 + curve.FieldSize)..].ToArray() };
        return true;
    }

    /// <summary>The 32 bytes of an Ed25519 key, whichever of its two algorithms it has.</summary>
    public static bool TryReadEd25519(OpenPgpPublicKey key, out byte[] point)
    {
        if (key.Algorithm == OpenPgpPublicKeyAlgorithm.Ed25519)
        {
            point = key.Material.ToArray();
            return true;
        }

        OpenPgpReader reader = new(key.Material, 0);
        var isEd25519 = reader.ReadMemory(reader.ReadByte()).Span.SequenceEqual(OpenPgpCurve.EdDsa25519);
        var encoded = reader.ReadInteger().Span;
        // 0x40 marks a point in the curve's native form (section 11.2.2).
        isEd25519 = isEd25519 && encoded.Length == 33 && encoded[0] == 0x40;
        point = isEd25519 ? encoded[1..].ToArray() : [];
        return isEd25519;
    }

    public static RSAParameters ReadRsa(OpenPgpPublicKey key)
    {
        OpenPgpReader reader = new(key.Material, 0);
        return new() { Modulus = reader.ReadInteger().ToArray(), Exponent = reader.ReadInteger().ToArray() };
    }

    /// <summary>Puts zeros in front of a number that is shorter than <paramref name="size"/>; null for one that is longer.</summary>
    public static byte[]? Pad(ReadOnlySpan<byte> value, int size)
    {
        if (value.Length > size)
            return null;
        var padded = new byte[size];
        value.CopyTo(padded.AsSpan(size - value.Length));
        return padded;
    }

    private static OpenPgpRefusal? RefuseRsa(OpenPgpPublicKey key)
    {
        var numbers = ReadRsa(key);
        var modulus = numbers.Modulus.AsSpan();
        var exponent = numbers.Exponent.AsSpan();
        var bits = Bits(modulus);
        if (bits < MinimumRsaBits)
            return Weak(key, $"is RSA of {bits} bits, fewer than {MinimumRsaBits}");
        // The upper bounds are for the verifier: a huge number makes one verification take minutes.
        if (bits > MaximumRsaBits)
            return Weak(key, $"is RSA of {bits} bits, more than {MaximumRsaBits}");
        var exponentBits = Bits(exponent);
        if ((modulus[^1] & 1) == 0 || exponentBits < 17 || exponentBits > 64 || (exponent[^1] & 1) == 0)
            return Weak(key, "is RSA with an unsound modulus or exponent");
        return null;
    }

    private static int Bits(ReadOnlySpan<byte> number) =>
        number.IsEmpty ? 0 : (number.Length - 1) * 8 + 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)number[0]);

    private static bool? CheckRsa(OpenPgpPublicKey key, ref OpenPgpReader reader, HashAlgorithmName hash, ReadOnlySpan<byte> digest)
    {
        var parameters = ReadRsa(key);
        if (Bits(parameters.Modulus) > MaximumRsaBits || Bits(parameters.Exponent) > 64)
            return null;

        var value = Pad(reader.ReadInteger().Span, parameters.Modulus!.Length);
        reader.ExpectEnd("a signature");
        if (value is null)
            return false;

        using var rsa = RSA.Create(parameters);
        return rsa.VerifyHash(digest, value, hash, RSASignaturePadding.Pkcs1);
    }

    private static bool? CheckEcdsa(OpenPgpPublicKey key, ref OpenPgpReader reader, ReadOnlySpan<byte> digest)
    {
        if (!TryReadPoint(key, out var curve, out var point))
            return null;

        var r = Pad(reader.ReadInteger().Span, curve!.FieldSize);
        var s = Pad(reader.ReadInteger().Span, curve.FieldSize);
        reader.ExpectEnd("a signature");
        if (r is null || s is null)
            return false;

        using var ecdsa = ECDsa.Create(new ECParameters { Curve = curve.Curve, Q = point });
        return ecdsa.VerifyHash(digest, [.. r, .. s], DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static bool? CheckEdDsaLegacy(OpenPgpPublicKey key, ref OpenPgpReader reader, ReadOnlySpan<byte> digest)
    {
        var r = Pad(reader.ReadInteger().Span, 32);
        var s = Pad(reader.ReadInteger().Span, 32);
        reader.ExpectEnd("a signature");
        if (!TryReadEd25519(key, out var point))
            return null;

        return r is not null && s is not null && Ed25519.Verify([.. r, .. s], 0, point, 0, digest.ToArray(), 0, digest.Length);
    }

    private static bool? CheckEd25519(OpenPgpPublicKey key, ref OpenPgpReader reader, ReadOnlySpan<byte> digest)
    {
        var value = reader.ReadMemory(Ed25519.SignatureSize).ToArray();
        reader.ExpectEnd("a signature");
        return Ed25519.Verify(value, 0, key.Material.ToArray(), 0, digest.ToArray(), 0, digest.Length);
    }

    private static bool? CheckEd448(OpenPgpPublicKey key, ref OpenPgpReader reader, ReadOnlySpan<byte> digest)
    {
        var value = reader.ReadMemory(Ed448.SignatureSize).ToArray();
        reader.ExpectEnd("a signature");
        // Section 5.2.3.3.5: no context, and a digest of 512 bits at least.
        return digest.Length >= 64 && Ed448.Verify(value, 0, key.Material.ToArray(), 0, [], digest.ToArray(), 0, digest.Length);
    }

    private static OpenPgpRefusal Weak(OpenPgpPublicKey key, string why) =>
        new(OpenPgpOutcome.Weak, OpenPgpRules.WeakKey, $"The key {key.Fingerprint} {why}.");

    private static OpenPgpRefusal Unsupported(OpenPgpPublicKey key, string what) =>
        new(OpenPgpOutcome.Unsupported, OpenPgpRules.UnsupportedAlgorithm, $"The key {key.Fingerprint} uses {what}.");

    private const int MinimumRsaBits = 2048;
    private const int MaximumRsaBits = 16384;
}
