namespace Precinto.Signatures.Pkcs11;

/// <summary>A device or its module refuses, or has no such key.</summary>
public sealed class Pkcs11Exception : Exception
{
    internal Pkcs11Exception(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal static Pkcs11Exception Of(string function, nuint code) => new(code switch
    {
        0x05 or 0x06 => $"The device failed ({function}: {Describe(code)}).",
        0xA0 or 0xA1 or 0xA2 => "The device does not take the PIN.",
        0xA4 => "The PIN is locked.",
        0xE0 => "The token is not there.",
        _ => $"The device refuses ({function}: {Describe(code)}).",
    });

    // PKCS #11 3.1, section 5.1: return values.
    private static string Describe(nuint code) => code switch
    {
        0x02 => "CKR_HOST_MEMORY",
        0x03 => "CKR_SLOT_ID_INVALID",
        0x05 => "CKR_GENERAL_ERROR",
        0x06 => "CKR_FUNCTION_FAILED",
        0x07 => "CKR_ARGUMENTS_BAD",
        0x30 => "CKR_DEVICE_ERROR",
        0x32 => "CKR_DEVICE_REMOVED",
        0x54 => "CKR_FUNCTION_NOT_SUPPORTED",
        0x68 => "CKR_KEY_FUNCTION_NOT_PERMITTED",
        0x70 => "CKR_MECHANISM_INVALID",
        0x101 => "CKR_USER_NOT_LOGGED_IN",
        _ => $"0x{code:x}",
    };
}
