namespace Precinto.Signatures.OpenPgp;

/// <summary>A new key, armored, as <c>gpg --import</c> reads it.</summary>
public sealed class OpenPgpGeneratedKey
{
    internal OpenPgpGeneratedKey(string fingerprint, string secretKey, string certificate, string revocation)
    {
        Fingerprint = fingerprint;
        SecretKey = secretKey;
        Certificate = certificate;
        Revocation = revocation;
    }

    /// <summary>The fingerprint in upper-case hex.</summary>
    public string Fingerprint { get; }

    /// <summary>The secret key, protected where a password was given; keep it from others.</summary>
    public string SecretKey { get; }

    /// <summary>The public certificate, to hand out.</summary>
    public string Certificate { get; }

    /// <summary>
    /// The revocation of the key, made while the secret is at hand: publish it, or append it to <see cref="Certificate"/>, when the secret is lost or
    /// stolen. Whoever has it can end the key, so keep it apart until then.
    /// </summary>
    public string Revocation { get; }
}
