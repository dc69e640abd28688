namespace Precinto.MLNet;

/// <summary>
/// How to train. The same data and options, with a creation time, give the same bytes. For the linear model that holds among processors
/// with the same vector instructions: others add up in another order, which changes the last digits.
/// </summary>
public sealed class TrainingOptions
{
    /// <summary>The algorithm.</summary>
    public TrainingAlgorithm Algorithm { get; init; } = TrainingAlgorithm.Forest;

    /// <summary>What the forest's choice of rows and features is drawn from. The linear model draws nothing.</summary>
    public int Seed { get; init; }

    /// <summary>The creation time to record, kept to the second; null for the present.</summary>
    public DateTimeOffset? CreatedAt { get; init; }
}
