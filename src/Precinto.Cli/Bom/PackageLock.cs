using System.Text.Json;
using Precinto.Digests;
using Precinto.Formats;

namespace Precinto.Cli.Bom;

/// <summary>A package that a lock file pins.</summary>
/// <param name="Name">As it is spelt there.</param>
/// <param name="Version">What was resolved.</param>
/// <param name="ContentHash">NuGet's SHA-512 over the package without its signature.</param>
/// <param name="Needs">The names of the packages that it depends on.</param>
internal sealed record LockedPackage(string Name, string Version, Digest ContentHash, IReadOnlyList<string> Needs);

/// <summary>
/// A packages.lock.json of NuGet, version 1 or 2: <c>{"version": 2, "dependencies": {FRAMEWORK: {NAME: {type, resolved, contentHash, dependencies}}}}</c>.
/// It is read as strictly as anything else: a bill of materials that leaves something out is worse than none.
/// </summary>
internal sealed class PackageLock
{
    private readonly HashSet<string> _projects = new(StringComparer.OrdinalIgnoreCase);

    private PackageLock()
    {
    }

    /// <summary>The packages by name, for each framework or runtime that was locked.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, LockedPackage>> Frameworks { get; private init; } = [];

    /// <summary>What the project itself, and the projects that it references, ask for, in the order of <see cref="Frameworks"/>.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Roots { get; private init; } = [];

    /// <summary>Whether a name is that of a project, whose own needs stand among the roots.</summary>
    public bool IsProject(string name) => _projects.Contains(name);

    /// <exception cref="JsonException">It is no such file.</exception>
    public static PackageLock Parse(ReadOnlyMemory<byte> utf8)
    {
        using var document = StrictJson.Parse(utf8.Span.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8);
        var root = document.RootElement.Closed("The lock file", "version", "dependencies");
        if (root.Required("version", "the lock file").WholeNumber("'version'") is not (1 or 2))
            throw new JsonException("The lock file is neither of version 1 nor of version 2.");

        List<IReadOnlyDictionary<string, LockedPackage>> frameworks = [];
        List<IReadOnlyList<string>> roots = [];
        PackageLock result = new() { Frameworks = frameworks, Roots = roots };
        Dictionary<string, Dictionary<string, LockedPackage>> byName = new(StringComparer.Ordinal);
        foreach (var framework in root.Required("dependencies", "the lock file").Object("'dependencies'").EnumerateObject())
        {
            // What a runtime adds stands in a part of its own, and leans on that of its framework.
            var inherited = byName.GetValueOrDefault(framework.Name.Split('/')[0]);
            var packages = inherited is null ? new(StringComparer.OrdinalIgnoreCase) : new Dictionary<string, LockedPackage>(inherited, StringComparer.OrdinalIgnoreCase);
            List<string> asked = [];
            foreach (var entry in framework.Value.Object("a framework").EnumerateObject())
                Add(entry, packages, asked, result._projects);

            byName[framework.Name] = packages;
            frameworks.Add(packages);
            roots.Add(asked);
        }

        return result;
    }

    private static void Add(JsonProperty entry, Dictionary<string, LockedPackage> packages, List<string> asked, HashSet<string> projects)
    {
        var what = $"'{entry.Name}'";
        if (!IsName(entry.Name))
            throw new JsonException($"{what} is no name of a package.");
        if (packages.Count >= MaximumPackages)
            throw new JsonException($"There are more than {MaximumPackages} packages.");

        var package = entry.Value.Closed(what, "type", "requested", "resolved", "contentHash", "dependencies");
        string[] needs = package.Optional("dependencies") is { } dependencies ? [.. dependencies.Object($"the dependencies of {what}").EnumerateObject().Select(needed => needed.Name)] : [];
        var type = package.RequiredText("type", what);
        switch (type)
        {
            case "Project":
                projects.Add(entry.Name);
                asked.AddRange(needs);
                return;
            case "Direct":
                asked.Add(entry.Name);
                break;
            case "Transitive" or "CentralTransitive":
                break;
            default:
                throw new JsonException($"{what} is of the unknown type '{type}'.");
        }

        var version = package.RequiredText("resolved", what);
        if (!IsName(version.Replace("+", "", StringComparison.Ordinal)))
            throw new JsonException($"The version of {what} is none.");
        var hash = package.Required("contentHash", what).Base64($"the content hash of {what}");
        if (hash.Length != DigestAlgorithm.Sha512.Size)
            throw new JsonException($"The content hash of {what} is no SHA-512.");
        packages[entry.Name] = new(entry.Name, version, new(DigestAlgorithm.Sha512, hash), needs);
    }

    private static bool IsName(string text) =>
        text.Length is > 0 and <= MaximumName && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_');

    private const int MaximumPackages = 10_000;
    private const int MaximumName = 256;
}
