using Precinto.Formats.Torch;

namespace Precinto.Inspection;

/// <summary>What inspection found in one file.</summary>
public sealed class FileInspection
{
    internal FileInspection(string path, string format, long size, InspectionVerdict verdict, ModelFacts facts, IReadOnlyList<Finding> findings, long leftOut = 0)
    {
        Path = path;
        Format = format;
        Size = size;
        Verdict = verdict;
        Facts = facts;
        Findings = findings;
        LeftOut = leftOut;
    }

    /// <summary>The name under which the file was inspected; may hold anything that a file name can hold.</summary>
    public string Path { get; }

    /// <summary>The format that its bytes have, such as <c>pickle</c> or <c>onnx</c>; <c>unknown</c> for none that is known.</summary>
    public string Format { get; }

    /// <summary>Its size in bytes.</summary>
    public long Size { get; }

    /// <summary>What to make of it.</summary>
    public InspectionVerdict Verdict { get; }

    /// <summary>What it says of itself.</summary>
    public ModelFacts Facts { get; }

    /// <summary>What was noticed, in the order in which it was found.</summary>
    public IReadOnlyList<Finding> Findings { get; }

    /// <summary>How many more findings there were, none of which weighs more than those that are kept.</summary>
    public long LeftOut { get; }

    /// <summary>What it says of the distributed checkpoint that it belongs to.</summary>
    internal CheckpointPart? Checkpoint { get; init; }
}
