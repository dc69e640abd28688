namespace Precinto.Inspection;

/// <summary>Everything that bounds the reading of a hostile file, in one place.</summary>
public sealed class InspectionLimits
{
    private InspectionLimits()
    {
    }

    /// <summary>The limits that the command uses.</summary>
    public static InspectionLimits Default { get; } = new();

    /// <summary>Findings kept for one file; those that weigh most stay, the others are counted.</summary>
    public int Findings { get; internal init; } = 200;

    /// <summary>Steps (opcodes) of a pickle.</summary>
    public long PickleSteps { get; internal init; } = 200_000_000;

    /// <summary>Values alive in a pickle: on its stack, in its memo and in its graph, where an object counts as several. Small files may hold fewer.</summary>
    public int PickleValues { get; internal init; } = 60_000_000;

    /// <summary>Bytes kept of one text or number in a file.</summary>
    public int TextBytes { get; internal init; } = 1 << 20;

    /// <summary>How deep containers may lie in containers, pickles in pickles, and messages in messages.</summary>
    public int Nesting { get; internal init; } = 64;

    /// <summary>Members of an archive.</summary>
    public int Entries { get; internal init; } = 100_000;

    /// <summary>Bytes of a JSON header or of a whole JSON document.</summary>
    public int JsonBytes { get; internal init; } = 100_000_000;

    /// <summary>Tensors listed.</summary>
    public int Tensors { get; internal init; } = 200_000;

    /// <summary>Bytes that a compressed stream may become.</summary>
    public long ExpandedBytes { get; internal init; } = 16L << 30;

    /// <summary>Bytes that expanded members hold in memory at once, those in which others lie included.</summary>
    public long HeldBytes { get; internal init; } = 512L << 20;

    /// <summary>How many times larger than its compressed form a stream may become, once all that a file expands to is larger than 32 MiB, or 160 MiB of models.</summary>
    public int ExpansionRatio { get; internal init; } = 200;
}
