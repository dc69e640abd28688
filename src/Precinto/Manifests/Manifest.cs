using Precinto.Digests;
using Precinto.Files;

namespace Precinto.Manifests;

/// <summary>The files of a model with their digests: what a signature is about.</summary>
public sealed class Manifest
{
    private readonly Dictionary<string, Resource> _byPath;
    private readonly IgnoredPaths _leftOut;

    internal Manifest(IReadOnlyList<Resource> resources, IReadOnlyList<string>? ignoredPaths = null)
    {
        Resources = resources;
        IgnoredPaths = ignoredPaths ?? [];
        _leftOut = new(IgnoredPaths);
        _byPath = resources.ToDictionary(resource => resource.Path, StringComparer.Ordinal);
        RootDigest = ComputeRoot(resources);
    }

    /// <summary>The files, in the order of the manifest.</summary>
    public IReadOnlyList<Resource> Resources { get; }

    /// <summary>The paths that its author left out; they are not protected.</summary>
    public IReadOnlyList<string> IgnoredPaths { get; }

    /// <summary>SHA-256 over the raw digests in the order of the manifest (OpenSSF Model Signing 1.0, section 6.5.1).</summary>
    public Digest RootDigest { get; }

    /// <summary>Finds a file by its exact path.</summary>
    public bool TryGet(string path, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Resource? resource) => _byPath.TryGetValue(path, out resource);

    /// <summary>Whether the author chose not to sign what stands under a path.</summary>
    internal bool LeavesOut(string path) => _leftOut.Covers(path);

    /// <summary>The resources in the order that the specification asks for.</summary>
    internal static Manifest FromFiles(IEnumerable<Resource> resources, IReadOnlyList<string>? ignoredPaths = null) =>
        new([.. resources.Order(Comparer<Resource>.Create((left, right) => Snapshot.ComparePaths(left.Path, right.Path)))], ignoredPaths);

    private static Digest ComputeRoot(IReadOnlyList<Resource> resources)
    {
        using var computation = DigestAlgorithm.Sha256.Start();
        foreach (var resource in resources)
            computation.Append(resource.Digest.Bytes);
        return new(DigestAlgorithm.Sha256, computation.Finish());
    }
}
