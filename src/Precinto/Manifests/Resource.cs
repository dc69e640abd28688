using Precinto.Digests;

namespace Precinto.Manifests;

/// <summary>One file of a model and the digest of its bytes.</summary>
public sealed class Resource
{
    internal Resource(string path, Digest digest)
    {
        Path = path;
        Digest = digest;
    }

    /// <summary>The path in the model, with <c>/</c> between its parts.</summary>
    public string Path { get; }

    /// <summary>The digest of the whole file.</summary>
    public Digest Digest { get; }
}
