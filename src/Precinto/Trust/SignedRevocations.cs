using System.Text.Json;
using Precinto.Files;
using Precinto.Signatures.Bundles;

namespace Precinto.Trust;

/// <summary>
/// A list of revocations that is kept apart from the policy, so that who revokes need not be who writes policies: a DSSE envelope around a
/// <c>precinto.revocations/v1</c> document, signed by a named key. It is read anew for each verification.
/// </summary>
public sealed class SignedRevocations
{
    /// <summary>Names a list.</summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="signers">Those who may revoke.</param>
    /// <param name="maximumAge">How old it may be: who can withhold a newer list must not be able to do so for ever.</param>
    /// <exception cref="ArgumentException">There is no path or no signer, or the age is none.</exception>
    public SignedRevocations(string path, IReadOnlyList<TrustedKey> signers, TimeSpan maximumAge)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(signers);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(maximumAge, TimeSpan.Zero);
        if (signers.Count == 0)
            throw new ArgumentException("Nobody could sign it.", nameof(signers));
        (Path, Signers, MaximumAge) = (path, signers, maximumAge);
    }

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <summary>Those who may revoke.</summary>
    public IReadOnlyList<TrustedKey> Signers { get; }

    /// <summary>How old it may be.</summary>
    public TimeSpan MaximumAge { get; }

    /// <summary>Reads the list as it lies there now. What it revokes counts even where it is too old; only what it does not revoke cannot be relied on then.</summary>
    /// <param name="revoked">Whom the policy itself revokes: those revoke nothing.</param>
    /// <param name="now">The time of the verification.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal RevocationReading Read(Revocations revoked, DateTimeOffset now)
    {
        RevocationDocument document;
        try
        {
            var envelope = RevocationEnvelope.Parse(SmallFile.Read(Path, MaximumSize));
            TrustedKey[] made = [.. Signers.Where(signer => revoked.Find(signer.Kind, signer.Identity) is null && envelope.IsSignedBy(signer.Key))];
            if (made.Length == 0)
                return new(Revocations.None, null, "was signed by none of those who may revoke");
            document = RevocationDocument.Parse(envelope.Payload);

            // Whoever is revoked revokes nothing, also where the list itself says so: who made it then is anybody's guess.
            if (Array.TrueForAll(made, signer => document.Revocations.Find(signer.Kind, signer.Identity) is not null))
                return new(document.Revocations, document.Issued, "was signed by none but whom it revokes");
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException)
        {
            return new(Revocations.None, null, $"is no list of revocations: {exception.Message.TrimEnd('.')}");
        }

        var problem = document.Issued > now + AllowedSkew ? $"was issued on {PolicyTime.Write(document.Issued)}, which is in the future"
            : now - document.Issued > MaximumAge ? $"was issued on {PolicyTime.Write(document.Issued)}, more than {MaximumAge.TotalDays:0.##} days ago"
            : null;
        return new(document.Revocations, document.Issued, problem);
    }

    private const int MaximumSize = 16 << 20;
    private static readonly TimeSpan AllowedSkew = TimeSpan.FromMinutes(5);
}

/// <summary>What a list says, and why it cannot be relied on.</summary>
internal sealed record RevocationReading(Revocations Revocations, DateTimeOffset? Issued, string? Problem);
