using System.Formats.Asn1;
using System.Numerics;

namespace Precinto.Signatures.Certificates;

/// <summary>The kinds of names that have one text to compare, by their tags (RFC 5280, section 4.2.1.6).</summary>
internal enum AlternativeNameKind
{
    Mail = 1,
    Host = 2,
    Uri = 6,
}

/// <summary>An extension as it stands in a certificate.</summary>
internal sealed record CertificateExtension(bool IsCritical, byte[] Value);

/// <summary>What the extensions of a certificate say, as far as a path of certificates depends on it (RFC 5280, section 4.2.1).</summary>
internal sealed class CertificateExtensions
{
    private readonly IReadOnlyDictionary<string, CertificateExtension> _extensions;

    public CertificateExtensions(IReadOnlyDictionary<string, CertificateExtension> extensions)
    {
        _extensions = extensions;
        (IsAuthority, PathLength) = ReadBasicConstraints();
        (HasKeyUsage, SignsData, SignsCertificates) = ReadKeyUsage();
        Purposes = ReadPurposes();
        NamedAlternatives = ReadAlternativeNames();
    }

    /// <summary>Whether it may issue certificates, and how many authorities may stand below it.</summary>
    public bool IsAuthority { get; }

    public BigInteger? PathLength { get; }

    public bool HasKeyUsage { get; }

    public bool SignsData { get; }

    public bool SignsCertificates { get; }

    /// <summary>The extended key usages; null where any is allowed.</summary>
    public IReadOnlyList<string>? Purposes { get; }

    /// <summary>The mail addresses, host names and URIs that it was issued to.</summary>
    public IReadOnlyList<string> AlternativeNames => [.. NamedAlternatives.Select(name => name.Name)];

    /// <summary>The same, each with what kind of name it is (section 4.2.1.6).</summary>
    public IReadOnlyList<(AlternativeNameKind Kind, string Name)> NamedAlternatives { get; }

    /// <summary>Whether its purposes include signing code, by name or as any purpose.</summary>
    public bool AllowsCodeSigning => Purposes is null || Purposes.Contains(CodeSigning) || Purposes.Contains(AnyPurpose);

    /// <summary>Whether there is an extension of the kind that limits the names below, which is not followed here.</summary>
    public bool LimitsNames => _extensions.ContainsKey(NameConstraints);

    /// <summary>A critical extension that is not followed here; null where there is none.</summary>
    public string? UnknownCritical => _extensions.Where(extension => extension.Value.IsCritical && !Understood.Contains(extension.Key)).Select(extension => extension.Key).FirstOrDefault();

    private (bool IsAuthority, BigInteger? PathLength) ReadBasicConstraints()
    {
        if (Open(BasicConstraints) is not { } value)
            return (false, null);

        var sequence = value.ReadSequence();
        value.ThrowIfNotEmpty();
        var isAuthority = sequence.HasData && sequence.PeekTag() == Asn1Tag.Boolean && sequence.ReadBoolean();
        BigInteger? length = sequence.HasData ? sequence.ReadInteger() : null;
        sequence.ThrowIfNotEmpty();
        return length is { Sign: < 0 } || (length is not null && !isAuthority)
            ? throw new AsnContentException("The path length is none.")
            : (isAuthority, length);
    }

    private (bool Has, bool SignsData, bool SignsCertificates) ReadKeyUsage()
    {
        if (Open(KeyUsage) is not { } value)
            return (false, false, false);

        var bits = value.ReadNamedBitList();
        value.ThrowIfNotEmpty();
        return (true, bits.Length > 0 && bits[0], bits.Length > 5 && bits[5]);
    }

    private List<string>? ReadPurposes()
    {
        if (Open(ExtendedKeyUsage) is not { } value)
            return null;

        List<string> purposes = [];
        var sequence = value.ReadSequence();
        value.ThrowIfNotEmpty();
        while (sequence.HasData)
            purposes.Add(sequence.ReadObjectIdentifier());
        return purposes;
    }

    private List<(AlternativeNameKind Kind, string Name)> ReadAlternativeNames()
    {
        List<(AlternativeNameKind Kind, string Name)> names = [];
        if (Open(SubjectAlternativeName) is not { } value)
            return names;

        var sequence = value.ReadSequence();
        value.ThrowIfNotEmpty();
        while (sequence.HasData)
        {
            var tag = sequence.PeekTag();

            // Mail address, host name, URI (section 4.2.1.6); other kinds have no one text to compare.
            if (tag.TagClass == TagClass.ContextSpecific && tag.TagValue is 1 or 2 or 6)
                names.Add(((AlternativeNameKind)tag.TagValue, sequence.ReadCharacterString(UniversalTagNumber.IA5String, tag)));
            else
                sequence.ReadEncodedValue();
        }

        return names;
    }

    private AsnReader? Open(string oid) => _extensions.TryGetValue(oid, out var extension) ? new(extension.Value, AsnEncodingRules.DER) : null;

    private const string KeyUsage = "2.5.29.15";
    private const string SubjectAlternativeName = "2.5.29.17";
    private const string BasicConstraints = "2.5.29.19";
    private const string NameConstraints = "2.5.29.30";
    private const string CertificatePolicies = "2.5.29.32";
    private const string ExtendedKeyUsage = "2.5.29.37";
    private const string AnyPurpose = "2.5.29.37.0";
    private const string CodeSigning = "1.3.6.1.5.5.7.3.3";

    // Policies are of no effect where any policy is accepted and none is demanded (section 6.1.1, c and d).
    private static readonly string[] Understood = [KeyUsage, SubjectAlternativeName, BasicConstraints, CertificatePolicies, ExtendedKeyUsage];
}
