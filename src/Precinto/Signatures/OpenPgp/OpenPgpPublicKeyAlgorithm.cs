namespace Precinto.Signatures.OpenPgp;

/// <summary>Public-key algorithms of RFC 9580 section 9.1. Those that cannot sign are known only so that secret exports can be read past them.</summary>
internal enum OpenPgpPublicKeyAlgorithm : byte
{
    Rsa = 1,
    RsaEncryptOnly = 2,
    RsaSignOnly = 3,
    Elgamal = 16,
    Dsa = 17,
    Ecdh = 18,
    Ecdsa = 19,
    EdDsaLegacy = 22,
    X25519 = 25,
    X448 = 26,
    Ed25519 = 27,
    Ed448 = 28,
}
