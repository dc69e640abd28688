using Precinto.Signatures.OpenPgp;

namespace Precinto.Trust;

/// <summary>A signer who is known by the full fingerprint of an OpenPGP primary key.</summary>
public sealed class TrustedOpenPgpKey : TrustedSigner
{
    /// <summary>Trusts the holder of the certificate's primary key, and of the subkeys that it empowers to sign.</summary>
    public TrustedOpenPgpKey(OpenPgpCertificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        Certificate = certificate;
    }

    /// <summary>The certificate.</summary>
    public OpenPgpCertificate Certificate { get; }

    /// <inheritdoc/>
    public override string Kind => "openpgp";

    /// <inheritdoc/>
    public override string Identity => Certificate.Fingerprint;
}
