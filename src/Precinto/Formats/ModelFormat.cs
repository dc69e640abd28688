using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats;

/// <summary>One format: whether bytes are of it, and what they hold. A closed set, listed in <see cref="Inspector"/>.</summary>
internal abstract class ModelFormat
{
    /// <summary>The name in reports, such as <c>onnx</c>.</summary>
    public abstract string Name { get; }

    /// <summary>File name endings, lower case with the dot, that claim this format; used only to notice a disagreement.</summary>
    public abstract IReadOnlyList<string> Endings { get; }

    /// <summary>Further endings under which the format is usual, though they claim others or nothing.</summary>
    public virtual IReadOnlyList<string> OtherEndings => [];

    /// <summary>The findings that this format can raise.</summary>
    public abstract IReadOnlyList<FindingRule> Rules { get; }

    /// <summary>Whether the bytes are of this format; cheap, and never throws for any bytes.</summary>
    /// <param name="head">The first bytes of the file, at most 4096.</param>
    /// <param name="content">The whole file, for formats whose mark is elsewhere.</param>
    /// <param name="name">The file's name: a hint, for formats without a mark only.</param>
    public abstract bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name);

    /// <summary>Reads the file and writes facts and findings into <paramref name="context"/>.</summary>
    /// <exception cref="MalformedModelException">The bytes break the format; what was found before stays.</exception>
    public abstract void Inspect(ModelContent content, string name, InspectionContext context);
}
