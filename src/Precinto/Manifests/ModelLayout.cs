using Precinto.Files;

namespace Precinto.Manifests;

/// <summary>Which files are the model, and which stand beside it: signatures, record, hash, checksums.</summary>
internal sealed class ModelLayout
{
    private ModelLayout(Snapshot snapshot, IReadOnlyList<SnapshotFile> payload, IReadOnlyList<SignatureCandidate> signatures)
    {
        Snapshot = snapshot;
        Payload = payload;
        Signatures = signatures;
    }

    public const string HashFileName = "model_hash.txt";
    public const string ChecksumsFileName = "SHA256SUMS";
    public const string FolderBundleName = "model.sig";

    public Snapshot Snapshot { get; }

    /// <summary>The files of the model itself.</summary>
    public IReadOnlyList<SnapshotFile> Payload { get; }

    /// <summary>Files that stand where signatures are looked for.</summary>
    public IReadOnlyList<SignatureCandidate> Signatures { get; }

    public SidecarFile? FindRecord() => Snapshot.FindBeside(ModelRecord.FileName, MaximumRecord);

    public SidecarFile? FindHash() => Snapshot.FindBeside(HashFileName, MaximumHash);

    /// <summary>The checksums of a folder; beside a single file they would speak of others.</summary>
    public SidecarFile? FindChecksums() => Snapshot.IsFolder ? Snapshot.FindBeside(ChecksumsFileName, MaximumSignature) : null;

    public static ModelLayout Of(Snapshot snapshot, IgnoredPaths ignored, IReadOnlyCollection<string>? named = null)
    {
        if (!snapshot.IsFolder)
            return new(snapshot, snapshot.Files, FindBesideFile(snapshot));

        var files = snapshot.Files.Where(file => !ignored.Covers(file.Path)).ToArray();
        var paths = files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        List<SnapshotFile> payload = [];
        List<SignatureCandidate> signatures = [];
        foreach (var file in files)
        {
            if (named?.Contains(file.Path) == true)
                continue;

            if (CandidateFor(file.Path, paths) is { } covered)
                signatures.Add(new(file.Path, covered, file));
            else if (file.Path is not (ModelRecord.FileName or HashFileName or ChecksumsFileName))
                payload.Add(file);
        }

        return new(snapshot, payload, signatures);
    }

    /// <summary>Reads a candidate; a file that is too large for a signature is no signature.</summary>
    public SidecarFile Read(SignatureCandidate candidate)
    {
        if (candidate.File is null)
            return Snapshot.FindBeside(candidate.Path, MaximumSignature) ?? throw new ModelChangedException(candidate.Path);
        if (candidate.File.Length > MaximumSignature)
            return new(candidate.Path, null, TooLarge(candidate.File.Length));

        return new(candidate.Path, candidate.File.Read(), null);
    }

    public static string TooLarge(long length) => $"has {length} bytes, more than any signature; at most {MaximumSignature} are read";

    private static List<SignatureCandidate> FindBesideFile(Snapshot snapshot) =>
        [.. Endings.Select(ending => snapshot.Name + ending)
            .Where(name => snapshot.FindBeside(name, 0) is not null)
            .Select(name => new SignatureCandidate(name, snapshot.Name, null))];

    /// <summary>What a file in a folder would be a signature of; "" for the folder, null where it is none.</summary>
    private static string? CandidateFor(string path, HashSet<string> paths)
    {
        if (path == FolderBundleName)
            return "";

        foreach (var ending in Endings)
            if (path.EndsWith(ending, StringComparison.Ordinal) && paths.Contains(path[..^ending.Length]))
                return path[..^ending.Length];

        return null;
    }

    // The longest first: model.oms.sig is no signature of a file named model.oms.
    public static readonly string[] Endings = [".oms.sig", ".sig", ".asc"];

    public const int MaximumSignature = 64 << 20;
    private const int MaximumRecord = 4 << 20;
    private const int MaximumHash = 1024;
}

/// <summary>A file that stands where a signature would stand.</summary>
/// <param name="Path">Its path in the model, or its name beside it.</param>
/// <param name="Covers">The path of the file that a detached signature in it would cover; "" for the whole folder.</param>
/// <param name="File">The file in the folder; null beside a single file.</param>
internal sealed record SignatureCandidate(string Path, string Covers, SnapshotFile? File);
