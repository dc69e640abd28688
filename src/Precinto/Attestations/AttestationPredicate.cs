using System.Globalization;
using System.Text.Json;
using Precinto.Formats;

namespace Precinto.Attestations;

/// <summary>What an attestation says of its subjects: a closed set.</summary>
public abstract class AttestationPredicate
{
    private protected AttestationPredicate()
    {
    }

    /// <summary>The short name: <c>provenance</c> or <c>vsa</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>The URI that names this kind of statement.</summary>
    public abstract string PredicateType { get; }

    internal abstract void WriteTo(Utf8JsonWriter writer);

    /// <summary>Who verified or built, in which version: <c>{"precinto": "1.2.3"}</c>.</summary>
    private protected static void WriteVersion(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> versions)
    {
        if (versions.Count == 0)
            return;

        writer.WriteStartObject("version");
        foreach (var (component, version) in versions.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            writer.WriteString(component, version);
        writer.WriteEndObject();
    }

    private protected static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset? time)
    {
        // Whole seconds: the Timestamp of in-toto shows no fraction, and nothing here needs one.
        if (time is { } value)
            writer.WriteString(name, value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
    }

    /// <exception cref="JsonException">It is no time of RFC 3339.</exception>
    private protected static DateTimeOffset? ParseTime(JsonElement element, string name, string what)
    {
        if (element.OptionalText(name, what) is not { } text)
            return null;
        return DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new JsonException($"'{name}' of {what} is no time of RFC 3339.");
    }

    private protected static ResourceDescriptor[] ParseResources(JsonElement? list, string what) =>
        list is { } element ? [.. element.Array(what).Select(resource => ResourceDescriptor.Parse(resource, $"an entry of {what}"))] : [];

    private protected static void WriteResources(Utf8JsonWriter writer, string name, IReadOnlyList<ResourceDescriptor> resources)
    {
        if (resources.Count == 0)
            return;

        writer.WriteStartArray(name);
        foreach (var resource in resources)
            resource.WriteTo(writer);
        writer.WriteEndArray();
    }

    /// <summary>A URI as it is written into a statement: absolute, visible ASCII, not endlessly long.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    internal static string Proper(string uri, string parameter) => IsProper(uri)
        ? uri
        : throw new ArgumentException($"'{uri}' is no absolute URI.", parameter);

    internal static bool IsProper(string uri) =>
        uri.Length is > 0 and <= MaximumUri && uri.All(character => character is > ' ' and < '\u007f') && Uri.TryCreate(uri, UriKind.Absolute, out _) && !uri.StartsWith('/');

    private const int MaximumUri = 2048;

    // With a full offset: a time without one would mean another moment on another machine.
    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];
}
