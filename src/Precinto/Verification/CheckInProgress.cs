using Precinto.Inspection;

namespace Precinto.Verification;

/// <summary>Collects what a check finds out. It fails as soon as one failure is noted, and passes only when something was confirmed.</summary>
internal sealed class CheckInProgress(CheckName name)
{
    private readonly List<Observation> _observations = [];
    private bool _hasFailed;
    private bool _hasConfirmed;

    public bool HasFailed => _hasFailed;

    public bool IsEmpty => _observations.Count == 0;

    public void Fail(FindingRule rule, string message)
    {
        _hasFailed = true;
        _observations.Add(new(rule, message));
    }

    public void Confirm(string message)
    {
        _hasConfirmed = true;
        _observations.Add(new(null, message));
    }

    public void Note(string message) => _observations.Add(new(null, message));

    public Check Finish() => new(
        name,
        _hasFailed ? CheckOutcome.Failed : _hasConfirmed ? CheckOutcome.Passed : CheckOutcome.Skipped,
        _observations.Count <= MaximumObservations
            ? _observations
            : [.. _observations.OrderBy(Rank).Take(MaximumObservations), new(null, $"and {_observations.Count - MaximumObservations} more")]);

    // What no policy can soften comes first: a flood of lesser failures, which whoever brings the model can make, must not push it out.
    private static int Rank(Observation observation) =>
        observation.Rule is null ? 2 : CheckRules.Unyielding.Contains(observation.Rule) ? 0 : 1;

    private const int MaximumObservations = 50;
}
