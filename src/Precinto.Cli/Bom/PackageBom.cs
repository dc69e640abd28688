using System.Text.Json;

namespace Precinto.Cli.Bom;

/// <summary>The bill of materials of a program: the packages that its lock files pin, and what its maker adds to them.</summary>
internal static class PackageBom
{
    /// <param name="name">What the program is called.</param>
    /// <param name="version">Its version.</param>
    /// <param name="locks">Its lock files.</param>
    /// <param name="excluded">Packages that take part in building it alone, such as analyzers.</param>
    /// <param name="added">Components that no lock file knows, such as a runtime.</param>
    /// <param name="timestamp">The time of the document.</param>
    /// <exception cref="JsonException">Two lock files disagree about a package, or one needs what it does not pin.</exception>
    public static BomDocument Make(
        string name, string? version, IReadOnlyList<PackageLock> locks, IReadOnlyCollection<string> excluded, IReadOnlyList<BomComponent> added, DateTimeOffset? timestamp)
    {
        HashSet<string> left = new(excluded, StringComparer.OrdinalIgnoreCase);
        SortedDictionary<string, BomComponent> components = new(StringComparer.Ordinal);
        SortedDictionary<string, SortedSet<string>> needs = new(StringComparer.Ordinal);
        SortedSet<string> roots = new(StringComparer.Ordinal);
        foreach (var file in locks)
            foreach (var (packages, asked) in file.Frameworks.Zip(file.Roots))
                Collect(file, packages, asked, left, components, needs, roots);

        foreach (var component in added)
        {
            if (!components.TryAdd(component.Reference, component))
                throw new JsonException($"{component.Reference} stands there twice.");
            needs[component.Reference] = [];
            roots.Add(component.Reference);
        }

        BomComponent subject = new("application", "subject", name) { Version = version };
        return new(
            subject,
            [.. components.Values],
            [new(subject.Reference, [.. roots]), .. needs.Select(pair => new KeyValuePair<string, IReadOnlyList<string>>(pair.Key, [.. pair.Value]))],
            timestamp);
    }

    private static void Collect(
        PackageLock file, IReadOnlyDictionary<string, LockedPackage> packages, IReadOnlyList<string> asked, HashSet<string> left,
        SortedDictionary<string, BomComponent> components, SortedDictionary<string, SortedSet<string>> needs, SortedSet<string> roots)
    {
        // Only what is asked for, and what that needs: an analyzer that is left out takes along what it alone needs.
        Stack<LockedPackage> pending = new();
        HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);
        foreach (var root in asked)
            Follow(root, roots);

        while (pending.TryPop(out var package))
        {
            var reference = Reference(package);
            BomComponent component = new("library", reference, package.Name) { Version = package.Version, PackageUrl = reference, Hashes = [package.ContentHash] };
            if (components.TryGetValue(reference, out var known) && !known.Hashes[0].Equals(package.ContentHash))
                throw new JsonException($"The lock files pin {package.Name} {package.Version} with different content.");

            components[reference] = component;
            if (!needs.TryGetValue(reference, out var needed))
                needs[reference] = needed = new(StringComparer.Ordinal);
            foreach (var other in package.Needs)
                Follow(other, needed);
        }

        void Follow(string name, SortedSet<string> from)
        {
            if (left.Contains(name) || file.IsProject(name))
                return;
            if (!packages.TryGetValue(name, out var package))
                throw new JsonException($"A lock file needs {name} and does not pin it.");
            from.Add(Reference(package));
            if (seen.Add(name))
                pending.Push(package);
        }
    }

    private static string Reference(LockedPackage package) => $"pkg:nuget/{package.Name}@{Uri.EscapeDataString(package.Version)}";
}
