namespace Precinto.Signatures.OpenPgp;

/// <summary>What became of one OpenPGP signature. Only <see cref="Valid"/> passes; the default value does not.</summary>
public enum OpenPgpOutcome
{
    /// <summary>Broken, or made by a key that its certificate does not empower to sign.</summary>
    Invalid,

    /// <summary>Made over these bytes by a key of one of the certificates, which may sign now and could sign then.</summary>
    Valid,

    /// <summary>Made by a stranger: none of the certificates holds the key.</summary>
    UnknownKey,

    /// <summary>Made over other bytes than these.</summary>
    NotTheseBytes,

    /// <summary>The signature or its key has expired.</summary>
    Expired,

    /// <summary>The key has been revoked.</summary>
    Revoked,

    /// <summary>The hash or the key is too weak to prove anything.</summary>
    Weak,

    /// <summary>Dated in the future.</summary>
    NotYetValid,

    /// <summary>A version, type or algorithm that is not supported.</summary>
    Unsupported,
}
