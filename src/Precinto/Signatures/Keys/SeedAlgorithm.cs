using System.Formats.Asn1;

namespace Precinto.Signatures.Keys;

/// <summary>A kind of key whose private half is a seed of 32 bytes, and whose signatures are made over the data itself: an algorithm identifier without parameters.</summary>
internal abstract class SeedAlgorithm : KeyAlgorithm
{
    private readonly string _oid;
    private readonly int _publicKeySize;

    private protected SeedAlgorithm(string name, string oid, int publicKeySize)
        : base(name)
    {
        _oid = oid;
        _publicKeySize = publicKeySize;
    }

    public override bool IsBeyondSpecification => true;

    public abstract byte[] Sign(byte[] seed, byte[] data);

    /// <summary>The kind of a SubjectPublicKeyInfo; null where it is none of these in the one encoding that DER leaves.</summary>
    public static SeedAlgorithm? OfPublicKey(ReadOnlySpan<byte> info)
    {
        foreach (var algorithm in Kinds)
            if (info.Length > algorithm._publicKeySize && info.SequenceEqual(algorithm.EncodePublicKey(info[^algorithm._publicKeySize..])) && algorithm.IsProper(algorithm.RawKey(info)))
                return algorithm;

        return null;
    }

    /// <summary>Reads PKCS #8 (RFC 5958, version 1).</summary>
    /// <returns>The kind and the seed; null where it is a key of another kind.</returns>
    /// <exception cref="AsnContentException">It is no PKCS #8 in DER.</exception>
    public static (SeedAlgorithm Algorithm, byte[] Seed)? ReadPrivateKey(ReadOnlyMemory<byte> der)
    {
        AsnReader reader = new(der, AsnEncodingRules.DER);
        var info = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        info.ReadInteger();
        var oid = info.ReadSequence().ReadObjectIdentifier();
        if (Array.Find(Kinds, kind => kind._oid == oid) is not { } algorithm)
            return null;

        AsnReader inner = new(info.ReadOctetString(), AsnEncodingRules.DER);
        var seed = inner.ReadOctetString(algorithm.SeedTag);
        inner.ThrowIfNotEmpty();
        info.ThrowIfNotEmpty();
        return seed.Length == SeedSize ? (algorithm, seed) : throw new AsnContentException("The seed of a key has another size.");
    }

    public byte[] WritePrivateKey(byte[] seed)
    {
        AsnWriter inner = new(AsnEncodingRules.DER);
        inner.WriteOctetString(seed, SeedTag);
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            using (writer.PushSequence())
                writer.WriteObjectIdentifier(_oid);
            writer.WriteOctetString(inner.Encode());
        }

        return writer.Encode();
    }

    /// <summary>The SubjectPublicKeyInfo that belongs to a seed.</summary>
    public byte[] PublicKeyInfoOf(byte[] seed) => EncodePublicKey(PublicKeyOf(seed));

    internal sealed override bool Verify(byte[] subjectPublicKeyInfo, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        Verify(RawKey(subjectPublicKeyInfo), data.ToArray(), signature.ToArray());

    private protected abstract Asn1Tag SeedTag { get; }

    private protected abstract byte[] PublicKeyOf(byte[] seed);

    private protected abstract bool IsProper(byte[] publicKey);

    private protected abstract bool Verify(byte[] publicKey, byte[] data, byte[] signature);

    private byte[] RawKey(ReadOnlySpan<byte> info) => info[^_publicKeySize..].ToArray();

    private byte[] EncodePublicKey(ReadOnlySpan<byte> key)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
                writer.WriteObjectIdentifier(_oid);
            writer.WriteBitString(key);
        }

        return writer.Encode();
    }

    public const int SeedSize = 32;

    private static SeedAlgorithm[] Kinds => [(SeedAlgorithm)Ed25519, (SeedAlgorithm)MLDsa65];
}
