namespace Precinto.Scans;

/// <summary>
/// A package URL (purl-spec), taken apart: <c>pkg:type/namespace/name@version?qualifiers#subpath</c>. Compared part by part, since a beginning of its text
/// may end in the middle of a name: <c>pkg:npm/</c> is no package, and <c>pkg:npm/@scope/name</c> is none that lies in it.
/// </summary>
internal sealed class PackageUrl
{
    private readonly string _type;
    private readonly string[] _names;
    private readonly string? _version;
    private readonly Dictionary<string, string> _qualifiers;
    private readonly string? _subpath;

    private PackageUrl(string type, string[] names, string? version, Dictionary<string, string> qualifiers, string? subpath)
    {
        _type = type;
        _names = names;
        _version = version;
        _qualifiers = qualifiers;
        _subpath = subpath;
    }

    /// <summary>Null where it is none, or longer than any.</summary>
    public static PackageUrl? TryParse(string? text)
    {
        if (text is null || text.Length > MaximumLength || !text.StartsWith(Scheme, StringComparison.Ordinal))
            return null;

        var (rest, subpath) = Split(text[Scheme.Length..], '#');
        (rest, var query) = Split(rest, '?');
        if (ReadQualifiers(query) is not { } qualifiers)
            return null;

        // The sign before a version stands behind the last slash; one before it belongs to a scope.
        var at = rest.IndexOf('@', rest.LastIndexOf('/') + 1);
        var version = at >= 0 ? Uri.UnescapeDataString(rest[(at + 1)..]) : null;
        string[] parts = [.. (at >= 0 ? rest[..at] : rest).TrimStart('/').Split('/').Select(Uri.UnescapeDataString)];
        return parts.Length < 2 || parts.Contains("") || version is "" || subpath is "" ? null : new(parts[0].ToLowerInvariant(), parts[1..], version, qualifiers, subpath);
    }

    /// <summary>Whether another one names the same package and whatever else is named here: a version, qualifiers, a subpath.</summary>
    public bool Covers(PackageUrl other) =>
        _type == other._type
        && _names.AsSpan().SequenceEqual(other._names)
        && (_version is null || _version == other._version)
        && (_subpath is null || _subpath == other._subpath)
        && _qualifiers.All(qualifier => other._qualifiers.GetValueOrDefault(qualifier.Key) == qualifier.Value);

    private static Dictionary<string, string>? ReadQualifiers(string? query)
    {
        Dictionary<string, string> qualifiers = new(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in query?.Split('&') ?? [])
        {
            var (key, value) = Split(pair, '=');
            if (key.Length == 0 || value is not { Length: > 0 } || !qualifiers.TryAdd(key, Uri.UnescapeDataString(value)))
                return null;
        }

        return qualifiers;
    }

    private static (string Before, string? After) Split(string text, char separator) =>
        text.IndexOf(separator, StringComparison.Ordinal) is var at and >= 0 ? (text[..at], text[(at + 1)..]) : (text, null);

    private const string Scheme = "pkg:";
    private const int MaximumLength = 4096;
}
