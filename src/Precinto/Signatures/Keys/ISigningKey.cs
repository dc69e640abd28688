namespace Precinto.Signatures.Keys;

/// <summary>
/// A private key that signs, wherever it is kept: in a file (<see cref="SigningKey"/>), in a device (<see cref="Pkcs11.Pkcs11Key"/>), or with a service whose client
/// implements this. What it answers is never believed: a signature that <see cref="PublicKey"/> does not confirm is not used.
/// </summary>
public interface ISigningKey
{
    /// <summary>The public half.</summary>
    PublicKey PublicKey { get; }

    /// <summary>Signs <paramref name="data"/> as <see cref="Keys.PublicKey.Verify(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/> confirms it: on a curve hashed as it fixes it, into ASN.1 DER.</summary>
    byte[] Sign(ReadOnlySpan<byte> data);
}
