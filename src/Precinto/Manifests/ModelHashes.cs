using Precinto.Digests;
using Precinto.Files;

namespace Precinto.Manifests;

/// <summary>The digests of all files of a model.</summary>
public sealed class ModelHashes
{
    private ModelHashes(Manifest manifest) => Manifest = manifest;

    /// <summary>The files and their digests, in the order of their paths' UTF-8 bytes.</summary>
    public Manifest Manifest { get; }

    /// <summary>Hashes a file or every file of a folder, without following links.</summary>
    /// <param name="model">A file or a folder.</param>
    /// <param name="algorithm">The hash.</param>
    /// <param name="progress">Is told how many bytes were read since it was told last.</param>
    /// <param name="cancellation">Stops the computation.</param>
    /// <exception cref="IrregularModelException">Something in the model is no regular file.</exception>
    /// <exception cref="ModelChangedException">A file changed while it was read.</exception>
    /// <exception cref="IOException">The world failed.</exception>
    public static Task<ModelHashes> ComputeAsync(string model, DigestAlgorithm algorithm, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        return Task.Run(() => Compute(model, algorithm, progress, cancellation), cancellation);
    }

    private static ModelHashes Compute(string model, DigestAlgorithm algorithm, IProgress<long>? progress, CancellationToken cancellation)
    {
        using var snapshot = Snapshot.Open(model);
        if (snapshot.Irregularities.Count > 0)
            throw new IrregularModelException(snapshot.Irregularities);

        List<Resource> resources = [];
        foreach (var file in snapshot.Files)
        {
            using var opened = file.Open();
            var hash = ContentHashing.Compute(opened.Content, [new(algorithm)], progress is null ? null : progress.Report, cancellation)[0];
            opened.ThrowIfChanged();
            resources.Add(new(file.Path, new(algorithm, hash)));
        }

        return new(Manifest.FromFiles(resources));
    }
}
