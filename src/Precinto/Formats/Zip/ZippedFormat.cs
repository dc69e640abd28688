using Precinto.Files;

namespace Precinto.Formats.Zip;

/// <summary>A zip archive of a special kind, which the names of its members tell wherever in the file the archive starts.</summary>
internal abstract class ZippedFormat : ModelFormat
{
    // The directory is read once for all kinds.
    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) => false;

    /// <summary>Whether an archive with these members is of this kind.</summary>
    /// <param name="names">The names of all members.</param>
    /// <param name="fileName">The name of the archive: a hint.</param>
    public abstract bool Claims(ZipNames names, string fileName);
}
