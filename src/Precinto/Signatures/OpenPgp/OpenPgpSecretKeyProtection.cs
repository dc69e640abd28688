using System.Security.Cryptography;

namespace Precinto.Signatures.OpenPgp;

/// <summary>
/// Opens and closes the secret part of a version 4 key packet (RFC 9580 section 5.5.3): unprotected, or AES in CFB mode with an
/// SHA-1 check over the plain integers (usage 254). Everything weaker is refused.
/// </summary>
internal static class OpenPgpSecretKeyProtection
{
    /// <summary>Whether the secret is left out of the export or lies on a card, which gpg marks with a string-to-key type of its own.</summary>
    public static bool IsStub(OpenPgpSecretPart part)
    {
        var bytes = part.Bytes.Span;
        return bytes.Length > 2 && bytes[0] is 253 or 254 or 255 && bytes[2] == GnuExtension;
    }

    /// <summary>The plain integers of the secret part; the caller clears them.</summary>
    public static byte[] Open(OpenPgpSecretPart part, string? password)
    {
        OpenPgpReader reader = new(part.Bytes, part.Offset);
        var usage = reader.ReadByte();
        return usage switch
        {
            0 => OpenPlain(ref reader),
            254 => OpenProtected(ref reader, password),
            _ => throw Unsupported($"The secret key is protected in a way (usage {usage}) that is too weak or not supported: change its password with a newer tool."),
        };
    }

    /// <summary>A secret part with these plain integers: AES-256 under the password, or unprotected without one.</summary>
    public static byte[] Close(ReadOnlySpan<byte> integers, string? password)
    {
        OpenPgpWriter writer = new();
        if (string.IsNullOrEmpty(password))
            return writer.Byte(0).Bytes(integers).UInt16(Sum(integers)).ToArray();

        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        var iv = RandomNumberGenerator.GetBytes(BlockSize);
        var key = OpenPgpPasswordKey.Derive(password, HashAlgorithmName.SHA256, salt, StrongCount, 32);
        byte[] plain = [.. integers, .. SHA1.HashData(integers)];
        var closed = Cfb(key, iv, plain, decrypt: false);
        CryptographicOperations.ZeroMemory(plain);
        CryptographicOperations.ZeroMemory(key);
        return writer.Byte(254).Byte(Aes256).Byte(IteratedSalted).Byte((int)OpenPgpHash.Sha256).Bytes(salt).Byte(StrongCount).Bytes(iv).Bytes(closed).ToArray();
    }

    private static byte[] OpenPlain(ref OpenPgpReader reader)
    {
        var rest = reader.ReadToEnd().Span;
        if (rest.Length < 2 || Sum(rest[..^2]) != ((rest[^2] << 8) | rest[^1]))
            throw reader.Malformed("The checksum of the secret key does not fit.");
        return rest[..^2].ToArray();
    }

    private static byte[] OpenProtected(ref OpenPgpReader reader, string? password)
    {
        var cipher = reader.ReadByte();
        var keySize = cipher switch
        {
            Aes128 => 16,
            Aes192 => 24,
            Aes256 => 32,
            _ => throw Unsupported($"The secret key is protected by cipher {cipher}; only AES is supported."),
        };

        var kind = reader.ReadByte();
        if (kind != IteratedSalted)
            throw Unsupported($"The secret key is protected with string-to-key type {kind}; only iterated and salted (3) is supported.");

        var hash = (OpenPgpHash)reader.ReadByte();
        var salt = reader.ReadMemory(SaltSize);
        var count = reader.ReadByte();
        var iv = reader.ReadMemory(BlockSize);
        var closed = reader.ReadToEnd();
        // gpg's own exports use SHA-1 here, where collisions do not matter.
        if (hash == OpenPgpHash.Md5 || hash.Computable is not { } name)
            throw Unsupported($"The secret key is protected with {hash.DisplayName}, which is not supported.");
        if (closed.Length < SHA1.HashSizeInBytes)
            throw reader.Malformed("The protected part of the secret key is too short.");
        if (password is null)
            throw new OpenPgpKeyException(OpenPgpKeyProblem.PasswordNeeded, "The secret key is protected by a password, and none was given.");

        var key = OpenPgpPasswordKey.Derive(password, name, salt.Span, count, keySize);
        var plain = Cfb(key, iv.ToArray(), closed.Span, decrypt: true);
        CryptographicOperations.ZeroMemory(key);
        var integers = plain.AsSpan(0, plain.Length - SHA1.HashSizeInBytes);
        var isRight = CryptographicOperations.FixedTimeEquals(SHA1.HashData(integers), plain.AsSpan(integers.Length));
        var opened = isRight ? integers.ToArray() : [];
        CryptographicOperations.ZeroMemory(plain);
        return isRight ? opened : throw new OpenPgpKeyException(OpenPgpKeyProblem.WrongPassword, "The password does not open the secret key.");
    }

    // The framework wants whole blocks; in this mode the bytes added at the end change nothing before them.
    private static byte[] Cfb(byte[] key, byte[] iv, ReadOnlySpan<byte> input, bool decrypt)
    {
        var padded = new byte[(input.Length + BlockSize - 1) / BlockSize * BlockSize];
        input.CopyTo(padded);
        using var aes = Aes.Create();
        aes.Key = key;
        var output = decrypt
            ? aes.DecryptCfb(padded, iv, PaddingMode.None, feedbackSizeInBits: 128)
            : aes.EncryptCfb(padded, iv, PaddingMode.None, feedbackSizeInBits: 128);
        var cut = output[..input.Length];
        CryptographicOperations.ZeroMemory(padded);
        CryptographicOperations.ZeroMemory(output);
        return cut;
    }

    private static int Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0;
        foreach (var value in bytes)
            sum = (sum + value) & 0xFFFF;
        return sum;
    }

    private static OpenPgpKeyException Unsupported(string message) => new(OpenPgpKeyProblem.Unsupported, message);

    private const byte IteratedSalted = 3;
    private const byte GnuExtension = 101;
    private const byte Aes128 = 7;
    private const byte Aes192 = 8;
    private const byte Aes256 = 9;
    private const byte StrongCount = 0xFF;
    private const int SaltSize = 8;
    private const int BlockSize = 16;
}
