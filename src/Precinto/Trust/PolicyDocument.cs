using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Precinto.Digests;
using Precinto.Files;
using Precinto.Formats;
using Precinto.Signatures;
using Precinto.Signatures.Keys;
using Precinto.Signatures.OpenPgp;

namespace Precinto.Trust;

/// <summary>A trust policy as a JSON document, <c>precinto.policy/v1</c>: an unknown or repeated member is an error.</summary>
public static class PolicyDocument
{
    /// <summary>Reads a policy file; key files that it names are found relative to it.</summary>
    /// <exception cref="PolicyException">It is no policy, or names a key that cannot be used.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static TrustPolicy Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var bytes = Read(path, MaximumPolicy);
        try
        {
            using var document = StrictJson.Parse(bytes);
            return Parse(document.RootElement, path, Hashing.Compute(bytes, DigestAlgorithm.Sha256));
        }
        catch (JsonException exception)
        {
            throw new PolicyException(path, $"is no policy: {exception.Message}", exception);
        }
    }

    /// <summary>Reads a public key in PEM.</summary>
    /// <param name="path">The file.</param>
    /// <param name="beyondSpecification">Whether it may be of a kind that OpenSSF Model Signing 1.0 does not know.</param>
    /// <exception cref="PolicyException">It is no public key on a known curve.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static TrustedKey LoadKey(string path, bool beyondSpecification = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ParseKey(path, Encoding.UTF8.GetString(Read(path, MaximumKey)), beyondSpecification);
    }

    /// <summary>Reads an OpenPGP keyring or certificate.</summary>
    /// <param name="path">The file, armored or binary.</param>
    /// <param name="fingerprints">The primary fingerprints that are trusted, in hexadecimal; empty for all certificates in the file.</param>
    /// <exception cref="PolicyException">It is no keyring, or lacks a fingerprint.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static IReadOnlyList<TrustedOpenPgpKey> LoadKeyring(string path, IReadOnlyList<string> fingerprints)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(fingerprints);
        return ParseKeyring(path, Read(path, MaximumKeyring), fingerprints);
    }

    /// <summary>Reads the certificates of authorities in PEM.</summary>
    /// <param name="paths">The files, each with one certificate or several; together they are the authorities.</param>
    /// <param name="identity">Whom a signer's certificate must be issued to; null for whomever they certify.</param>
    /// <exception cref="PolicyException">There is no certificate, or one that cannot be read.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static TrustedAuthority LoadAuthority(IReadOnlyList<string> paths, string? identity)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return PolicyAuthorities.Parse(string.Join(", ", paths), [.. paths.Select(path => Encoding.UTF8.GetString(Read(path, MaximumKeyring)))], identity);
    }

    /// <summary>Everyone whom a key file names, be it a public key or certificates in PEM, or an OpenPGP keyring: its content tells.</summary>
    internal static IReadOnlyList<TrustedSigner> LoadSigners(string path)
    {
        var bytes = Read(path, MaximumKeyring);
        // A packet begins with a set bit (RFC 9580 section 4.2); a text does not.
        var isOpenPgp = OpenPgpArmor.LooksArmored(bytes) || bytes is [>= 0x80, ..];
        if (isOpenPgp)
            return ParseKeyring(path, bytes, []);
        var text = Encoding.UTF8.GetString(bytes);
        if (PemEncoding.TryFind(text, out var fields) && text[fields.Label] is "CERTIFICATE")
            return [PolicyAuthorities.Parse(path, [text], null)];
        return bytes.Length <= MaximumKey ? [ParseKey(path, text, beyondSpecification: false)] : throw new PolicyException(path, $"has {bytes.Length} bytes; no public key has that many.");
    }

    private static TrustPolicy Parse(JsonElement root, string path, Digest fileDigest)
    {
        List<string> sources = [path];
        var policy = PolicyMembers.Parse(root, signer => ParseSigner(signer, path, sources), file => Locate(file, path, sources));
        return policy.ReadFrom(fileDigest, sources);
    }

    private static IEnumerable<TrustedSigner> ParseSigner(JsonElement signer, string policyPath, List<string> sources)
    {
        const string Signer = "a signer";
        var kind = signer.Object("A signer").RequiredText("kind", Signer);
        switch (kind)
        {
            case "key":
                signer.Closed("A signer of the kind 'key'", "kind", "file", "pem", "beyondSpecification");
                var beyond = signer.Optional("beyondSpecification")?.Boolean("'beyondSpecification'") ?? false;
                return [Either(signer, "pem") is { } pem ? ParseKey(policyPath, pem, beyond) : LoadKey(Named(signer, policyPath, sources), beyond)];
            case "openpgp":
                signer.Closed("A signer of the kind 'openpgp'", "kind", "file", "certificate", "fingerprint");
                string[] fingerprint = [signer.RequiredText("fingerprint", Signer)];
                return Either(signer, "certificate") is { } certificate
                    ? ParseKeyring(policyPath, Encoding.UTF8.GetBytes(certificate), fingerprint)
                    : LoadKeyring(Named(signer, policyPath, sources), fingerprint);
            case "certificate":
                _ = Either(signer, "pem");
                return [PolicyAuthorities.Parse(signer, policyPath, () => Encoding.UTF8.GetString(Read(Named(signer, policyPath, sources), MaximumKeyring)))];
            default:
                throw new JsonException($"A signer is of the unknown kind '{kind}'; known are 'key', 'certificate' and 'openpgp'.");
        }
    }

    private static string? Either(JsonElement signer, string inline)
    {
        var text = signer.OptionalText(inline, "a signer");
        if (text is null == signer.Optional("file") is null)
            throw new JsonException($"A signer has either 'file' or '{inline}'.");
        return text;
    }

    private static string Named(JsonElement signer, string policyPath, List<string> sources)
    {
        return Locate(signer.RequiredText("file", "a signer"), policyPath, sources);
    }

    // What a policy names lies where the policy says, seen from the policy.
    private static string Locate(string name, string policyPath, List<string> sources)
    {
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal))
            throw new JsonException("A 'file' of the policy is no path.");

        var file = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(policyPath))!, name);
        sources.Add(file);
        return file;
    }

    private static TrustedKey ParseKey(string path, string pem, bool beyondSpecification)
    {
        try
        {
            var key = PublicKey.ParsePem(pem);
            return beyondSpecification || !key.Algorithm.IsBeyondSpecification
                ? new(key, beyondSpecification)
                : throw new PolicyException(path, $"is a key of the kind {key.Algorithm.Name}, which OpenSSF Model Signing 1.0 does not know; whoever trusts it says so: --beyond-specification, or \"beyondSpecification\": true in a policy.");
        }
        catch (MalformedSignatureException exception)
        {
            throw new PolicyException(path, exception.Message, exception);
        }
    }

    private static TrustedOpenPgpKey[] ParseKeyring(string path, byte[] bytes, IReadOnlyList<string> fingerprints)
    {
        IReadOnlyList<OpenPgpCertificate> certificates;
        List<OpenPgpSecretPart> secrets = [];
        try
        {
            certificates = OpenPgpCertificateReader.Read(bytes, secrets);
        }
        catch (MalformedSignatureException exception)
        {
            throw new PolicyException(path, $"is no OpenPGP keyring: {exception.Message}", exception);
        }

        // Whoever verifies has no business with it: from here, it could sign.
        if (secrets.Count > 0)
            throw new PolicyException(path, "holds a secret key; the certificate is wanted here, as 'gpg --export' writes it. Secret keys belong to the signer alone.");

        if (fingerprints.Count == 0)
            return certificates.Count > 0 ? [.. certificates.Select(certificate => new TrustedOpenPgpKey(certificate))] : throw new PolicyException(path, "holds no certificate.");

        return [.. fingerprints.Select(fingerprint => Find(path, certificates, fingerprint))];
    }

    private static TrustedOpenPgpKey Find(string path, IReadOnlyList<OpenPgpCertificate> certificates, string fingerprint)
    {
        var wanted = fingerprint.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        if (wanted.Length is not (40 or 64) || !wanted.All(char.IsAsciiHexDigitUpper))
            throw new PolicyException(path, $"'{fingerprint}' is no full fingerprint; key IDs are not accepted, since they can be forged.");

        var found = certificates.Where(certificate => certificate.Fingerprint == wanted).ToArray();
        return found.Length switch
        {
            1 => new(found[0]),
            0 => throw new PolicyException(path, $"holds no certificate with the primary fingerprint {wanted}."),
            _ => throw new PolicyException(path, $"holds {found.Length} certificates with the fingerprint {wanted}; merge them with gpg first."),
        };
    }

    private static byte[] Read(string path, int maximum)
    {
        try
        {
            return SmallFile.Read(path, maximum);
        }
        catch (InvalidDataException exception)
        {
            throw new PolicyException(path, exception.Message + ".", exception);
        }
    }

    private const int MaximumPolicy = 4 << 20;
    private const int MaximumKey = 64 << 10;
    private const int MaximumKeyring = 8 << 20;
}
