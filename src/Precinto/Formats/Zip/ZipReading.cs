using Precinto.Files;

namespace Precinto.Formats.Zip;

/// <summary>What is peculiar to how archives of one kind are read. Nothing in it keeps a member from being detected by its bytes.</summary>
internal sealed class ZipReading
{
    public static ZipReading Plain { get; } = new();

    /// <summary>Whether the kind reads a member itself if the member's bytes are of a format.</summary>
    public Func<ZipEntry, string, bool> IsOwn { get; init; } = (_, _) => false;

    /// <summary>Whether a member that is of no known format is none to wonder about.</summary>
    public Func<ZipEntry, ModelContent, bool> IsKnown { get; init; } = (_, _) => false;

    /// <summary>Whether the archive lies behind bytes of another format, which are judged as that.</summary>
    public bool IsBehind { get; init; }

    /// <summary>Whether the loaders of this kind take backslashes for slashes.</summary>
    public bool TakesBackslashes { get; init; }
}
