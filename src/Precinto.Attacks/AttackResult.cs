using Precinto.Verification;

namespace Precinto.Attacks;

/// <summary>How an attack ended; the default outcome is that it got through.</summary>
public sealed class AttackResult
{
    private AttackResult(Attack attack, AttackOutcome outcome, IReadOnlyList<string> stoppedBy, string detail)
    {
        Attack = attack;
        Outcome = outcome;
        StoppedBy = stoppedBy;
        Detail = detail;
    }

    /// <summary>What was tried.</summary>
    public Attack Attack { get; }

    /// <summary>Whether it was stopped.</summary>
    public AttackOutcome Outcome { get; }

    /// <summary>The checks that failed, or <c>sealing</c>; in the order in which they are made.</summary>
    public IReadOnlyList<string> StoppedBy { get; }

    /// <summary>The codes and the first reason, or why the attack does not apply. It may quote the model: escape it before it is shown.</summary>
    public string Detail { get; }

    internal static AttackResult NotApplicable(Attack attack, string reason) => new(attack, AttackOutcome.NotApplicable, [], reason);

    internal static AttackResult StoppedBySealing(Attack attack, string detail) => new(attack, AttackOutcome.Stopped, ["sealing"], detail);

    internal static AttackResult GotThrough(Attack attack, string detail) => new(attack, AttackOutcome.GotThrough, [], detail);

    internal static AttackResult Of(Attack attack, VerificationReport report)
    {
        if (report.Verdict != Verdict.Rejected)
            return GotThrough(attack, $"the verdict was {report.Verdict}");

        var failed = report.Checks.Where(check => check.Outcome == CheckOutcome.Failed).ToArray();
        var reason = failed.SelectMany(check => check.Observations).FirstOrDefault(observation => observation.Rule is not null);
        return failed.Length == 0
            ? GotThrough(attack, "no check failed")
            : new(attack, AttackOutcome.Stopped, [.. failed.Select(check => check.Name.ToString().ToLowerInvariant())], $"{reason?.Rule?.Code}: {reason?.Message}");
    }
}
