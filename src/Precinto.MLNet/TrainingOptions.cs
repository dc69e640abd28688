namespace Precinto.MLNet;

/// <summary>How to train. The same data, options and creation time give the same bytes on the same machine.</summary>
public sealed class TrainingOptions
{
    /// <summary>The algorithm.</summary>
    public TrainingAlgorithm Algorithm { get; init; } = TrainingAlgorithm.Forest;

    /// <summary>What the forest's choice of rows and features is drawn from. The linear model draws nothing.</summary>
    public int Seed { get; init; }

    /// <summary>The creation time to record, kept to the second; null for the present.</summary>
    public DateTimeOffset? CreatedAt { get; init; }
}
