namespace Precinto.Scans;

/// <summary>The questions about a scan, always all of them and in this order.</summary>
public enum ScanCheckName
{
    /// <summary>Did a scanner that can be believed come to its end?</summary>
    Scanner,

    /// <summary>Did it see what it was to look at?</summary>
    Coverage,

    /// <summary>Are the report and the vulnerability database recent enough?</summary>
    Age,

    /// <summary>Does the operating system still get updates?</summary>
    Support,

    /// <summary>Is there no vulnerability that counts?</summary>
    Vulnerabilities,

    /// <summary>Is there no misconfiguration that counts?</summary>
    Misconfigurations,

    /// <summary>Is there no secret that counts?</summary>
    Secrets,

    /// <summary>Is there no licence that counts?</summary>
    Licenses,

    /// <summary>What became of the findings that the rules ignore?</summary>
    Exceptions,
}
