using System.Globalization;
using System.Text;

namespace Precinto.Signatures.Pkcs11;

/// <summary>
/// Which key on which device: a PKCS #11 URI (RFC 7512), such as <c>pkcs11:token=release;object=model-signing?pin-source=file:/run/secrets/pin</c>.
/// An attribute that is not known is an error: whoever names it means to choose by it.
/// </summary>
public sealed class Pkcs11Uri
{
    private readonly Dictionary<string, byte[]> _attributes;

    private Pkcs11Uri(Dictionary<string, byte[]> attributes) => _attributes = attributes;

    /// <summary>The label of the token, or null for any.</summary>
    public string? Token => Text("token");

    /// <summary>The serial number of the token, or null for any.</summary>
    public string? Serial => Text("serial");

    /// <summary>Who made the token, or null for any.</summary>
    public string? Manufacturer => Text("manufacturer");

    /// <summary>The model of the token, or null for any.</summary>
    public string? Model => Text("model");

    /// <summary>The number of the slot, or null for any.</summary>
    public ulong? Slot => Text("slot-id") is { } text ? ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : null;

    /// <summary>The label of the key (<c>CKA_LABEL</c>), or null for any.</summary>
    public string? Label => Text("object");

    /// <summary>The identifier of the key (<c>CKA_ID</c>), or null for any.</summary>
    public byte[]? Id => _attributes.TryGetValue("id", out var id) ? [.. id] : null;

    /// <summary>The path of the module, or null where the caller names it otherwise.</summary>
    public string? ModulePath => Text("module-path");

    /// <summary>The file that holds the PIN, or null.</summary>
    public string? PinFile
    {
        get
        {
            const string Scheme = "file:";
            var source = Text("pin-source");
            return source?.StartsWith(Scheme, StringComparison.Ordinal) == true ? source[Scheme.Length..] : source;
        }
    }

    /// <summary>The PIN itself, or null. It can be read by whoever sees the command line: <see cref="PinFile"/> is better.</summary>
    public string? Pin => Text("pin-value");

    /// <summary>Reads a URI.</summary>
    /// <exception cref="FormatException">It is no PKCS #11 URI, or has an attribute that is not known or stands there twice.</exception>
    public static Pkcs11Uri Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            throw new FormatException("A PKCS #11 URI begins with 'pkcs11:'.");

        Dictionary<string, byte[]> attributes = new(StringComparer.Ordinal);
        var rest = text[Prefix.Length..];
        var question = rest.IndexOf('?', StringComparison.Ordinal);
        Read(attributes, question < 0 ? rest : rest[..question], ';', PathAttributes);
        if (question >= 0)
            Read(attributes, rest[(question + 1)..], '&', QueryAttributes);

        Pkcs11Uri uri = new(attributes);
        uri.Refuse();
        return uri;
    }

    private void Refuse()
    {
        // Section 2.3: the class of the object; a certificate or a secret key signs nothing.
        if (Text("type") is not (null or "private"))
            throw new FormatException("The URI names an object that is no private key.");
        if (Text("slot-id") is { } slot && !ulong.TryParse(slot, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            throw new FormatException($"'{slot}' is no number of a slot.");
        if (_attributes.ContainsKey("pin-source") && _attributes.ContainsKey("pin-value"))
            throw new FormatException("'pin-source' and 'pin-value' must not stand side by side (RFC 7512, section 2.4).");
        if (Text("pin-source") is { Length: > 0 } source && source[0] == '|')
            throw new FormatException("A PIN is read from a file, never from a program.");
    }

    private static void Read(Dictionary<string, byte[]> attributes, string part, char separator, string[] known)
    {
        if (part.Length == 0)
            return;
        foreach (var attribute in part.Split(separator))
        {
            var equals = attribute.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? attribute : attribute[..equals];
            if (equals < 0 || !known.Contains(name))
                throw new FormatException($"'{name}' is no attribute of a PKCS #11 URI that chooses a key.");
            if (!attributes.TryAdd(name, Decode(attribute[(equals + 1)..])))
                throw new FormatException($"The attribute '{name}' stands there twice.");
        }
    }

    private static byte[] Decode(string value)
    {
        List<byte> bytes = [];
        for (var index = 0; index < value.Length; index++)
        {
            if (value[index] != '%')
            {
                if (value[index] is < '!' or > '~')
                    throw new FormatException("A character that must be percent-encoded stands there as it is.");
                bytes.Add((byte)value[index]);
                continue;
            }

            if (index + 2 >= value.Length || !byte.TryParse(value.AsSpan(index + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
                throw new FormatException("A per cent sign is not followed by two hexadecimal digits.");
            bytes.Add(octet);
            index += 2;
        }

        return [.. bytes];
    }

    private string? Text(string name)
    {
        if (!_attributes.TryGetValue(name, out var value))
            return null;
        try
        {
            return StrictUtf8.GetString(value);
        }
        catch (DecoderFallbackException exception)
        {
            throw new FormatException($"The attribute '{name}' is no UTF-8.", exception);
        }
    }

    private const string Prefix = "pkcs11:";
    private static readonly string[] PathAttributes = ["token", "manufacturer", "serial", "model", "slot-id", "object", "type", "id"];
    private static readonly string[] QueryAttributes = ["pin-source", "pin-value", "module-path"];
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
