namespace Precinto.Inspection;

/// <summary>What a finding's code means. A code never changes its meaning; docs/findings.md explains each.</summary>
public sealed class FindingRule
{
    internal FindingRule(string code, FindingSeverity severity, string title, bool isMalformed = false, bool isUnread = false)
    {
        Code = code;
        Severity = severity;
        Title = title;
        IsMalformed = isMalformed;
        IsUnread = isUnread;
    }

    /// <summary>The stable code, such as <c>PKL101</c>.</summary>
    public string Code { get; }

    /// <summary>How much every finding of this code weighs.</summary>
    public FindingSeverity Severity { get; }

    /// <summary>One line for a table of rules.</summary>
    public string Title { get; }

    /// <summary>Whether the finding says that the file breaks its format.</summary>
    public bool IsMalformed { get; }

    /// <summary>Whether the finding says that something could not be read, so that nothing is known of it.</summary>
    public bool IsUnread { get; }

    /// <inheritdoc/>
    public override string ToString() => Code;
}
