using System.Globalization;
using Precinto.Digests;

namespace Precinto.Manifests;

/// <summary>One file of a model, or one part of a file, and the digest of its bytes.</summary>
public sealed class Resource
{
    internal Resource(string path, Digest digest)
        : this(path, digest, null)
    {
    }

    internal Resource(string path, Digest digest, Shard? shard)
    {
        Path = path;
        Digest = digest;
        Shard = shard;
    }

    /// <summary>The path in the model, with <c>/</c> between its parts.</summary>
    public string Path { get; }

    /// <summary>The digest of the whole file, or of the part that <see cref="Name"/> names.</summary>
    public Digest Digest { get; }

    /// <summary>How a manifest names it: the path, and for a part of a file <c>path:start:end</c>, in bytes and without the end (OMS 1.0, section 6.3.2).</summary>
    public string Name => Shard is { } shard ? string.Create(CultureInfo.InvariantCulture, $"{Path}:{shard.Start}:{shard.End}") : Path;

    internal Shard? Shard { get; }
}

/// <summary>A part of a file: from <see cref="Start"/> to before <see cref="End"/>, in bytes.</summary>
internal sealed record Shard(long Start, long End);
