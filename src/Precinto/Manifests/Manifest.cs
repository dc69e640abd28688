using Precinto.Digests;
using Precinto.Files;

namespace Precinto.Manifests;

/// <summary>The files of a model with their digests: what a signature is about.</summary>
public sealed class Manifest
{
    private readonly Dictionary<string, FileStatement> _byPath;
    private readonly IgnoredPaths _leftOut;

    internal Manifest(IReadOnlyList<Resource> resources, IReadOnlyList<string>? ignoredPaths = null, long? shardSize = null)
    {
        Resources = resources;
        IgnoredPaths = ignoredPaths ?? [];
        Method = new(resources.Count > 0 ? resources[0].Digest.Algorithm : DigestAlgorithm.Sha256, shardSize);
        _leftOut = new(IgnoredPaths);
        _byPath = resources.GroupBy(resource => resource.Path, StringComparer.Ordinal).ToDictionary(
            file => file.Key, file => new FileStatement(Method, [.. file.OrderBy(resource => resource.Shard?.Start)]), StringComparer.Ordinal);
        RootDigest = ComputeRoot(resources);
    }

    /// <summary>The files, or their parts, in the order of the manifest.</summary>
    public IReadOnlyList<Resource> Resources { get; }

    /// <summary>The paths that its author left out; they are not protected.</summary>
    public IReadOnlyList<string> IgnoredPaths { get; }

    /// <summary>SHA-256 over the raw digests in the order of the manifest (OpenSSF Model Signing 1.0, section 6.5.1).</summary>
    public Digest RootDigest { get; }

    /// <summary>How the files were hashed.</summary>
    internal HashMethod Method { get; }

    /// <summary>The paths of all files, each once.</summary>
    internal IReadOnlyCollection<string> Paths => _byPath.Keys;

    /// <summary>Whether it is about a single file without its name, as older tools write it.</summary>
    internal bool IsAboutNamelessFile => _byPath.Count == 1 && _byPath.ContainsKey(Nameless);

    /// <summary>Finds a whole file by its exact path.</summary>
    public bool TryGet(string path, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Resource? resource)
    {
        resource = Find(path)?.Whole;
        return resource is not null;
    }

    /// <summary>What it says of a file, whole or in parts.</summary>
    internal FileStatement? Find(string path) => _byPath.GetValueOrDefault(path);

    /// <summary>The same, where a file without its name is any single file.</summary>
    internal FileStatement? FindNamed(string path) => Find(path) ?? (IsAboutNamelessFile ? Find(Nameless) : null);

    /// <summary>Whether the author chose not to sign what stands under a path.</summary>
    internal bool LeavesOut(string path) => _leftOut.Covers(path);

    /// <summary>The resources in the order that the specification asks for: by the UTF-8 bytes of their names (section 6.4).</summary>
    internal static Manifest FromFiles(IEnumerable<Resource> resources, IReadOnlyList<string>? ignoredPaths = null, long? shardSize = null) =>
        new([.. resources.Order(Comparer<Resource>.Create((left, right) => Snapshot.ComparePaths(left.Name, right.Name)))], ignoredPaths, shardSize);

    /// <summary>The resources that a file has in a manifest of a method, made of what <see cref="HashMethod.Request"/> answered.</summary>
    internal static IEnumerable<Resource> ResourcesOf(string path, long length, HashMethod method, byte[] digests)
    {
        if (method.ShardSize is not { } size)
            return [new(path, new(method.Algorithm, digests))];

        return digests.Chunk(method.Algorithm.Size).Select((digest, index) =>
            new Resource(path, new(method.Algorithm, digest), new(index * size, index * size < length - size ? (index + 1) * size : length)));
    }

    private static Digest ComputeRoot(IReadOnlyList<Resource> resources)
    {
        using var computation = DigestAlgorithm.Sha256.Start();
        foreach (var resource in resources)
            computation.Append(resource.Digest.Bytes);
        return new(DigestAlgorithm.Sha256, computation.Finish());
    }

    internal const string Nameless = ".";
}
