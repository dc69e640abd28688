using Precinto.Signatures.Keys;

namespace Precinto.Trust;

/// <summary>A signer who is known by a public key.</summary>
public sealed class TrustedKey : TrustedSigner
{
    /// <summary>Trusts the holder of the private half of <paramref name="key"/>.</summary>
    public TrustedKey(PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Key = key;
    }

    /// <summary>The public key.</summary>
    public PublicKey Key { get; }

    /// <inheritdoc/>
    public override string Kind => "key";

    /// <inheritdoc/>
    public override string Identity => Key.Identity;
}
