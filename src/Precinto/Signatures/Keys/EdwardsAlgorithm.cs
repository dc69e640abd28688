using System.Formats.Asn1;
using Curve25519 = Org.BouncyCastle.Math.EC.Rfc8032.Ed25519;

namespace Precinto.Signatures.Keys;

/// <summary>Ed25519 (RFC 8032, section 5.1) with the encodings of RFC 8410; points of small order are no keys.</summary>
internal sealed class EdwardsAlgorithm() : SeedAlgorithm("ed25519", "1.3.101.112", Curve25519.PublicKeySize)
{
    private protected override Asn1Tag SeedTag => Asn1Tag.PrimitiveOctetString;

    public override byte[] Sign(byte[] seed, byte[] data)
    {
        var signature = new byte[Curve25519.SignatureSize];
        Curve25519.Sign(seed, 0, data, 0, data.Length, signature, 0);
        return signature;
    }

    private protected override byte[] PublicKeyOf(byte[] seed)
    {
        var key = new byte[Curve25519.PublicKeySize];
        Curve25519.GeneratePublicKey(seed, 0, key, 0);
        return key;
    }

    private protected override bool IsProper(byte[] publicKey) => Curve25519.ValidatePublicKeyFull(publicKey, 0);

    private protected override bool Verify(byte[] publicKey, byte[] data, byte[] signature) =>
        signature.Length == Curve25519.SignatureSize
        && Curve25519.Verify(signature, 0, publicKey, 0, data, 0, data.Length);
}
