using Precinto.Digests;

namespace Precinto.Trust;

/// <summary>Models and signers that count for nothing any more.</summary>
public sealed class Revocations
{
    /// <summary>Nothing is revoked.</summary>
    public static Revocations None { get; } = new();

    /// <summary>Models and files that must not be used.</summary>
    public IReadOnlyList<RevokedDigest> Digests { get; init; } = [];

    /// <summary>Signers whose signatures count for nothing.</summary>
    public IReadOnlyList<RevokedSigner> Signers { get; init; } = [];

    internal RevokedDigest? Find(Digest digest) => Digests.FirstOrDefault(revoked => revoked.Digest.Equals(digest));

    internal RevokedSigner? Find(string kind, string identity) => Signers.FirstOrDefault(revoked => revoked.Kind == kind && revoked.Identity == identity);

    internal Revocations With(Revocations other) => new() { Digests = [.. Digests, .. other.Digests], Signers = [.. Signers, .. other.Signers] };
}
