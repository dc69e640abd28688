using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using Precinto.Signatures.Keys;

namespace Precinto.Signatures.Pkcs11;

/// <summary>An ECDSA private key that stays in a device, reached through its PKCS #11 module (PKCS #11 2.40). Not for several threads at once.</summary>
public sealed class Pkcs11Key : ISigningKey, IDisposable
{
    private readonly Pkcs11Module _module;
    private readonly nuint _session;
    private readonly nuint _key;

    private Pkcs11Key(Pkcs11Module module, nuint session, nuint key, PublicKey publicKey)
    {
        _module = module;
        _session = session;
        _key = key;
        PublicKey = publicKey;
    }

    /// <summary>The public half, as the device states it; every signature is checked with it.</summary>
    public PublicKey PublicKey { get; }

    /// <summary>Opens the one key that a URI names.</summary>
    /// <param name="uri">The token and the key.</param>
    /// <param name="modulePath">The full path of the device's module; <see cref="Pkcs11Uri.ModulePath"/> where it is null.</param>
    /// <param name="pin">The user's PIN; null for a token that asks for none.</param>
    /// <exception cref="Pkcs11Exception">The device refuses, or the URI names no key, several, or one that is not on a known curve.</exception>
    public static Pkcs11Key Open(Pkcs11Uri uri, string? modulePath, string? pin)
    {
        ArgumentNullException.ThrowIfNull(uri);
        var path = modulePath ?? uri.ModulePath ?? throw new Pkcs11Exception("No module is named: the device's vendor says where it lies.");
        var module = Pkcs11Module.Load(path);
        nuint? session = null;
        try
        {
            session = module.OpenSession(FindSlot(module, uri));
            if (pin is not null)
                Login(module, session.Value, pin);
            var key = FindKey(module, session.Value, uri);
            return new(module, session.Value, key, ReadPublicKey(module, session.Value, key));
        }
        catch
        {
            if (session is { } open)
                module.CloseSession(open);
            module.Dispose();
            throw;
        }
    }

