using Precinto.Inspection;

namespace Precinto.Formats.Torch;

/// <summary>What one file of a distributed checkpoint says of it; kept until all of its folder, or of the archive that it lies in, were read.</summary>
internal abstract class CheckpointPart
{
    private protected CheckpointPart()
    {
    }
}

/// <summary>Where the archives in a file begin, and how long each is.</summary>
internal sealed class CheckpointArchives(IEnumerable<(long Start, long Length)> archives) : CheckpointPart
{
    private readonly Dictionary<long, long> _lengths = archives.ToDictionary(archive => archive.Start, archive => archive.Length);

    /// <summary>Whether one archive begins and ends there.</summary>
    public bool Holds(CheckpointEntry entry) => _lengths.TryGetValue(entry.Offset, out var length) && length == entry.Length;
}

/// <summary>Which bytes of which file the loader takes for one tensor or one object; <paramref name="Position"/> is where the index says so.</summary>
internal readonly record struct CheckpointEntry(string File, long Offset, long Length, long Position);

/// <summary>A file of a checkpoint among others, and what takes the findings about it.</summary>
internal sealed record CheckpointFile(string Path, CheckpointPart Part, InspectionContext Context);
