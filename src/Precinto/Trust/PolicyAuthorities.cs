using System.Text.Json;
using Precinto.Formats;
using Precinto.Signatures;

namespace Precinto.Trust;

/// <summary>The signers of the kind <c>certificate</c> in a policy.</summary>
internal static class PolicyAuthorities
{
    /// <exception cref="JsonException">It is no such signer.</exception>
    /// <exception cref="PolicyException">Its certificates cannot be used.</exception>
    public static TrustedAuthority Parse(JsonElement signer, string policyPath, Func<string> readFile)
    {
        const string Signer = "a signer";
        signer.Closed("A signer of the kind 'certificate'", "kind", "file", "pem", "identity");
        var identity = signer.OptionalText("identity", Signer);
        if (identity is { Length: 0 })
            throw new JsonException("The 'identity' of a signer is empty.");
        return Parse(policyPath, [signer.OptionalText("pem", Signer) ?? readFile()], identity);
    }

    /// <exception cref="PolicyException">The certificates cannot be used.</exception>
    public static TrustedAuthority Parse(string path, IReadOnlyList<string> pems, string? identity)
    {
        try
        {
            return TrustedAuthority.ParsePem(pems, identity);
        }
        catch (MalformedSignatureException exception)
        {
            throw new PolicyException(path, exception.Message, exception);
        }
    }
}
