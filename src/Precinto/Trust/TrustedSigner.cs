namespace Precinto.Trust;

/// <summary>Someone whom a deployment trusts to sign models: a closed set.</summary>
public abstract class TrustedSigner
{
    private protected TrustedSigner()
    {
    }

    /// <summary>What kind of identity it is: <c>key</c>, <c>certificate</c> or <c>openpgp</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>The identity in full: a key's digest, the names of authorities, or an OpenPGP primary fingerprint.</summary>
    public abstract string Identity { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Identity}";
}
