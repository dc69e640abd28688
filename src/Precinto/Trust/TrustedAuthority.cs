using Precinto.Signatures;
using Precinto.Signatures.Certificates;

namespace Precinto.Trust;

/// <summary>A signer who is known by a certificate that a named authority issued. The roots of the machine or of the web are never asked.</summary>
public sealed class TrustedAuthority : TrustedSigner
{
    private TrustedAuthority(IReadOnlyList<Certificate> anchors, string? signerName)
    {
        Anchors = anchors;
        SignerName = signerName;
        var authorities = string.Join(',', anchors.Select(anchor => anchor.Identity).Order(StringComparer.Ordinal));
        Identity = signerName is null ? $"under {authorities}" : $"{signerName} under {authorities}";
    }

    /// <summary>Whom the signer's certificate must be issued to, by an alternative name or its subject, letter by letter; null for whomever the authority certifies.</summary>
    public string? SignerName { get; }

    /// <inheritdoc/>
    public override string Kind => "certificate";

    /// <summary>The name of the signer, where one is demanded, and the SHA-256 of every authority's certificate.</summary>
    public override string Identity { get; }

    internal IReadOnlyList<Certificate> Anchors { get; }

    /// <summary>Trusts whom some authorities certify.</summary>
    /// <param name="authorities">Their certificates in PEM, each text with one or several.</param>
    /// <param name="signerName">Whom the signer's certificate must be issued to; null for whomever they certify.</param>
    /// <exception cref="MalformedSignatureException">There is no certificate, too many, or one that cannot be read.</exception>
    public static TrustedAuthority ParsePem(IReadOnlyList<string> authorities, string? signerName)
    {
        ArgumentNullException.ThrowIfNull(authorities);
        if (signerName is { Length: 0 })
            throw new ArgumentException("The name of a signer is empty.", nameof(signerName));

        // The same certificate in two files is one authority.
        Certificate[] anchors = [.. authorities.SelectMany(text => Certificate.ParsePem(text)).DistinctBy(certificate => certificate.Identity)];
        return anchors.Length switch
        {
            0 => throw new MalformedSignatureException(0, "No authority is named; nobody would be trusted."),
            > Certificate.MaximumCount => throw new MalformedSignatureException(0, $"There are more than {Certificate.MaximumCount} authorities."),
            _ => new(anchors, signerName),
        };
    }
}
