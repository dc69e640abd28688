namespace Precinto.Signatures.OpenPgp;

/// <summary>Why a secret key cannot be used.</summary>
public enum OpenPgpKeyProblem
{
    /// <summary>Its parts contradict each other, or what it signed does not verify.</summary>
    Unsound,

    /// <summary>It is protected and no password was given.</summary>
    PasswordNeeded,

    /// <summary>The password does not open it.</summary>
    WrongPassword,

    /// <summary>The export holds no secret: it lies on a card, or was left out.</summary>
    NotExported,

    /// <summary>It may not sign: expired, revoked, weak, not bound, or not meant for it.</summary>
    MayNotSign,

    /// <summary>Its version, algorithm or protection is not supported.</summary>
    Unsupported,
}
