namespace Precinto.Verification;

/// <summary>Who made a signature that was found, as far as it is known.</summary>
public sealed class Signer
{
    internal Signer(string kind, string identity, DateTimeOffset? signedAt, bool isTrusted, string? key = null, IReadOnlyList<(string Kind, string Identity)>? vouchers = null)
    {
        Vouchers = vouchers ?? [];
        Key = key ?? identity;
        Kind = kind;
        Identity = identity;
        SignedAt = signedAt;
        IsTrusted = isTrusted;
    }

    /// <summary>What kind of identity it is: <c>key</c>, <c>certificate</c> or <c>openpgp</c>.</summary>
    public string Kind { get; }

    /// <summary>The identity in full.</summary>
    public string Identity { get; }

    /// <summary>When the signature was made, as its signer says; null where it does not say.</summary>
    public DateTimeOffset? SignedAt { get; }

    /// <summary>The key that made the signature, as far as it is known: whoever holds one key is one signer, by whatever name.</summary>
    internal string Key { get; }

    /// <summary>Every certificate that vouches for the signer, the authority's among them, and every key in one.</summary>
    internal IReadOnlyList<(string Kind, string Identity)> Vouchers { get; }

    /// <summary>Whether the policy trusts this signer, and the signature is good.</summary>
    public bool IsTrusted { get; }
}
