namespace Precinto.Scans;

/// <summary>One question about a scan with its answer.</summary>
public sealed class ScanCheck
{
    internal ScanCheck(ScanCheckName name, ScanCheckOutcome outcome, IReadOnlyList<ScanNotice> notices)
    {
        Name = name;
        Outcome = outcome;
        Notices = notices;
    }

    /// <summary>The question.</summary>
    public ScanCheckName Name { get; }

    /// <summary>The answer.</summary>
    public ScanCheckOutcome Outcome { get; }

    /// <summary>Why, in sentences.</summary>
    public IReadOnlyList<ScanNotice> Notices { get; }

    /// <summary>The codes of what is wrong or worth knowing, each once.</summary>
    public IEnumerable<string> Codes => Notices.Select(notice => notice.Code).OfType<string>().Distinct();

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Outcome}";
}
