using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats;

/// <summary>One format: whether bytes are of it, and what they hold. A closed set, listed in <see cref="Inspector"/>.</summary>
internal abstract class ModelFormat
{
    /// <summary>The name in reports, such as <c>onnx</c>.</summary>
    public abstract string Name { get; }

    /// <summary>File name endings, lower case with the dot, that claim this format: they tell a disagreement, and which files are named like models.</summary>
    public abstract IReadOnlyList<string> Endings { get; }

    /// <summary>Whole names by which loaders open files of this format; they claim it as endings do.</summary>
    public virtual IReadOnlyList<string> FileNames => [];

    /// <summary>Further endings under which the format is usual, though they claim others or nothing.</summary>
    public virtual IReadOnlyList<string> OtherEndings => [];

    /// <summary>Whether a loader opens what is called so as this format, whatever else its bytes are: then they are read as it as well.</summary>
    public virtual bool IsOpenedAs(string name) => false;

    /// <summary>Whether the format is a message without a mark, so that the same bytes can be of another such format, or of one with a mark, as well.</summary>
    public virtual bool IsMessage => false;

    /// <summary>Whether a name does not disagree with this format, also where it claims another one as well.</summary>
    public bool Fits(string name) => IsClaimedBy(name) || OtherEndings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>The findings that this format can raise.</summary>
    public abstract IReadOnlyList<FindingRule> Rules { get; }

    /// <summary>Whether the bytes are of this format; never throws for any bytes, and reads no more than telling it takes.</summary>
    /// <param name="head">The first bytes of the file, at most 4096.</param>
    /// <param name="content">The whole file, for formats whose mark is elsewhere.</param>
    /// <param name="name">The file's name: a hint, where bytes alone do not tell the format or its kind.</param>
    public abstract bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name);

    /// <summary>Whether a file's name, or the path that it ends, claims this format.</summary>
    public bool IsClaimedBy(string name) =>
        Endings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
        || FileNames.Any(file => name.EndsWith(file, StringComparison.OrdinalIgnoreCase) && (name.Length == file.Length || name[^(file.Length + 1)] is '/' or '\\'));

    /// <summary>Reads the file and writes facts and findings into <paramref name="context"/>.</summary>
    /// <exception cref="MalformedModelException">The bytes break the format; what was found before stays.</exception>
    public abstract void Inspect(ModelContent content, string name, InspectionContext context);
}
