namespace Precinto.Trust;

/// <summary>A trust policy as a JSON document, <c>precinto.policy/v1</c>.</summary>
public static class PolicyDocument
{
    /// <summary>Reads a policy file; key files that it names are found relative to it.</summary>
    /// <exception cref="PolicyException">It is no policy, or names a key that cannot be read.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static TrustPolicy Load(string path) => throw new NotImplementedException();

    /// <summary>Reads a public key in PEM.</summary>
    /// <exception cref="PolicyException">It is no public key on a known curve.</exception>
    public static TrustedKey LoadKey(string path) => throw new NotImplementedException();

    /// <summary>Reads an OpenPGP keyring or certificate.</summary>
    /// <param name="path">The file, armored or binary.</param>
    /// <param name="fingerprints">The primary fingerprints that are trusted; empty for all certificates in the file.</param>
    /// <exception cref="PolicyException">It is no keyring, or lacks a fingerprint.</exception>
    public static IReadOnlyList<TrustedOpenPgpKey> LoadKeyring(string path, IReadOnlyList<string> fingerprints) => throw new NotImplementedException();
}
