using Precinto.Digests;

namespace Precinto.Trust;

/// <summary>A model that may be used although a newer version was accepted before: one digest, named on purpose.</summary>
public sealed class AllowedRollback
{
    /// <summary>Allows going back to the model with this SHA-256.</summary>
    /// <exception cref="ArgumentException">The digest is no SHA-256, or there is no reason.</exception>
    public AllowedRollback(Digest digest, string reason)
    {
        ArgumentNullException.ThrowIfNull(digest);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        if (digest.Algorithm != DigestAlgorithm.Sha256)
            throw new ArgumentException("It is no SHA-256.", nameof(digest));
        (Digest, Reason) = (digest, reason);
    }

    /// <summary>The digest of the model, as a report states it.</summary>
    public Digest Digest { get; }

    /// <summary>Why.</summary>
    public string Reason { get; }
}
