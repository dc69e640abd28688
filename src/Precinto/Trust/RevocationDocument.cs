using System.Text.Json;
using Precinto.Digests;
using Precinto.Formats;

namespace Precinto.Trust;

/// <summary>
/// A list of revocations as a JSON document, <c>precinto.revocations/v1</c> (docs/spec/revocations-v1.md): an unknown or repeated member is an error.
/// Its two lists stand in policies, too.
/// </summary>
internal sealed class RevocationDocument
{
    private RevocationDocument(DateTimeOffset issued, Revocations revocations)
    {
        Issued = issued;
        Revocations = revocations;
    }

    /// <summary>When the list was made, as its signer says.</summary>
    public DateTimeOffset Issued { get; }

    public Revocations Revocations { get; }

    /// <exception cref="JsonException">It is no such document.</exception>
    public static RevocationDocument Parse(ReadOnlyMemory<byte> bytes)
    {
        const string List = "the list";
        using var document = StrictJson.Parse(bytes);
        var root = document.RootElement.Closed("The list", "schema", "issued", "digests", "signers");
        if (root.RequiredText("schema", List) is var schema && schema != Schema)
            throw new JsonException($"The list is of the schema '{schema}', not {Schema}.");
        return new(PolicyTime.Parse(root.Required("issued", List), "'issued'"), ParseLists(root));
    }

    /// <exception cref="JsonException">A member cannot be understood; one that were passed over would let in what was revoked.</exception>
    public static Revocations ParseLists(JsonElement element) => new()
    {
        Digests = element.Optional("digests") is { } digests ? [.. digests.Array("'digests'").Select(ParseDigest)] : [],
        Signers = element.Optional("signers") is { } signers ? [.. signers.Array("'signers'").Select(ParseSigner)] : [],
    };

    public static Digest ParseSha256(string text, string what) => Digest.TryParse(text, out var digest) && digest.Algorithm == DigestAlgorithm.Sha256
        ? digest
        : throw new JsonException($"{what} '{text}' is no digest such as sha256:….");

    public static string ParseReason(JsonElement element, string what)
    {
        var reason = element.RequiredText("reason", what);
        return reason.Length <= LongestReason && !string.IsNullOrWhiteSpace(reason) ? reason : throw new JsonException($"The 'reason' of {what} is empty, or has more than {LongestReason} characters.");
    }

    private static RevokedDigest ParseDigest(JsonElement element)
    {
        const string Revoked = "a revoked digest";
        element.Closed("A revoked digest", "digest", "reason", "date");
        return new(ParseSha256(element.RequiredText("digest", Revoked), "A revoked"), ParseReason(element, Revoked), PolicyTime.Parse(element.Required("date", Revoked), "'date'"));
    }

    private static RevokedSigner ParseSigner(JsonElement element)
    {
        const string Revoked = "a revoked signer";
        element.Closed("A revoked signer", "kind", "identity", "reason", "date");
        var kind = element.RequiredText("kind", Revoked);
        return new(kind, ParseIdentity(kind, element.RequiredText("identity", Revoked)), ParseReason(element, Revoked), PolicyTime.Parse(element.Required("date", Revoked), "'date'"));
    }

    // An identity that can be nobody's would revoke nobody, and look as if it did.
    private static string ParseIdentity(string kind, string identity)
    {
        switch (kind)
        {
            case "key" or "certificate":
                return ParseSha256(identity, $"The identity of a revoked {kind}").ToString();
            case "openpgp":
                var fingerprint = identity.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
                return fingerprint.Length is 40 or 64 && fingerprint.All(char.IsAsciiHexDigitUpper) ? fingerprint
                    : throw new JsonException($"'{identity}' is no full fingerprint of 40 or 64 hexadecimal digits.");
            default:
                throw new JsonException($"A revoked signer is of the unknown kind '{kind}'; known are 'key', 'certificate' and 'openpgp'.");
        }
    }

    public const string Schema = "precinto.revocations/v1";
    private const int LongestReason = 1000;
}
