namespace Precinto.Trust;

/// <summary>A signer whose signatures count for nothing any more, whenever they were made: their date is the signer's own word.</summary>
public sealed class RevokedSigner
{
    /// <summary>Revokes a signer by kind and identity.</summary>
    /// <exception cref="ArgumentException">Something is empty.</exception>
    public RevokedSigner(string kind, string identity, string reason, DateTimeOffset date)
    {
        ArgumentException.ThrowIfNullOrEmpty(kind);
        ArgumentException.ThrowIfNullOrEmpty(identity);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        (Kind, Identity, Reason, Date) = (kind, identity, reason, date);
    }

    /// <summary>What kind of identity it is, as <see cref="TrustedSigner.Kind"/>.</summary>
    public string Kind { get; }

    /// <summary>The identity in full, as <see cref="TrustedSigner.Identity"/>.</summary>
    public string Identity { get; }

    /// <summary>Why.</summary>
    public string Reason { get; }

    /// <summary>Since when. It is told and decides nothing.</summary>
    public DateTimeOffset Date { get; }
}
