using Precinto.Digests;
using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Manifests;

/// <summary>A pass over the files of a model: each is opened once, hashed and looked into through the same handle, or sealed first.</summary>
internal sealed class Examination
{
    private readonly Dictionary<string, ExaminedFile> _byPath;

    private Examination(IReadOnlyList<ExaminedFile> files)
    {
        Files = files;
        _byPath = files.ToDictionary(file => file.Path, StringComparer.Ordinal);
    }

    /// <summary>The files in the order of the snapshot.</summary>
    public IReadOnlyList<ExaminedFile> Files { get; }

    public ExaminedFile? Find(string path) => _byPath.GetValueOrDefault(path);

    /// <summary>Examines files where they lie.</summary>
    /// <exception cref="ModelChangedException">A file changed while it was read.</exception>
    public static Examination Run(IReadOnlyList<ExaminationRequest> requests, IProgress<long>? progress, CancellationToken cancellation)
    {
        var results = new ExaminedFile[requests.Count];
        ParallelOptions options = new() { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation };
        try
        {
            Parallel.For(0, requests.Count, options, index =>
            {
                using var opened = requests[index].File.Open();
                results[index] = Examine(requests[index], opened.Content, progress, cancellation);
                opened.ThrowIfChanged();
            });
        }
        catch (AggregateException exception)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }

        return Relate(results, index => requests[index].File.Read(), cancellation);
    }

    /// <summary>Copies all files into <paramref name="memory"/>, seals it, and examines what is sealed: what is verified is what will be read later.</summary>
    public static Examination RunSealed(
        IReadOnlyList<ExaminationRequest> requests, SealedMemory memory, IProgress<long>? progress, CancellationToken cancellation)
    {
        // A sparse file of terabytes costs an attacker nothing.
        var needed = requests.Sum(request => (decimal)request.File.Length);
        if (needed > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
            throw new IOException($"The model has {needed} bytes, more than there is memory to keep them in.");

        foreach (var request in requests)
        {
            using var opened = request.File.Open();
            memory.Append(opened.Content, cancellation);
        }

        memory.Seal();
        ExaminedFile[] results = [.. requests.Select((request, index) => Examine(request, memory[index], progress, cancellation))];
        return Relate(results, index => memory[index].ToArray(), cancellation);
    }

    private static Examination Relate(ExaminedFile[] files, Func<int, byte[]> read, CancellationToken cancellation)
    {
        var inspections = Array.ConvertAll(files, file => file.Inspection);
        FolderInspection.Relate(inspections, read, cancellation);
        foreach (var (file, inspection) in files.Zip(inspections))
            file.Inspection = inspection;
        return new(files);
    }

    private static ExaminedFile Examine(ExaminationRequest request, ModelContent content, IProgress<long>? progress, CancellationToken cancellation)
    {
        if (request.Known is { } known)
        {
            Dictionary<HashMethod, byte[]> vouched = new() { [HashMethod.Default] = known.Bytes.ToArray() };
            return new(request.File.Path, content, vouched, [], request.Inspect ? Inspector.Inspect(content, request.File.Path, cancellation) : null);
        }

        HashMethod[] methods = [HashMethod.Default, .. request.Methods.Where(method => method != HashMethod.Default).Distinct()];
        var hashes = ContentHashing.Compute(
            content, [.. methods.Select(method => method.Request()), .. request.Hashes], progress is null ? null : progress.Report, cancellation);
        var inspection = request.Inspect ? Inspector.Inspect(content, request.File.Path, cancellation) : null;
        return new(request.File.Path, content, methods.Zip(hashes).ToDictionary(), hashes[methods.Length..], inspection);
    }
}

/// <summary>What is to be found out about a file.</summary>
/// <param name="File">The file.</param>
/// <param name="Methods">How it is hashed for manifests; <see cref="HashMethod.Default"/> is never left out.</param>
/// <param name="Hashes">Hashes that signatures need.</param>
/// <param name="Inspect">Whether it is looked into.</param>
internal sealed record ExaminationRequest(SnapshotFile File, IReadOnlyList<HashMethod> Methods, IReadOnlyList<HashRequest> Hashes, bool Inspect)
{
    /// <summary>The SHA-256 of the file, where somebody vouches for it; it is not computed then.</summary>
    public Digest? Known { get; init; }
}

/// <summary>What was found out about a file. Its content can be read only where it was sealed.</summary>
internal sealed class ExaminedFile(
    string path, ModelContent content, IReadOnlyDictionary<HashMethod, byte[]> computed, byte[][] hashes, FileInspection? inspection)
{
    public string Path { get; } = path;

    public ModelContent Content { get; } = content;

    public long Length { get; } = content.Length;

    /// <summary>The SHA-256 of the file.</summary>
    public Digest Digest { get; } = new(DigestAlgorithm.Sha256, computed[HashMethod.Default]);

    /// <summary>The answers to the hash requests, in their order.</summary>
    public IReadOnlyList<byte[]> Hashes { get; } = hashes;

    /// <summary>The digests by a method, one after the other; null where that was not asked for.</summary>
    public byte[]? ComputedBy(HashMethod method) => computed.GetValueOrDefault(method);

    public FileInspection? Inspection { get; internal set; } = inspection;

    public bool HoldsModel => Inspection is { } inspection && Inspector.IsModelFormat(inspection.Format);
}
