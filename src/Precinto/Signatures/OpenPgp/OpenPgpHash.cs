using System.Security.Cryptography;

namespace Precinto.Signatures.OpenPgp;

/// <summary>Hash algorithms of RFC 9580 section 9.5.</summary>
internal enum OpenPgpHash : byte
{
    Md5 = 1,
    Sha1 = 2,
    RipeMd160 = 3,
    Sha256 = 8,
    Sha384 = 9,
    Sha512 = 10,
    Sha224 = 11,
    Sha3_256 = 12,
    Sha3_512 = 14,
}

internal static class OpenPgpHashes
{
    extension(OpenPgpHash hash)
    {
        /// <summary>The system's name of a hash that a signature may use, or null for one that is weak, unknown, or absent on this system.</summary>
        public HashAlgorithmName? Accepted => hash switch
        {
            OpenPgpHash.Sha256 => HashAlgorithmName.SHA256,
            OpenPgpHash.Sha384 => HashAlgorithmName.SHA384,
            OpenPgpHash.Sha512 => HashAlgorithmName.SHA512,
            OpenPgpHash.Sha3_256 when SHA3_256.IsSupported => HashAlgorithmName.SHA3_256,
            OpenPgpHash.Sha3_512 when SHA3_512.IsSupported => HashAlgorithmName.SHA3_512,
            _ => null,
        };

        /// <summary>The system's name of a hash that can be computed at all: a revocation is heeded whatever it was made with.</summary>
        public HashAlgorithmName? Computable => hash switch
        {
            OpenPgpHash.Md5 => HashAlgorithmName.MD5,
            OpenPgpHash.Sha1 => HashAlgorithmName.SHA1,
            _ => hash.Accepted,
        };

        public bool IsWeak => hash is OpenPgpHash.Md5 or OpenPgpHash.Sha1 or OpenPgpHash.RipeMd160 or OpenPgpHash.Sha224;

        /// <summary>The length of the digest in bytes, which is also what decides about the length of the salt.</summary>
        public int Size => hash switch
        {
            OpenPgpHash.Md5 => 16,
            OpenPgpHash.Sha1 or OpenPgpHash.RipeMd160 => 20,
            OpenPgpHash.Sha224 => 28,
            OpenPgpHash.Sha256 or OpenPgpHash.Sha3_256 => 32,
            OpenPgpHash.Sha384 => 48,
            OpenPgpHash.Sha512 or OpenPgpHash.Sha3_512 => 64,
            _ => 0,
        };

        public string DisplayName => hash switch
        {
            OpenPgpHash.Md5 => "MD5",
            OpenPgpHash.Sha1 => "SHA-1",
            OpenPgpHash.RipeMd160 => "RIPEMD-160",
            OpenPgpHash.Sha224 => "SHA-224",
            OpenPgpHash.Sha256 => "SHA-256",
            OpenPgpHash.Sha384 => "SHA-384",
            OpenPgpHash.Sha512 => "SHA-512",
            OpenPgpHash.Sha3_256 => "SHA3-256",
            OpenPgpHash.Sha3_512 => "SHA3-512",
            _ => $"hash algorithm {(byte)hash}",
        };
    }
}
