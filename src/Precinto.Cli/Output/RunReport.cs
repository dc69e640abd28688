namespace Precinto.Cli.Output;

/// <summary>
/// What a command found out, in the one form from which every output for CI is made. All texts may quote a model: each output escapes them
/// in its own way.
/// </summary>
internal sealed class RunReport
{
    /// <summary>The command, such as <c>verify</c>.</summary>
    public required string Command { get; init; }

    /// <summary>What it was about: the paths as the user gave them.</summary>
    public required string Subject { get; init; }

    /// <summary>The verdict in the command's own word, such as <c>rejected</c>.</summary>
    public required string Verdict { get; init; }

    /// <summary>Whether the command answers yes (exit code 0).</summary>
    public required bool Passed { get; init; }

    /// <summary>What is worth a line above the table of checks: a digest, a name.</summary>
    public IReadOnlyList<(string Name, string Value)> Facts { get; init; } = [];

    /// <summary>The questions that were asked, or the files that were looked into, each with its answer.</summary>
    public required IReadOnlyList<RunCheck> Checks { get; init; }

    /// <summary>What was noticed, each with the file that it is about.</summary>
    public IReadOnlyList<Notice> Notices { get; init; } = [];

    /// <summary>What could not be done at all (exit code 3).</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    /// <summary>The rules that a notice may name.</summary>
    public IReadOnlyList<NoticeRule> Rules { get; init; } = [];

    /// <summary>
    /// The notices, and where the answer is no without an error or a warning among them, one that says so: an empty list must never stand for a failure.
    /// </summary>
    public IReadOnlyList<Notice> Results =>
    [
        .. Notices,
        .. Failures.Select(failure => new Notice(NoticeRule.Verdict.Code, NoticeLevel.Error, failure, Subject)),
        .. Passed || Failures.Count > 0 || Notices.Any(notice => notice.Level != NoticeLevel.Note)
            ? Array.Empty<Notice>()
            : [new(NoticeRule.Verdict.Code, NoticeLevel.Error, $"The verdict is {Verdict}", Subject)],
    ];

    /// <summary><see cref="Rules"/>, and the one for what no other rule says.</summary>
    public IReadOnlyList<NoticeRule> ResultRules => [.. Rules, NoticeRule.Verdict];
}

/// <summary>One question with its answer.</summary>
internal sealed record RunCheck(string Name, RunOutcome Outcome, IReadOnlyList<string> Codes, IReadOnlyList<string> Details);

/// <summary>The answer to a question; what was not set is a failure.</summary>
internal enum RunOutcome
{
    Failed,
    Skipped,
    Warned,
    Passed,
}

/// <summary>One thing that was noticed, with the file that it is about and where in it, in bytes.</summary>
internal sealed record Notice(string Code, NoticeLevel Level, string Message, string? Path, long? Offset = null)
{
    /// <summary>The message and where in the file, in one sentence.</summary>
    public string Text => Offset is { } at ? $"{Message.TrimEnd('.')}, at offset {at}" : Message;
}

/// <summary>How much a notice weighs.</summary>
internal enum NoticeLevel
{
    Error,
    Warning,
    Note,
}

/// <summary>What a code means: a title, what it says in a paragraph, and what to do. <paramref name="Score"/> is GitHub's security severity, 0 to 10.</summary>
internal sealed record NoticeRule(string Code, NoticeLevel Level, string Title, string Description, string Help, double Score)
{
    /// <summary>All that docs/findings.md says of it, an example and the attack too, in Markdown; null for what has no section.</summary>
    public string? Page { get; init; }

    public static NoticeRule Verdict { get; } = new(
        "VERDICT",
        NoticeLevel.Error,
        "The answer is no",
        "The command did not pass, and no finding says why: nothing could be looked into, or a file has no known format.",
        "Read the text output of the command.",
        7.0);
}
