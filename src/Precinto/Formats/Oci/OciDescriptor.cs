using System.Text.Json;
using Precinto.Formats.Json;

namespace Precinto.Formats.Oci;

/// <summary>What a layout says of a blob (OCI image-spec 1.1, descriptor.md): its kind, its digest and its size.</summary>
internal sealed record OciDescriptor(string MediaType, string Digest, long? Size)
{
    public bool IsForeign { get; private init; }

    /// <summary>Where a layer of one file goes: what ORAS and ModelPack call it.</summary>
    public IReadOnlyList<string> FileNames { get; private init; } = [];

    /// <summary>The bytes of the blob, where they stand in the descriptor itself; a reader may take them for the blob.</summary>
    public string? Data { get; private init; }

    /// <summary>A member that is read by whoever takes no notice of case, as programs in Go do; null where there is none.</summary>
    public string? OtherCase { get; private init; }

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

    /// <summary>A member of a manifest that is called like one that is read, but for case.</summary>
    public static string? FindOtherCase(JsonElement element) => element.ValueKind != JsonValueKind.Object ? null
        : element.EnumerateObject().Select(member => member.Name).FirstOrDefault(name => !Members.Contains(name) && Members.Contains(name, StringComparer.OrdinalIgnoreCase));

    private static OciDescriptor Read(JsonElement item)
    {
        var annotations = item.Member("annotations");
        return new(item.TextOf("mediaType") ?? "", item.TextOf("digest") ?? "", item.Whole("size"))
        {
            IsForeign = item.Member("urls")?.Items().Any() == true || item.TextOf("mediaType")?.Contains(".foreign.", StringComparison.Ordinal) == true,
            FileNames = [.. TitleKeys.Select(key => annotations?.TextOf(key)).OfType<string>()],
            Data = item.TextOf("data"),
            OtherCase = FindOtherCase(item),
        };
    }

    private static readonly string[] TitleKeys = ["org.opencontainers.image.title", "org.cncf.model.filepath"];
    private static readonly string[] Members = ["mediaType", "digest", "size", "annotations", "urls", "data", "artifactType", "manifests", "layers", "blobs", "config"];

    public const string ModelPack = "application/vnd.cncf.model.";
    public const string Ollama = "application/vnd.ollama.";
}
