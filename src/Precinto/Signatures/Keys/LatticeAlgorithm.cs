using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Precinto.Signatures.Keys;

/// <summary>ML-DSA-65 (FIPS 204), the pure form with an empty context, with the encodings of RFC 9881: the private key is its seed.</summary>
internal sealed class LatticeAlgorithm() : SeedAlgorithm("ml-dsa-65", "2.16.840.1.101.3.4.3.18", PublicKeySize)
{
    /// <summary>Whether this build can compute it. The native command leaves it out, which makes it smaller by more than a twentieth; the switch is for trimming.</summary>
    [FeatureSwitchDefinition("Precinto.LatticeSignatures")]
    public static bool IsSupported => !AppContext.TryGetSwitch("Precinto.LatticeSignatures", out var isOn) || isOn;

    private protected override Asn1Tag SeedTag => new(TagClass.ContextSpecific, 0);

    public override byte[] Sign(byte[] seed, byte[] data)
    {
        if (!IsSupported)
            throw Missing();
        MLDsaSigner signer = new(MLDsaParameters.ml_dsa_65, deterministic: false);
        signer.Init(true, MLDsaPrivateKeyParameters.FromSeed(MLDsaParameters.ml_dsa_65, seed));
        signer.BlockUpdate(data, 0, data.Length);
        return signer.GenerateSignature();
    }

    private protected override byte[] PublicKeyOf(byte[] seed)
    {
        if (!IsSupported)
            throw Missing();
        return MLDsaPrivateKeyParameters.FromSeed(MLDsaParameters.ml_dsa_65, seed).GetPublicKeyEncoded();
    }

    // Every text of that size is a key (FIPS 204, section 7.2).
    private protected override bool IsProper(byte[] publicKey) => true;

    private protected override bool Verify(byte[] publicKey, byte[] data, byte[] signature)
    {
        if (!IsSupported)
            throw Missing();
        if (signature.Length != SignatureSize)
            return false;
        MLDsaSigner verifier = new(MLDsaParameters.ml_dsa_65, deterministic: false);
        verifier.Init(false, MLDsaPublicKeyParameters.FromEncoding(MLDsaParameters.ml_dsa_65, publicKey));
        verifier.BlockUpdate(data, 0, data.Length);
        return verifier.VerifySignature(signature);
    }

    private static PlatformNotSupportedException Missing() => new("This build computes no ML-DSA; the command as a .NET tool does.");

    // FIPS 204, table 2.
    private const int PublicKeySize = 1952;
    private const int SignatureSize = 3309;
}
