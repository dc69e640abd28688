using System.Security.Cryptography;

namespace Precinto.Signatures.OpenPgp;

/// <summary>A signature that only lacks the file's digest: hash the file and then <see cref="Trailer"/> with <see cref="HashAlgorithm"/>.</summary>
public sealed class OpenPgpSignatureDraft
{
    internal OpenPgpSignatureDraft(OpenPgpPublicKey key, HashAlgorithmName hashAlgorithm, DateTimeOffset createdAt, byte[] hashedPart)
    {
        Key = key;
        HashAlgorithm = hashAlgorithm;
        CreatedAt = createdAt;
        HashedPart = hashedPart;
        Trailer = OpenPgpSignaturePacket.MakeTrailer(4, hashedPart);
    }

    /// <summary>The hash to compute.</summary>
    public HashAlgorithmName HashAlgorithm { get; }

    /// <summary>What is hashed after the file.</summary>
    public ReadOnlyMemory<byte> Trailer { get; }

    /// <summary>The time that the signature will state, in whole seconds.</summary>
    public DateTimeOffset CreatedAt { get; }

    internal OpenPgpPublicKey Key { get; }

    internal ReadOnlyMemory<byte> HashedPart { get; }
}
