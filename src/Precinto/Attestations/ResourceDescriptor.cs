using System.Text.Json;
using Precinto.Digests;
using Precinto.Formats;

namespace Precinto.Attestations;

/// <summary>
/// Something that a statement speaks of (in-toto attestation framework, ResourceDescriptor): a name, an address, a SHA-256, or several of these.
/// Other members and other digests are passed over, as the framework asks for.
/// </summary>
public sealed class ResourceDescriptor
{
    /// <summary>Describes something by its name, its address or its digest.</summary>
    /// <param name="name">What it is called; for a file of a model its path.</param>
    /// <param name="digest">Its SHA-256.</param>
    /// <param name="uri">Where it comes from.</param>
    /// <exception cref="ArgumentException">The digest is by another algorithm, or nothing is said at all.</exception>
    public ResourceDescriptor(string? name = null, Digest? digest = null, string? uri = null)
    {
        if (digest is not null && digest.Algorithm != DigestAlgorithm.Sha256)
            throw new ArgumentException($"A resource is described by its sha256, not by {digest.Algorithm}.", nameof(digest));
        if (name is null && digest is null && uri is null)
            throw new ArgumentException("Nothing is said of the resource.", nameof(name));

        Name = name;
        Digest = digest;
        Uri = uri;
    }

    /// <summary>What it is called; null where it is not said.</summary>
    public string? Name { get; }

    /// <summary>Its SHA-256; null where it is not said.</summary>
    public Digest? Digest { get; }

    /// <summary>Where it comes from; null where it is not said.</summary>
    public string? Uri { get; }

    /// <exception cref="JsonException">It says nothing that is understood, or its SHA-256 is none.</exception>
    internal static ResourceDescriptor Parse(JsonElement element, string what)
    {
        element.Object(what);
        var name = element.OptionalText("name", what);
        var uri = element.OptionalText("uri", what);
        Digest? digest = null;
        if (element.Optional("digest") is { } digests && digests.Object($"'digest' of {what}").OptionalText("sha256", $"the digest of {what}") is { } hex
            && !Digest.TryParseHex(DigestAlgorithm.Sha256, hex, out digest))
            throw new JsonException($"The digest of {what} is no sha256 digest in lower-case hexadecimal.");

        // One that has content or a digest of another kind alone is a proper resource, of which nothing can be compared.
        return name is null && uri is null && digest is null ? new(name: "") : new(name, digest, uri);
    }

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        if (Uri is not null)
            writer.WriteString("uri", Uri);
        if (Name is not null)
            writer.WriteString("name", Name);
        if (Digest is not null)
        {
            writer.WriteStartObject("digest");
            writer.WriteString(Digest.Algorithm.Name, Digest.Hex);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
