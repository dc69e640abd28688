using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using Precinto.Digests;

namespace Precinto.Signatures.Certificates;

/// <summary>
/// The other form of a certificate that an authority signed by ECDSA: with (r, s) every verifier accepts (r, n - s) as well, and anyone can turn
/// the one into the other. The whole then has another digest and is the same certificate.
/// </summary>
internal static class MirroredSignature
{
    /// <summary>The SHA-256 of the certificate in its other form, for each curve that the authority may have used; nothing where it is no such signature.</summary>
    public static IEnumerable<string> Identities(ReadOnlyMemory<byte> signedBytes, ReadOnlyMemory<byte> algorithm, byte[] signature)
    {
        if (TryRead(signature) is not var (r, s))
            yield break;

        foreach (var order in Orders.Where(order => s.Sign > 0 && s < order))
        {
            AsnWriter mirrored = new(AsnEncodingRules.DER);
            using (mirrored.PushSequence())
            {
                mirrored.WriteInteger(r);
                mirrored.WriteInteger(order - s);
            }

            AsnWriter certificate = new(AsnEncodingRules.DER);
            using (certificate.PushSequence())
            {
                certificate.WriteEncodedValue(signedBytes.Span);
                certificate.WriteEncodedValue(algorithm.Span);
                certificate.WriteBitString(mirrored.Encode());
            }

            yield return Hashing.Compute(certificate.Encode(), DigestAlgorithm.Sha256).ToString();
        }
    }

    private static (BigInteger R, BigInteger S)? TryRead(byte[] signature)
    {
        try
        {
            AsnReader reader = new(signature, AsnEncodingRules.DER);
            var pair = reader.ReadSequence();
            var (r, s) = (pair.ReadInteger(), pair.ReadInteger());
            pair.ThrowIfNotEmpty();
            reader.ThrowIfNotEmpty();
            return (r, s);
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    // FIPS 186-5 and SP 800-186, section 3.2.1: the orders of P-256, P-384 and P-521.
    private static readonly BigInteger[] Orders =
    [
        Parse("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
        Parse("ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973"),
        Parse("1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409"),
    ];

    private static BigInteger Parse(string hexadecimal) => BigInteger.Parse("0" + hexadecimal, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
