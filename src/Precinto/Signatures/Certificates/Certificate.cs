using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Precinto.Digests;

namespace Precinto.Signatures.Certificates;

/// <summary>
/// An X.509 certificate (RFC 5280), read strictly: DER and nothing after it, each extension once. Its signature is checked by <see cref="CertificateSignature"/>,
/// and whether it may be relied upon by <see cref="CertificatePath"/>: the operating system's store of roots is never asked.
/// </summary>
internal sealed class Certificate
{
    private readonly byte[] _bytes;

    private Certificate(ReadOnlyMemory<byte> bytes)
    {
        _bytes = bytes.ToArray();
        AsnReader outer = new(_bytes, AsnEncodingRules.DER);
        var certificate = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        SignedBytes = certificate.PeekEncodedValue();
        var signed = certificate.ReadSequence();
        SignatureAlgorithm = certificate.ReadEncodedValue();
        Signature = certificate.ReadBitString(out var unused);
        certificate.ThrowIfNotEmpty();
        if (unused != 0)
            throw new AsnContentException("The signature has unused bits.");

        // Section 4.1.2.1: only version 3 has extensions, and without them nothing says what a certificate is for.
        if (!signed.HasData || signed.PeekTag() != Version || !signed.ReadSequence(Version).TryReadInt32(out var version) || version != 2)
            throw new MalformedSignatureException(0, "A certificate is not of version 3.");
        signed.ReadIntegerBytes();

        // Section 4.1.1.2: the algorithm stands there twice, and under the signature once.
        if (!signed.ReadEncodedValue().Span.SequenceEqual(SignatureAlgorithm.Span))
            throw new MalformedSignatureException(0, "A certificate names two algorithms for its one signature.");
        Issuer = signed.ReadEncodedValue();
        var validity = signed.ReadSequence();
        NotBefore = ReadTime(validity);
        NotAfter = ReadTime(validity);
        validity.ThrowIfNotEmpty();
        Subject = signed.ReadEncodedValue();
        PublicKeyInfo = signed.ReadEncodedValue();
        Extensions = ReadExtensions(signed);
        SubjectName = new X500DistinguishedName(Subject.Span).Name;
        Identity = Hashing.Compute(_bytes, DigestAlgorithm.Sha256).ToString();
    }

    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The digest of the whole certificate.</summary>
    public string Identity { get; }

    /// <summary>Every digest that the same certificate can have: whoever revokes one of them revokes it.</summary>
    public IEnumerable<string> Identities => MirroredSignature.Identities(SignedBytes, SignatureAlgorithm, Signature).Prepend(Identity);

    public ReadOnlyMemory<byte> SignedBytes { get; }

    public ReadOnlyMemory<byte> SignatureAlgorithm { get; }

    public byte[] Signature { get; }

    public ReadOnlyMemory<byte> Issuer { get; }

    public ReadOnlyMemory<byte> Subject { get; }

    public DateTimeOffset NotBefore { get; }

    public DateTimeOffset NotAfter { get; }

    public ReadOnlyMemory<byte> PublicKeyInfo { get; }

    public CertificateExtensions Extensions { get; }

    /// <summary>The subject as text.</summary>
    public string SubjectName { get; }

    /// <summary>Whether issuer and subject have one name (section 6.1: self-issued, which does not mean that it signed itself).</summary>
    public bool IsSelfIssued => Issuer.Span.SequenceEqual(Subject.Span);

    /// <summary>Reads one certificate in DER.</summary>
    /// <exception cref="MalformedSignatureException">It is none, or breaks RFC 5280.</exception>
    public static Certificate Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > MaximumSize)
            throw new MalformedSignatureException(0, $"A certificate has more than {MaximumSize} bytes.");
        try
        {
            return new(bytes);
        }
        catch (Exception exception) when (exception is AsnContentException or CryptographicException or OverflowException or ArgumentException)
        {
            throw new MalformedSignatureException(0, "It is no X.509 certificate in DER.", exception);
        }
    }

    /// <summary>Reads all certificates in a PEM text; text around them is passed over, other blocks are not.</summary>
    /// <exception cref="MalformedSignatureException">There is none, something else, or too many.</exception>
    public static IReadOnlyList<Certificate> ParsePem(ReadOnlySpan<char> pem)
    {
        List<Certificate> certificates = [];
        while (PemEncoding.TryFind(pem, out var fields))
        {
            var label = pem[fields.Label];
            if (label.EndsWith("PRIVATE KEY"))
                throw new MalformedSignatureException(0, "This holds a private key; a certificate is wanted here. Private keys belong to the signer alone.");
            if (label is not "CERTIFICATE")
                throw new MalformedSignatureException(0, $"The PEM block is a {label}, not a CERTIFICATE.");
            if (certificates.Count == MaximumCount)
                throw new MalformedSignatureException(0, $"There are more than {MaximumCount} certificates in it.");

            certificates.Add(Parse(Convert.FromBase64String(pem[fields.Base64Data].ToString())));
            pem = pem[fields.Location.End..];
        }

        return certificates.Count > 0 ? certificates : throw new MalformedSignatureException(0, "There is no certificate in it.");
    }

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag() == Asn1Tag.GeneralizedTime ? reader.ReadGeneralizedTime() : reader.ReadUtcTime(LastTwoDigitYear);

    private static CertificateExtensions ReadExtensions(AsnReader signed)
    {
        foreach (var identifier in new[] { 1, 2 })
            if (signed.HasData && signed.PeekTag() is { TagClass: TagClass.ContextSpecific } tag && tag.TagValue == identifier)
                signed.ReadEncodedValue();

        if (!signed.HasData)
            return new(new Dictionary<string, CertificateExtension>());

        var explicitly = signed.ReadSequence(new(TagClass.ContextSpecific, 3, isConstructed: true));
        signed.ThrowIfNotEmpty();
        var list = explicitly.ReadSequence();
        explicitly.ThrowIfNotEmpty();
        Dictionary<string, CertificateExtension> extensions = [];
        while (list.HasData)
        {
            var one = list.ReadSequence();
            var oid = one.ReadObjectIdentifier();
            var isCritical = one.PeekTag() == Asn1Tag.Boolean && one.ReadBoolean();
            if (!extensions.TryAdd(oid, new(isCritical, one.ReadOctetString())))
                throw new MalformedSignatureException(0, "A certificate has an extension twice.");
            one.ThrowIfNotEmpty();
        }

        return new(extensions);
    }

    /// <summary>The most certificates that stand in one bundle or file.</summary>
    public const int MaximumCount = 32;

    private const int MaximumSize = 64 << 10;

    // RFC 5280, section 4.1.2.5.1.
    private const int LastTwoDigitYear = 2049;
    private static readonly Asn1Tag Version = new(TagClass.ContextSpecific, 0, isConstructed: true);
}
