using System.Security.Cryptography;

namespace Precinto.Signatures.OpenPgp;

/// <summary>The curves that are accepted (RFC 9580 section 9.2), by their object identifiers; every other one is refused.</summary>
internal sealed class OpenPgpCurve
{
    private readonly byte[] _identifier;

    private OpenPgpCurve(byte[] identifier, ECCurve curve, int fieldSize, OpenPgpHash hash)
    {
        _identifier = identifier;
        Curve = curve;
        FieldSize = fieldSize;
        Hash = hash;
    }

    public static OpenPgpCurve P256 { get; } =
        new([0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07], ECCurve.NamedCurves.nistP256, 32, OpenPgpHash.Sha256);

    public static OpenPgpCurve P384 { get; } = new([0x2B, 0x81, 0x04, 0x00, 0x22], ECCurve.NamedCurves.nistP384, 48, OpenPgpHash.Sha384);

    public static OpenPgpCurve P521 { get; } = new([0x2B, 0x81, 0x04, 0x00, 0x23], ECCurve.NamedCurves.nistP521, 66, OpenPgpHash.Sha512);

    public ReadOnlySpan<byte> Identifier => _identifier;

    public ECCurve Curve { get; }

    /// <summary>The length of a coordinate in bytes.</summary>
    public int FieldSize { get; }

    /// <summary>The hash that suits the curve.</summary>
    public OpenPgpHash Hash { get; }

    /// <summary>The identifier of Ed25519 in keys of algorithm 22.</summary>
    public static ReadOnlySpan<byte> EdDsa25519 => [0x2B, 0x06, 0x01, 0x04, 0x01, 0xDA, 0x47, 0x0F, 0x01];

    public static OpenPgpCurve? Find(ReadOnlySpan<byte> identifier) =>
        identifier.SequenceEqual(P256.Identifier) ? P256
        : identifier.SequenceEqual(P384.Identifier) ? P384
        : identifier.SequenceEqual(P521.Identifier) ? P521
        : null;
}
