namespace Precinto.Inspection;

/// <summary>Something that was noticed in a file.</summary>
public sealed class Finding
{
    internal Finding(FindingRule rule, string message, long? offset, string? member)
    {
        Rule = rule;
        Message = message;
        Offset = offset;
        Member = member;
    }

    /// <summary>What kind of thing it is.</summary>
    public FindingRule Rule { get; }

    /// <summary>The stable code of <see cref="Rule"/>.</summary>
    public string Code => Rule.Code;

    /// <summary>How much it weighs.</summary>
    public FindingSeverity Severity => Rule.Severity;

    /// <summary>What was found, in a sentence. It may quote the file: escape it before it reaches a terminal, a log or a page.</summary>
    public string Message { get; }

    /// <summary>Where, in bytes from the start of the file, of its member, or of its decompressed content.</summary>
    public long? Offset { get; }

    /// <summary>The member of a container in which it was found, or null for the file itself.</summary>
    public string? Member { get; }
}
