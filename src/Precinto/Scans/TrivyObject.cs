using System.Buffers;
using System.Text.Json;
using Precinto.Formats;

namespace Precinto.Scans;

/// <summary>
/// An object as Trivy writes it, by the names of its members. Go finds a member whatever its case, we find it as Trivy writes it: one that is spelled
/// in another way would say one thing to Trivy's own tools and nothing here.
/// </summary>
internal sealed class TrivyObject(string what, params string[] names)
{
    private readonly HashSet<string> _names = new(names, StringComparer.OrdinalIgnoreCase);

    /// <exception cref="JsonException">It is no object, or spells a member in another way.</exception>
    public JsonElement Read(JsonElement element)
    {
        foreach (var member in element.Object(what).EnumerateObject())
        {
            // The names of Trivy and of SARIF are plain; whatever else looks like one of them is not it.
            var name = StrictJson.Name(member, what);
            if (name.AsSpan().ContainsAnyExcept(Plain))
                throw new JsonException($"{what} has a member '{name}', which is no name that Trivy writes.");
            if (_names.TryGetValue(name, out var known) && known != name)
                throw new JsonException($"{what} has a member '{name}', which Trivy writes '{known}'.");
        }

        return element;
    }

    /// <summary>The object that a member is; null where it is absent or null.</summary>
    /// <exception cref="JsonException">It is no object, or spells a member in another way.</exception>
    public JsonElement? ReadMember(JsonElement parent, string name) => parent.Member(name) is { } member ? Read(member) : null;

    /// <summary>The names of the members that are not known and say something.</summary>
    public IEnumerable<string> Unknown(JsonElement element, Func<JsonElement, bool> saysSomething) =>
        element.EnumerateObject().Where(member => saysSomething(member.Value)).Select(member => StrictJson.Name(member, what)).Where(name => !_names.Contains(name));

    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.$");
}
