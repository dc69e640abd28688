using System.Security.Cryptography;
using System.Text;

namespace Precinto.Signatures.OpenPgp;

/// <summary>Makes a cipher key out of a password: iterated and salted, RFC 9580 section 3.7.1.3.</summary>
internal static class OpenPgpPasswordKey
{
    /// <summary>The number of bytes that the coded count stands for; 65,011,712 at the most.</summary>
    public static int Count(byte coded) => (16 + (coded & 15)) << ((coded >> 4) + 6);

    public static byte[] Derive(string password, HashAlgorithmName name, ReadOnlySpan<byte> salt, byte codedCount, int keySize)
    {
        byte[] unit = new byte[salt.Length + Encoding.UTF8.GetByteCount(password)];
        salt.CopyTo(unit);
        Encoding.UTF8.GetBytes(password, unit.AsSpan(salt.Length));

        // Many repetitions at once, or the calls cost more than the hash.
        var repeated = new byte[unit.Length * Math.Max(1, BlockSize / unit.Length)];
        for (var at = 0; at < repeated.Length; at += unit.Length)
            unit.CopyTo(repeated, at);

        var key = new byte[keySize];
        var written = 0;
        for (var zeros = 0; written < keySize; zeros++)
        {
            using var hash = IncrementalHash.CreateHash(name);
            hash.AppendData(new byte[zeros]);
            var left = Math.Max(Count(codedCount), unit.Length);
            while (left > 0)
            {
                var step = Math.Min(left, repeated.Length);
                hash.AppendData(repeated, 0, step);
                left -= step;
            }

            var digest = hash.GetHashAndReset();
            var part = Math.Min(digest.Length, keySize - written);
            digest.AsSpan(0, part).CopyTo(key.AsSpan(written));
            written += part;
            CryptographicOperations.ZeroMemory(digest);
        }

        CryptographicOperations.ZeroMemory(unit);
        CryptographicOperations.ZeroMemory(repeated);
        return key;
    }

    private const int BlockSize = 32 << 10;
}
