namespace Precinto.Signatures.OpenPgp;

/// <summary>A new key, armored, as <c>gpg --import</c> reads it.</summary>
public sealed class OpenPgpGeneratedKey
{
    internal OpenPgpGeneratedKey(string fingerprint, string secretKey, string certificate)
    {
        Fingerprint = fingerprint;
        SecretKey = secretKey;
        Certificate = certificate;
    }

    /// <summary>The fingerprint in upper-case hex.</summary>
    public string Fingerprint { get; }

    /// <summary>The secret key, protected where a password was given; keep it from others.</summary>
    public string SecretKey { get; }

    /// <summary>The public certificate, to hand out.</summary>
    public string Certificate { get; }
}
