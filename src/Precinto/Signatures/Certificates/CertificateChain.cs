using Precinto.Signatures.Keys;

namespace Precinto.Signatures.Certificates;

/// <summary>A signer's certificate and those that lead from it to an authority: what is put into a bundle, so that verifiers need the authority alone.</summary>
public sealed class CertificateChain
{
    internal CertificateChain(IReadOnlyList<Certificate> certificates)
    {
        Certificates = certificates;
        PublicKey = ReadKey(certificates[0]);
    }

    /// <summary>The key that the signer's certificate is about.</summary>
    public PublicKey PublicKey { get; }

    /// <summary>The subject of the signer's certificate.</summary>
    public string Subject => Certificates[0].SubjectName;

    /// <summary>Whom the signer's certificate was issued to: mail addresses, host names and URIs.</summary>
    public IReadOnlyList<string> AlternativeNames => Certificates[0].Extensions.AlternativeNames;

    internal IReadOnlyList<Certificate> Certificates { get; }

    /// <summary>Reads the certificates of a signer in PEM.</summary>
    /// <param name="certificate">The signer's certificate first, and any that lead on from it.</param>
    /// <param name="chain">Further certificates, each text with one or several.</param>
    /// <exception cref="MalformedSignatureException">There is none, too many, one that cannot be read, or the signer's key is on no known curve.</exception>
    public static CertificateChain ParsePem(string certificate, params IReadOnlyList<string> chain)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(chain);
        Certificate[] all = [.. Certificate.ParsePem(certificate), .. chain.SelectMany(text => Certificate.ParsePem(text))];
        return all.Length <= Certificate.MaximumCount ? new(all) : throw new MalformedSignatureException(0, $"There are more than {Certificate.MaximumCount} certificates.");
    }

    /// <summary>
    /// Whether the signer's certificate was issued to a name, letter by letter. The form of the name tells its kind, so that no host name passes for a subject
    /// or a mail address: a URI has <c>://</c>, a subject has <c>=</c>, a mail address has <c>@</c>, and all else is a host name.
    /// </summary>
    internal bool IsIssuedTo(string name)
    {
        if (!name.Contains("://", StringComparison.Ordinal) && name.Contains('='))
            return Subject == name;
        var kind = name.Contains("://", StringComparison.Ordinal) ? AlternativeNameKind.Uri : name.Contains('@') ? AlternativeNameKind.Mail : AlternativeNameKind.Host;
        return Certificates[0].Extensions.NamedAlternatives.Contains((kind, name));
    }

    private static PublicKey ReadKey(Certificate leaf)
    {
        var problem = $"The signer's certificate, of '{leaf.SubjectName}', holds no ECDSA key on one of the curves P-256, P-384 and P-521.";
        try
        {
            var key = PublicKey.FromSubjectPublicKeyInfo(leaf.PublicKeyInfo.Span);
            return key.Algorithm is EllipticCurve ? key : throw new MalformedSignatureException(0, problem);
        }
        catch (MalformedSignatureException exception)
        {
            throw new MalformedSignatureException(0, problem, exception);
        }
    }
}
