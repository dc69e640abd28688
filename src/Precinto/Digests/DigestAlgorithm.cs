using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Digests;

namespace Precinto.Digests;

/// <summary>A cryptographic hash that Precinto computes: a closed set.</summary>
public sealed class DigestAlgorithm
{
    private readonly Func<HashComputation> _start;

    private DigestAlgorithm(string name, int size, Func<HashComputation> start)
    {
        Name = name;
        Size = size;
        _start = start;
    }

    /// <summary>SHA-256 (FIPS 180-4), by the operating system.</summary>
    public static DigestAlgorithm Sha256 { get; } = new("sha256", 32, () => new SystemHash(HashAlgorithmName.SHA256));

    /// <summary>SHA-384 (FIPS 180-4), by the operating system.</summary>
    public static DigestAlgorithm Sha384 { get; } = new("sha384", 48, () => new SystemHash(HashAlgorithmName.SHA384));

    /// <summary>SHA-512 (FIPS 180-4), by the operating system.</summary>
    public static DigestAlgorithm Sha512 { get; } = new("sha512", 64, () => new SystemHash(HashAlgorithmName.SHA512));

    /// <summary>BLAKE2b with 64 bytes (RFC 7693).</summary>
    public static DigestAlgorithm Blake2b { get; } = new("blake2b", 64, () => new ManagedHash(new Blake2bDigest(512)));

    /// <summary>BLAKE3 with 32 bytes.</summary>
    public static DigestAlgorithm Blake3 { get; } = new("blake3", 32, () => new ManagedHash(new Blake3Digest(256)));

    /// <summary>All algorithms, the default one first.</summary>
    public static IReadOnlyList<DigestAlgorithm> All { get; } = [Sha256, Sha384, Sha512, Blake2b, Blake3];

    /// <summary>The name as it stands in manifests and options, such as <c>sha256</c>.</summary>
    public string Name { get; }

    /// <summary>The length of a digest in bytes.</summary>
    public int Size { get; }

    /// <summary>Finds an algorithm by its exact name.</summary>
    public static bool TryParse(string? name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out DigestAlgorithm? algorithm)
    {
        algorithm = All.FirstOrDefault(candidate => candidate.Name == name);
        return algorithm is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal HashComputation Start() => _start();
}
