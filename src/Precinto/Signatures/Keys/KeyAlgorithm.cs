namespace Precinto.Signatures.Keys;

/// <summary>A kind of key that signs models: a closed set. The curves are those of OpenSSF Model Signing 1.0; the others must be asked for, since no other tool knows them.</summary>
public abstract class KeyAlgorithm
{
    private protected KeyAlgorithm(string name) => Name = name;

    /// <summary>Ed25519 (RFC 8032), beyond the specification.</summary>
    public static KeyAlgorithm Ed25519 { get; } = new EdwardsAlgorithm();

    /// <summary>ML-DSA-65 (FIPS 204), which withstands quantum computers, beyond the specification.</summary>
    public static KeyAlgorithm MLDsa65 { get; } = new LatticeAlgorithm();

    /// <summary>All kinds, those of the specification first.</summary>
    public static IReadOnlyList<KeyAlgorithm> All => [.. EllipticCurve.All, Ed25519, MLDsa65];

    /// <summary>The name in options, such as <c>p256</c>.</summary>
    public string Name { get; }

    /// <summary>Whether OpenSSF Model Signing 1.0 does not know it (algorithm registry).</summary>
    public abstract bool IsBeyondSpecification { get; }

    /// <summary>Checks a signature over some bytes with a public key that is known to be proper.</summary>
    internal abstract bool Verify(byte[] subjectPublicKeyInfo, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
