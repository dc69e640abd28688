using Precinto.Signatures.Keys;

namespace Precinto.Trust;

/// <summary>A signer who is known by a public key.</summary>
public sealed class TrustedKey : TrustedSigner
{
    /// <summary>Trusts the holder of the private half of <paramref name="key"/>.</summary>
    /// <param name="key">The public key.</param>
    /// <param name="beyondSpecification">Whether it may be of a kind that OpenSSF Model Signing 1.0 does not know.</param>
    /// <exception cref="ArgumentException">It is of such a kind, and that was not asked for.</exception>
    public TrustedKey(PublicKey key, bool beyondSpecification = false)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Algorithm.IsBeyondSpecification && !beyondSpecification)
            throw new ArgumentException($"A key of the kind {key.Algorithm.Name} is beyond OpenSSF Model Signing 1.0, and must be asked for.", nameof(key));
        Key = key;
    }

    /// <summary>The public key.</summary>
    public PublicKey Key { get; }

    /// <inheritdoc/>
    public override string Kind => "key";

    /// <inheritdoc/>
    public override string Identity => Key.Identity;
}
