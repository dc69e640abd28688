using System.Security.Cryptography;

namespace Precinto.Signatures.OpenPgp;

/// <summary>A secret key out of <c>gpg --export-secret-keys</c> that signs files; disposing of it clears the secret.</summary>
public sealed class OpenPgpSigningKey : IDisposable
{
    private readonly OpenPgpPrivateKey _key;

    private OpenPgpSigningKey(OpenPgpCertificate certificate, OpenPgpPrivateKey key)
    {
        Certificate = certificate;
        _key = key;
    }

    /// <summary>The public side of the export.</summary>
    public OpenPgpCertificate Certificate { get; }

    /// <summary>The primary key's fingerprint: what others trust.</summary>
    public string Fingerprint => Certificate.Fingerprint;

    /// <summary>The fingerprint of the key that signs: the primary key or a subkey.</summary>
    public string KeyFingerprint => _key.Key.Fingerprint;

    /// <summary>
    /// Opens the newest key of the export that may sign at <paramref name="now"/> and whose secret is there. Binary or armored, one certificate;
    /// the password is taken as UTF-8 and not looked at for unprotected keys.
    /// </summary>
    /// <exception cref="MalformedSignatureException">The bytes are no export of secret keys.</exception>
    /// <exception cref="OpenPgpKeyException">No key of it can be used; <see cref="OpenPgpKeyException.Problem"/> says why.</exception>
    public static OpenPgpSigningKey Parse(ReadOnlySpan<byte> exportedSecretKey, string? password, DateTimeOffset now)
    {
        if (exportedSecretKey.Length > MaximumBytes)
            throw new MalformedSignatureException(MaximumBytes, $"An export of {exportedSecretKey.Length} bytes; at most {MaximumBytes} are read.");

        List<OpenPgpSecretPart> secrets = [];
        var certificates = OpenPgpCertificateReader.Read(exportedSecretKey, secrets);
        if (certificates.Count > 1)
            throw new MalformedSignatureException(0, $"Holds {certificates.Count} certificates; export the one that signs.");
        if (secrets.Count == 0)
            throw new MalformedSignatureException(0, "Holds public keys only: export the secret key.");

        var certificate = certificates[0];
        if (certificate.Primary.Version != 4)
            throw new OpenPgpKeyException(OpenPgpKeyProblem.Unsupported, $"Signing with keys of version {certificate.Primary.Version} is not supported.");

        var part = Choose(certificate, secrets, now);
        var integers = OpenPgpSecretKeyProtection.Open(part, password);
        try
        {
            return new(certificate, OpenPgpPrivateKey.Parse(part.Key, integers));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(integers);
        }
    }

    /// <summary>Begins a signature that states this time, which is also the time at which the key must be in order.</summary>
    /// <exception cref="OpenPgpKeyException">The key may not sign at that time.</exception>
    public OpenPgpSignatureDraft Prepare(DateTimeOffset createdAt)
    {
        var seconds = createdAt.ToUnixTimeSeconds();
        ArgumentOutOfRangeException.ThrowIfNegative(seconds, nameof(createdAt));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(seconds, uint.MaxValue, nameof(createdAt));

        var time = DateTimeOffset.FromUnixTimeSeconds(seconds);
        if (new OpenPgpCertificateJudge(Certificate, time).Refuse(PublicKey, time) is { } refusal)
            throw new OpenPgpKeyException(OpenPgpKeyProblem.MayNotSign, refusal.Detail);

        var subpackets = OpenPgpSignatureWriter.CommonSubpackets(_key.Key, time).ToArray();
        var hashedPart = OpenPgpSignatureWriter.HashedPart(OpenPgpSignatureType.Binary, _key.Key.Algorithm, _key.Hash, subpackets);
        return new(_key.Key, _key.Hash.Accepted!.Value, time, hashedPart);
    }

    /// <summary>The finished detached signature, binary: what <c>gpg --detach-sign</c> writes. It was verified before it is handed out.</summary>
    /// <param name="draft">What <see cref="Prepare"/> of this key gave.</param>
    /// <param name="digest">The hash over the file and the draft's trailer.</param>
    /// <exception cref="ArgumentException">The draft is another key's, or the digest has not the length of its hash.</exception>
    /// <exception cref="OpenPgpKeyException">What was signed does not verify: the key is broken.</exception>
    public byte[] Complete(OpenPgpSignatureDraft draft, ReadOnlySpan<byte> digest)
    {
        ArgumentNullException.ThrowIfNull(draft);
        if (draft.Key != _key.Key)
            throw new ArgumentException("The draft belongs to another key.", nameof(draft));
        if (digest.Length != _key.Hash.Size)
            throw new ArgumentException($"A digest of {digest.Length} bytes is not one of {_key.Hash.DisplayName}.", nameof(digest));

        var material = _key.Sign(draft.HashAlgorithm, digest);
        var packet = OpenPgpSignatureWriter.Packet(
            draft.HashedPart.Span, OpenPgpSignatureWriter.UnhashedSubpackets(_key.Key).ToArray(), digest, material);

        // A faulty signature must never leave: it could give the secret key away.
        var verification = OpenPgpSignature.ParseFile(packet)[0].Verify(digest, [Certificate], draft.CreatedAt);
        return verification.IsValid
            ? packet
            : throw new OpenPgpKeyException(OpenPgpKeyProblem.Unsound, $"The key made a signature that does not verify: {verification.Detail}");
    }

    /// <summary>Clears the secret.</summary>
    public void Dispose() => _key.Dispose();

    private OpenPgpPublicKey PublicKey => _key.Key;

    private static OpenPgpSecretPart Choose(OpenPgpCertificate certificate, List<OpenPgpSecretPart> secrets, DateTimeOffset now)
    {
        OpenPgpCertificateJudge judge = new(certificate, now);
        OpenPgpRefusal? reason = null;
        OpenPgpSecretPart? stub = null;
        // A subkey made in the same second as the primary key is the one that is meant for signing.
        foreach (var part in secrets.OrderByDescending(part => part.Key.CreatedAt).ThenBy(part => part.Key == certificate.Primary))
        {
            if (judge.Refuse(part.Key, now) is { } refusal)
            {
                // "Not meant for signing" is true of every encryption key, and the least of all reasons.
                if (reason is null || reason.Rule == OpenPgpRules.NotForSigning || reason.Rule == OpenPgpRules.UnsupportedAlgorithm)
                    reason = refusal;
                continue;
            }

            if (!OpenPgpSecretKeyProtection.IsStub(part))
                return part;
            stub ??= part;
        }

        throw stub is not null
            ? new OpenPgpKeyException(OpenPgpKeyProblem.NotExported, $"The export does not hold the secret of {stub.Key.Fingerprint}: it lies on a card or was left out.")
            : new OpenPgpKeyException(OpenPgpKeyProblem.MayNotSign, reason!.Detail);
    }

    private const int MaximumBytes = 1 << 20;
}