    /// <summary>Signs <paramref name="data"/>, hashed as the curve fixes it, into ASN.1 DER.</summary>
    /// <exception cref="Pkcs11Exception">The device refuses, or its answer is no signature by its own public key.</exception>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        var digest = CryptographicOperations.HashData(((EllipticCurve)PublicKey.Algorithm).Hash, data);
        var raw = _module.Sign(_session, _key, Pkcs11Module.Ecdsa, digest, LongestSignature);
        if (raw.Length == 0 || raw.Length % 2 != 0)
            throw new Pkcs11Exception($"The device answered with {raw.Length} bytes, which are no ECDSA signature.");

        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(Significant(raw.AsSpan(0, raw.Length / 2)));
            writer.WriteIntegerUnsigned(Significant(raw.AsSpan(raw.Length / 2)));
        }

        var signature = writer.Encode();
        return PublicKey.Verify(data, signature) ? signature : throw new Pkcs11Exception("The device's signature does not verify with its own public key.");
    }

    /// <summary>Ends the session with the device.</summary>
    public void Dispose()
    {
        _module.CloseSession(_session);
        _module.Dispose();
    }

    private static nuint FindSlot(Pkcs11Module module, Pkcs11Uri uri)
    {
        List<nuint> fitting = [];
        foreach (var slot in module.ListSlots())
        {
            var token = module.DescribeToken(slot);
            if (token.IsInitialized && (uri.Slot is null || uri.Slot == slot) && Fits(uri.Token, token.Label) && Fits(uri.Serial, token.Serial)
                && Fits(uri.Manufacturer, token.Manufacturer) && Fits(uri.Model, token.Model))
                fitting.Add(slot);
        }

        return fitting switch
        {
            [var only] => only,
            [] => throw new Pkcs11Exception("No token is what the URI names."),
            _ => throw new Pkcs11Exception($"The URI names {fitting.Count} tokens; add 'token' or 'serial'."),
        };

        static bool Fits(string? wanted, string actual) => wanted is null || wanted == actual;
    }

    private static void Login(Pkcs11Module module, nuint session, string pin)
    {
        var bytes = Encoding.UTF8.GetBytes(pin);
        try
        {
            module.Login(session, bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static nuint FindKey(Pkcs11Module module, nuint session, Pkcs11Uri uri)
    {
        List<(nuint, byte[])> attributes = [];
        if (uri.Label is { } label)
            attributes.Add((Pkcs11Module.LabelAttribute, Encoding.UTF8.GetBytes(label)));
        if (uri.Id is { } id)
            attributes.Add((Pkcs11Module.IdAttribute, id));
        return module.Find(session, Pkcs11Module.PrivateKeys, [.. attributes]) switch
        {
            [var only] => only,
            [] => throw new Pkcs11Exception("The token has no private key that the URI names, or does not show it without its PIN."),
            var several => throw new Pkcs11Exception($"The URI names {several.Count} private keys; add 'object' or 'id'."),
        };
    }

    // The public half is an object of its own, or stands in the key's certificate; both share the key's identifier.
    private static PublicKey ReadPublicKey(Pkcs11Module module, nuint session, nuint key)
    {
        var id = module.Read(session, key, Pkcs11Module.IdAttribute) ?? [];
        List<nuint> holders = [key];
        if (id.Length > 0)
            holders.AddRange(module.Find(session, Pkcs11Module.PublicKeys, (Pkcs11Module.IdAttribute, id)));
        foreach (var holder in holders)
            if (module.Read(session, holder, Pkcs11Module.CurveAttribute) is { Length: > 0 } curve && module.Read(session, holder, Pkcs11Module.PointAttribute) is { Length: > 0 } point)
                return Parse(() => Encode(curve, point));

        foreach (var certificate in id.Length > 0 ? module.Find(session, Pkcs11Module.Certificates, (Pkcs11Module.IdAttribute, id)) : [])
            if (module.Read(session, certificate, Pkcs11Module.ValueAttribute) is { Length: > 0 } value)
                return Parse(() =>
                {
                    using var parsed = System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificate(value);
                    return parsed.PublicKey.ExportSubjectPublicKeyInfo();
                });

        throw new Pkcs11Exception("The token has neither the key's public half nor its certificate under the key's identifier.");
    }

    private static PublicKey Parse(Func<byte[]> read)
    {
        try
        {
            var key = PublicKey.FromSubjectPublicKeyInfo(read());
            return key.Algorithm is EllipticCurve ? key : throw new Pkcs11Exception($"The key is of the kind {key.Algorithm.Name}, which devices are not asked to sign with.");
        }
        catch (Exception exception) when (exception is MalformedSignatureException or AsnContentException or CryptographicException)
        {
            throw new Pkcs11Exception("The key is no ECDSA key on one of the curves P-256, P-384 and P-521.", exception);
        }
    }

    /// <summary>SubjectPublicKeyInfo (RFC 5480) of a curve's parameters and a point, which is an octet string in DER (PKCS #11 2.40, section 2.3.3).</summary>
    private static byte[] Encode(byte[] curve, byte[] point)
    {
        // Some devices leave the octet string's wrapping out; an uncompressed point begins with 4, which is that of an octet string as well.
        var isWrapped = AsnDecoder.TryReadPrimitiveOctetString(point, AsnEncodingRules.DER, out var inner, out var read) && read == point.Length;
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.2.840.10045.2.1");
                writer.WriteEncodedValue(curve);
            }

            writer.WriteBitString(isWrapped ? inner : point);
        }

        return writer.Encode();
    }

    private static ReadOnlySpan<byte> Significant(ReadOnlySpan<byte> number)
    {
        var zeros = number.IndexOfAnyExcept((byte)0);
        return zeros < 0 ? number[..1] : number[zeros..];
    }

    private const int LongestSignature = 256;
}
