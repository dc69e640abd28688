using Precinto.Digests;
using Precinto.Manifests;

namespace Precinto.Signatures;

/// <summary>What signing made.</summary>
public sealed class SigningResult
{
    internal SigningResult(Digest digest, ModelRecord record, IReadOnlyList<string> signers, IReadOnlyList<string> writtenFiles, int fileCount)
    {
        Digest = digest;
        Record = record;
        Signers = signers;
        WrittenFiles = writtenFiles;
        FileCount = fileCount;
    }

    /// <summary>The digest of the model file; of a folder with several, their root digest.</summary>
    public Digest Digest { get; }

    /// <summary>What was signed of the model.</summary>
    public ModelRecord Record { get; }

    /// <summary>Who signed: kind and identity.</summary>
    public IReadOnlyList<string> Signers { get; }

    /// <summary>The files that were written, in order.</summary>
    public IReadOnlyList<string> WrittenFiles { get; }

    /// <summary>How many files were signed.</summary>
    public int FileCount { get; }
}
