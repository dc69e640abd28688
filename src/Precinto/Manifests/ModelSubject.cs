using Precinto.Digests;
using Precinto.Inspection;

namespace Precinto.Manifests;

/// <summary>
/// What a record and a hash file speak of: the only model file there is; where there are several or none that is known, all files together.
/// </summary>
internal sealed class ModelSubject
{
    private ModelSubject(ExaminedFile? file, Digest digest, Digest contentDigest, long size, ModelFacts? facts, string? format)
    {
        ContentDigest = contentDigest;
        File = file;
        Digest = digest;
        Size = size;
        Facts = facts;
        Format = format;
    }

    /// <summary>The one model file, or null where the subject is a whole folder.</summary>
    public ExaminedFile? File { get; }

    /// <summary>SHA-256 of the file; for several files their root digest.</summary>
    public Digest Digest { get; }

    /// <summary>SHA-256 of the file where it is alone; else the root digest of all files, also where only one of them is a model. Two models that differ never share it.</summary>
    public Digest ContentDigest { get; }

    /// <summary>The size of the file; for several files their sum.</summary>
    public long Size { get; }

    /// <summary>What the model says of itself, as far as one file speaks for it.</summary>
    public ModelFacts? Facts { get; }

    public string? Format { get; }

    public static ModelSubject Of(IReadOnlyList<ExaminedFile> payload)
    {
        var models = payload.Where(file => file.HoldsModel).Take(2).ToArray();
        var single = models.Length == 1 ? models[0] : payload.Count == 1 ? payload[0] : null;
        var manifest = Manifest.FromFiles(payload.Select(file => new Resource(file.Path, file.Digest)));
        var content = payload.Count == 1 ? payload[0].Digest : manifest.RootDigest;
        if (single is not null)
            return new(single, single.Digest, content, single.Length, single.Inspection?.Facts, single.Inspection?.Format is { } format and not "unknown" ? format : null);

        var config = payload.FirstOrDefault(file => file.Path == "config.json");
        return new(null, manifest.RootDigest, content, payload.Sum(file => file.Length), config?.Inspection?.Facts, null);
    }
}
