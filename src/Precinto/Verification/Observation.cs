using Precinto.Inspection;

namespace Precinto.Verification;

/// <summary>One thing that a check found out.</summary>
public sealed class Observation
{
    internal Observation(FindingRule? rule, string message)
    {
        Rule = rule;
        Message = message;
    }

    /// <summary>Why the check failed, or null for what only is worth saying.</summary>
    public FindingRule? Rule { get; }

    /// <summary>A sentence without its full stop. It may quote the model: escape it before it reaches a terminal, a log or a page.</summary>
    public string Message { get; }
}
