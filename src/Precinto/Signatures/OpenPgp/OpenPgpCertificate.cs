namespace Precinto.Signatures.OpenPgp;

/// <summary>
/// A transferable public key of RFC 9580 section 10.1: a primary key, user IDs, subkeys, and the signatures that hold them together.
/// Reading it proves nothing; who may sign is judged when a signature is verified, for the time at which that happens.
/// </summary>
public sealed class OpenPgpCertificate
{
    internal OpenPgpCertificate(OpenPgpPublicKey primary) => Primary = primary;

    /// <summary>The fingerprint of the primary key in upper-case hex; the only name of a certificate that cannot be forged.</summary>
    public string Fingerprint => Primary.Fingerprint;

    /// <summary>The user IDs as they stand in the certificate, not verified. They may hold anything: escape them before they reach a terminal, a log or a page.</summary>
    public IReadOnlyList<string> UserIds => [.. UserIdPackets.Select(userId => userId.Text)];

    /// <summary>When the primary key was made, as it says itself.</summary>
    public DateTimeOffset CreatedAt => Primary.CreatedAt;

    /// <summary>
    /// Reads every certificate of a keyring, binary or armored, up to 8 MiB. An export of secret keys is read for its public parts alone.
    /// Keys of versions other than 4 and 6 are passed over.
    /// </summary>
    /// <exception cref="MalformedSignatureException">The bytes are no keyring, or hold no certificate of version 4 or 6.</exception>
    public static IReadOnlyList<OpenPgpCertificate> ParseKeyring(ReadOnlySpan<byte> bytes) => OpenPgpCertificateReader.Read(bytes, secrets: null);

    internal OpenPgpPublicKey Primary { get; }

    /// <summary>Signatures over the primary key alone: self-signatures and revocations.</summary>
    internal List<OpenPgpSignaturePacket> DirectSignatures { get; } = [];

    internal List<OpenPgpUserId> UserIdPackets { get; } = [];

    internal List<OpenPgpSubkey> Subkeys { get; } = [];

    /// <summary>
    /// One certificate for each primary key, holding what any copy of it holds: a revocation in one copy must not be undone by an older copy
    /// beside it.
    /// </summary>
    internal static List<OpenPgpCertificate> Merge(IEnumerable<OpenPgpCertificate> certificates)
    {
        List<OpenPgpCertificate> merged = [];
        foreach (var copies in certificates.GroupBy(certificate => certificate.Fingerprint))
        {
            OpenPgpCertificate whole = new(copies.First().Primary);
            whole.DirectSignatures.AddRange(copies.SelectMany(copy => copy.DirectSignatures));
            whole.UserIdPackets.AddRange(copies.SelectMany(copy => copy.UserIdPackets)
                .GroupBy(userId => Convert.ToHexString(userId.Bytes.Span))
                .Select(same => new OpenPgpUserId(same.First().Bytes, [.. same.SelectMany(userId => userId.Signatures)])));
            whole.Subkeys.AddRange(copies.SelectMany(copy => copy.Subkeys)
                .GroupBy(subkey => subkey.Key.Fingerprint)
                .Select(same => new OpenPgpSubkey(same.First().Key, [.. same.SelectMany(subkey => subkey.Signatures)])));
            merged.Add(whole);
        }

        return merged;
    }
}
