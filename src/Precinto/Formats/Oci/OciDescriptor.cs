using System.Text.Json;
using Precinto.Formats.Json;

namespace Precinto.Formats.Oci;

/// <summary>What a layout says of a blob (OCI image-spec 1.1, descriptor.md): its kind, its digest and its size.</summary>
internal sealed record OciDescriptor(string MediaType, string Digest, long? Size, bool IsForeign, string? FileName)
{
    /// <summary>Whether the blob names further blobs.</summary>
    public bool IsManifest => MediaType is
        "application/vnd.oci.image.index.v1+json" or "application/vnd.oci.image.manifest.v1+json" or "application/vnd.oci.artifact.manifest.v1+json"
        or "application/vnd.docker.distribution.manifest.v2+json" or "application/vnd.docker.distribution.manifest.list.v2+json";

    /// <summary>Whether the blob tells of a model: ModelPack has a kind of its own for that, Ollama takes the one of images.</summary>
    public bool IsModelConfiguration =>
        MediaType is "application/vnd.docker.container.image.v1+json" || (MediaType.StartsWith(ModelPack, StringComparison.Ordinal) && MediaType.Contains(".config.", StringComparison.Ordinal));

    /// <summary>The descriptors in an index or a manifest.</summary>
    public static IEnumerable<OciDescriptor> ReadAll(JsonElement manifest)
    {
        foreach (var list in new[] { "manifests", "layers", "blobs" })
        {
            foreach (var item in manifest.Member(list)?.Items() ?? [])
                yield return Read(item);
        }

        if (manifest.Member("config") is { } config)
            yield return Read(config);
    }

    private static OciDescriptor Read(JsonElement item)
    {
        var annotations = item.Member("annotations");
        // Where a layer of one file goes: what ORAS and ModelPack call it.
        var fileName = annotations?.TextOf("org.opencontainers.image.title") ?? annotations?.TextOf("org.cncf.model.filepath");
        var isForeign = item.Member("urls")?.Items().Any() == true || item.TextOf("mediaType")?.Contains(".foreign.", StringComparison.Ordinal) == true;
        return new(item.TextOf("mediaType") ?? "", item.TextOf("digest") ?? "", item.Whole("size"), isForeign, fileName);
    }

    public const string ModelPack = "application/vnd.cncf.model.";
    public const string Ollama = "application/vnd.ollama.";
}
