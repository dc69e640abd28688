using Precinto.Inspection;

namespace Precinto.Verification;

/// <summary>One question with its answer and the reasons for it.</summary>
public sealed class Check
{
    internal Check(CheckName name, CheckOutcome outcome, IReadOnlyList<Observation> observations)
    {
        Name = name;
        Outcome = outcome;
        Observations = observations;
    }

    /// <summary>The question.</summary>
    public CheckName Name { get; }

    /// <summary>The answer.</summary>
    public CheckOutcome Outcome { get; }

    /// <summary>What was found out, failures and notes.</summary>
    public IReadOnlyList<Observation> Observations { get; }

    /// <summary>The codes of the failures, each once.</summary>
    public IReadOnlyList<string> Codes => [.. Observations.Where(observation => observation.Rule is not null).Select(observation => observation.Rule!.Code).Distinct()];

    /// <summary>All observations in one line.</summary>
    public string Detail => string.Join("; ", Observations.Select(observation => observation.Message));
}
