using Precinto.Trust;

namespace Precinto.Verification;

/// <summary>One question with its answer and the reasons for it.</summary>
public sealed class Check
{
    internal Check(CheckName name, CheckOutcome outcome, IReadOnlyList<Observation> observations, Enforcement enforcement = Enforcement.Enforce)
    {
        Name = name;
        Outcome = outcome;
        Observations = observations;
        Enforcement = enforcement;
    }

    /// <summary>The question.</summary>
    public CheckName Name { get; }

    /// <summary>The answer.</summary>
    public CheckOutcome Outcome { get; }

    /// <summary>How strictly the policy holds it.</summary>
    public Enforcement Enforcement { get; }

    /// <summary>What was found out, failures and notes.</summary>
    public IReadOnlyList<Observation> Observations { get; }

    /// <summary>The codes of the failures, each once.</summary>
    public IReadOnlyList<string> Codes => [.. Observations.Where(observation => observation.Rule is not null).Select(observation => observation.Rule!.Code).Distinct()];

    /// <summary>
    /// The same check as strictly as a policy holds it. Some answers stand whatever a policy says of the check: what it revoked, what is remembered,
    /// and that trust lies with the model.
    /// </summary>
    internal Check Under(Enforcement enforcement)
    {
        var unyielding = Observations.Where(observation => observation.Rule is { } rule && CheckRules.Unyielding.Contains(rule)).ToArray();
        return enforcement switch
        {
            Enforcement.Enforce => this,
            Enforcement.Warn => new(Name, Outcome == CheckOutcome.Failed && unyielding.Length == 0 ? CheckOutcome.Warned : Outcome, Observations, enforcement),
            Enforcement.Skip when unyielding.Length > 0 => new(Name, CheckOutcome.Failed, unyielding, enforcement),
            Enforcement.Skip => new(Name, CheckOutcome.Skipped, [new(null, "not asked, since the policy skips this check")], enforcement),
            _ => throw new ArgumentOutOfRangeException(nameof(enforcement)),
        };
    }

    /// <summary>All observations in one line.</summary>
    public string Detail => string.Join("; ", Observations.Select(observation => observation.Message));
}
