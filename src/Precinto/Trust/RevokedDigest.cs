using Precinto.Digests;

namespace Precinto.Trust;

/// <summary>A file or a whole model that must not be used any more.</summary>
public sealed class RevokedDigest
{
    /// <summary>Revokes whatever has this SHA-256: a file of a model, a single model file, or a folder by its root digest.</summary>
    /// <exception cref="ArgumentException">The digest is no SHA-256, or there is no reason.</exception>
    public RevokedDigest(Digest digest, string reason, DateTimeOffset date)
    {
        ArgumentNullException.ThrowIfNull(digest);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        if (digest.Algorithm != DigestAlgorithm.Sha256)
            throw new ArgumentException("It is no SHA-256.", nameof(digest));
        (Digest, Reason, Date) = (digest, reason, date);
    }

    /// <summary>The SHA-256.</summary>
    public Digest Digest { get; }

    /// <summary>Why.</summary>
    public string Reason { get; }

    /// <summary>Since when. It is told and decides nothing.</summary>
    public DateTimeOffset Date { get; }
}
