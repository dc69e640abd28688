using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Precinto.Signatures.Keys;
using PublicKey = System.Security.Cryptography.X509Certificates.PublicKey;

namespace Precinto.Tests.Signatures.Certificates;

/// <summary>An authority made for one test, which certifies whatever it is told.</summary>
internal sealed class VirtualAuthority
{
    private readonly AsymmetricAlgorithm _key;

    private VirtualAuthority(AsymmetricAlgorithm key, X509Certificate2 certificate)
    {
        _key = key;
        Certificate = certificate;
    }

    public static DateTimeOffset Now { get; } = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public X509Certificate2 Certificate { get; }

    public string Pem => Certificate.ExportCertificatePem() + "\n";

    /// <summary>An authority that signed itself.</summary>
    public static VirtualAuthority Root(string name = "CN=root", Terms? terms = null, AsymmetricAlgorithm? key = null)
    {
        key ??= ECDsa.Create(ECCurve.NamedCurves.nistP256);
        terms ??= Terms.Authority;
        var request = Request(name, key, terms);
        X509SignatureGenerator generator = key is RSA rsa ? X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1) : X509SignatureGenerator.CreateForECDsa((ECDsa)key);
        return new(key, request.Create(new(name), generator, terms.NotBefore, terms.NotAfter, [1]));
    }

    /// <summary>An authority below this one.</summary>
    public VirtualAuthority Issue(string name = "CN=intermediate", Terms? terms = null, AsymmetricAlgorithm? key = null)
    {
        key ??= ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new(key, Certify(Request(name, key, terms ?? Terms.Authority), terms ?? Terms.Authority));
    }

    /// <summary>The certificate of a signer, in PEM.</summary>
    public string Certify(SigningKey key, string name = "CN=signer", Terms? terms = null)
    {
        terms ??= Terms.Signer;
        var subject = PublicKey.CreateFromSubjectPublicKeyInfo(key.PublicKey.SubjectPublicKeyInfo, out _);
        return Certify(Extend(new(new X500DistinguishedName(name), subject, terms.Hash), terms), terms).ExportCertificatePem() + "\n";
    }

    private X509Certificate2 Certify(CertificateRequest request, Terms terms)
    {
        X509SignatureGenerator generator = _key is RSA rsa ? X509SignatureGenerator.CreateForRSA(rsa, terms.Padding)
            : terms.Hash == HashAlgorithmName.SHA1 ? new Sha1Generator((ECDsa)_key)
            : X509SignatureGenerator.CreateForECDsa((ECDsa)_key);
        return request.Create(Certificate.SubjectName, generator, terms.NotBefore, terms.NotAfter, RandomNumberGenerator.GetBytes(8));
    }

    // The framework makes no such signatures any more; ecdsa-with-SHA1 is 1.2.840.10045.4.1.
    private sealed class Sha1Generator(ECDsa key) : X509SignatureGenerator
    {
        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) => [0x30, 0x09, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x01];

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => key.SignData(data, HashAlgorithmName.SHA1, DSASignatureFormat.Rfc3279DerSequence);

        protected override PublicKey BuildPublicKey() => CreateForECDsa(key).PublicKey;
    }

    private static CertificateRequest Request(string name, AsymmetricAlgorithm key, Terms terms)
    {
        var request = key is RSA rsa
            ? new CertificateRequest(name, rsa, terms.Hash, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(name, (ECDsa)key, terms.Hash);
        return Extend(request, terms);
    }

    private static CertificateRequest Extend(CertificateRequest request, Terms terms)
    {
        if (terms.IsAuthority is { } isAuthority)
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, terms.PathLength is not null, terms.PathLength ?? 0, critical: true));
        if (terms.Usage is { } usage)
            request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, critical: true));
        if (terms.Purposes is { } purposes)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. purposes.Select(purpose => new Oid(purpose))], critical: false));
        if (terms.Mail is { } mail)
        {
            SubjectAlternativeNameBuilder names = new();
            names.AddEmailAddress(mail);
            request.CertificateExtensions.Add(names.Build());
        }

        if (terms.Further is { } further)
            request.CertificateExtensions.Add(further);
        return request;
    }
}

/// <summary>What a certificate says.</summary>
internal sealed record Terms
{
    public static Terms Authority { get; } = new() { IsAuthority = true, Usage = X509KeyUsageFlags.KeyCertSign };

    public static Terms Signer { get; } = new() { IsAuthority = false, Usage = X509KeyUsageFlags.DigitalSignature, Purposes = [CodeSigning], Mail = "ana@example.org" };

    public bool? IsAuthority { get; init; }

    public int? PathLength { get; init; }

    public X509KeyUsageFlags? Usage { get; init; }

    public string[]? Purposes { get; init; }

    public string? Mail { get; init; }

    public X509Extension? Further { get; init; }

    public HashAlgorithmName Hash { get; init; } = HashAlgorithmName.SHA256;

    public RSASignaturePadding Padding { get; init; } = RSASignaturePadding.Pkcs1;

    public DateTimeOffset NotBefore { get; init; } = VirtualAuthority.Now.AddDays(-1);

    public DateTimeOffset NotAfter { get; init; } = VirtualAuthority.Now.AddDays(1);

    public const string CodeSigning = "1.3.6.1.5.5.7.3.3";
}
