using Precinto.Cli.Files;
using Precinto.Digests;
using Precinto.Manifests;

namespace Precinto.Cli.Commands;

/// <summary>What a list of checksums, or a file with one digest and nothing else, states about a model.</summary>
internal sealed class ChecksumList
{
    private readonly IReadOnlyList<KeyValuePair<string, Digest>> _entries;
    private readonly string? _singleName;

    private ChecksumList(IReadOnlyList<KeyValuePair<string, Digest>> entries, string? singleName)
    {
        _entries = entries;
        _singleName = singleName;
    }

    /// <exception cref="UsageException">It is no list of checksums by this algorithm, or says nothing about the model.</exception>
    public static ChecksumList Read(string path, string model, DigestAlgorithm algorithm)
    {
        var bytes = NamedFile.Read(path, MaximumList);
        var singleName = Directory.Exists(model) ? null : Path.GetFileName(Path.GetFullPath(model));
        if (singleName is not null && Checksums.TryParseBare(bytes, algorithm, out var bare))
            return new([new(singleName, bare)], singleName);

        try
        {
            var entries = Checksums.Parse(bytes, algorithm).Select(entry => KeyValuePair.Create(WithoutDot(entry.Key), entry.Value)).ToArray();
            if (singleName is null)
                return new(entries, null);

            // A list beside a single file may speak of its neighbours too; they were not asked about.
            var own = entries.Where(entry => entry.Key == WithoutDot(model) || entry.Key == singleName).ToArray();
            return own.Length > 0 ? new(own, singleName) : throw new UsageException($"{path} says nothing about {singleName}");
        }
        catch (FormatException exception)
        {
            throw new UsageException($"{path}: {exception.Message}", exception);
        }
    }

    public IReadOnlyList<ChecksumComparison> Compare(Manifest manifest) =>
        [.. _entries.Select(entry => new ChecksumComparison(entry.Key, Judge(manifest, _singleName ?? entry.Key, entry.Value)))];

    /// <summary>How many files the list does not speak of; <c>sha256sum -c</c> does not mind them either.</summary>
    public int CountUnlisted(Manifest manifest)
    {
        var listed = _entries.Select(entry => _singleName ?? entry.Key).ToHashSet(StringComparer.Ordinal);
        return manifest.Resources.Count(resource => !listed.Contains(resource.Path));
    }

    private static ChecksumOutcome Judge(Manifest manifest, string path, Digest stated) =>
        !manifest.TryGet(path, out var resource) ? ChecksumOutcome.Missing
        : resource.Digest.Equals(stated) ? ChecksumOutcome.Agrees
        : ChecksumOutcome.Differs;

    private static string WithoutDot(string path) => path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;

    private const int MaximumList = 64 << 20;
}

/// <summary>One line of the list and what became of it.</summary>
internal sealed record ChecksumComparison(string Path, ChecksumOutcome Outcome);

/// <summary>How a file compares with its line; the default value is no match.</summary>
internal enum ChecksumOutcome
{
    Differs,
    Missing,
    Agrees,
}
