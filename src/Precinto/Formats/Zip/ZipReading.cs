using Precinto.Files;

namespace Precinto.Formats.Zip;

/// <summary>What is peculiar to how archives of one kind are read. Nothing in it keeps a member from being detected by its bytes.</summary>
internal sealed class ZipReading
{
    public static ZipReading Plain { get; } = new();

    /// <summary>Whether bytes of a format are no more than a text, so that a kind may read them as its own.</summary>
    public static bool IsText(string format) => format is "unknown" or "json" or "jinja" or "yaml" or "python";

    /// <summary>Whether the kind reads a member itself if the member's bytes are of a format.</summary>
    public Func<ZipEntry, string, bool> IsOwn { get; init; } = (_, _) => false;

    /// <summary>Whether a member that is of no known format is none to wonder about.</summary>
    public Func<ZipEntry, ModelContent, bool> IsKnown { get; init; } = (_, _) => false;

    /// <summary>Whether the archive lies behind bytes of another format, which are judged as that.</summary>
    public bool IsBehind { get; init; }

    /// <summary>Whether members are read where they are, so that names may be what no file is called.</summary>
    public bool IsNeverUnpacked { get; init; }

    /// <summary>Whether the bytes before may hold other archives, each of which is inspected as a member, so that several end records are nothing to wonder about.</summary>
    public bool IsAmongOthers { get; init; }

    /// <summary>Whether the loaders of this kind take backslashes for slashes.</summary>
    public bool TakesBackslashes { get; init; }
}
