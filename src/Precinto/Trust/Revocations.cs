using Precinto.Digests;

namespace Precinto.Trust;

/// <summary>Models and signers that count for nothing any more.</summary>
public sealed class Revocations
{
    // Made when first asked, since a list may be long and every file of a model is looked up in it.
    private Dictionary<Digest, RevokedDigest>? _byDigest;
    private Dictionary<(string Kind, string Identity), RevokedSigner>? _bySigner;

    /// <summary>Nothing is revoked.</summary>
    public static Revocations None { get; } = new();

    /// <summary>Models and files that must not be used.</summary>
    public IReadOnlyList<RevokedDigest> Digests { get; init; } = [];

    /// <summary>Signers whose signatures count for nothing.</summary>
    public IReadOnlyList<RevokedSigner> Signers { get; init; } = [];

    internal RevokedDigest? Find(Digest digest) =>
        (_byDigest ??= Digests.DistinctBy(revoked => revoked.Digest).ToDictionary(revoked => revoked.Digest)).GetValueOrDefault(digest);

    internal RevokedSigner? Find(string kind, string identity) =>
        (_bySigner ??= Signers.DistinctBy(revoked => (revoked.Kind, revoked.Identity)).ToDictionary(revoked => (revoked.Kind, revoked.Identity))).GetValueOrDefault((kind, identity));

    internal Revocations With(Revocations other) => new() { Digests = [.. Digests, .. other.Digests], Signers = [.. Signers, .. other.Signers] };
}
