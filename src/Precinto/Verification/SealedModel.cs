using System.Diagnostics.CodeAnalysis;
using Precinto.Digests;
using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Verification;

/// <summary>Verified bytes that can no longer change; the only thing that can be loaded. Dispose it when nothing reads it any more.</summary>
public sealed class SealedModel : IDisposable
{
    private readonly SealedMemory _memory;
    private readonly Dictionary<string, ModelContent> _files;

    internal SealedModel(SealedMemory memory, Dictionary<string, ModelContent> files, string? mainPath, string format, Digest digest, ModelFacts? facts)
    {
        _memory = memory;
        _files = files;
        MainPath = mainPath;
        Format = format;
        Digest = digest;
        Facts = facts;
    }

    /// <summary>The path, inside the model, of the file that is the model proper; null where there are several or none.</summary>
    public string? MainPath { get; }

    /// <summary>The format of that file, or <c>unknown</c>.</summary>
    public string Format { get; }

    /// <summary>The SHA-256 of that file; where there are several, their root digest.</summary>
    public Digest Digest { get; }

    /// <summary>What that file says of itself.</summary>
    public ModelFacts? Facts { get; }

    /// <summary>The bytes of that file; null where there are several or none.</summary>
    public ModelContent? Main => MainPath is null ? null : _files[MainPath];

    /// <summary>The paths of all files in the model.</summary>
    public IReadOnlyCollection<string> Paths => _files.Keys;

    /// <summary>The bytes of a file that was verified as part of the model.</summary>
    public bool TryGetFile(string path, [NotNullWhen(true)] out ModelContent? content) => _files.TryGetValue(path, out content);

    /// <summary>Releases the memory.</summary>
    public void Dispose() => _memory.Dispose();
}
