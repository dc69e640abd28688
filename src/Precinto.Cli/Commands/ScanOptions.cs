using System.CommandLine;
using Precinto.Digests;
using Precinto.Inspection;
using Precinto.Scans;

namespace Precinto.Cli.Commands;

/// <summary>The options of <c>scan</c> that say what fails. Beside a file of rules they can only make it stricter.</summary>
internal sealed class ScanOptions
{
    private readonly Option<string?> _rules = new("--rules") { Description = "A file of rules, precinto.scan-rules/v1", HelpName = "FILE" };

    private readonly Option<string[]> _severity = new("--severity")
    {
        Description = "The severities that fail: CRITICAL, HIGH, MEDIUM, LOW, UNKNOWN (CRITICAL,HIGH,UNKNOWN unless told otherwise)",
        HelpName = "LEVEL,…",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _ignoreUnfixed = new("--ignore-unfixed") { Description = "Let vulnerabilities without a fix pass" };
    private readonly Option<bool> _allowEndOfLife = new("--allow-end-of-life") { Description = "Let an operating system pass that gets no updates any more" };
    private readonly Option<int?> _reportAge = Days("--max-report-age", "How many days old the report may be");
    private readonly Option<int?> _databaseAge = Days("--max-database-age", "How many days old the vulnerability database may be");

    private readonly Option<string[]> _class = new("--require-class")
    {
        Description = "A class of targets that must have been seen: os-pkgs, lang-pkgs or config (several times)",
        HelpName = "CLASS",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<int?> _packages =
        NumberOption.Create("--min-packages", "How many packages must have been seen", "N", 0, ScanPolicyDocument.MaximumPackages);

    private readonly Option<string?> _allowEmpty = new("--dangerously-allow-empty")
    {
        Description = "Let a report pass in which nothing was seen, and why",
        HelpName = "REASON",
    };

    public ScanOptions()
    {
        _class.CompletionSources.Add([.. ScanPolicy.KnownClasses]);
        _severity.CompletionSources.Add("CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN");
        foreach (var option in new Option[] { _rules, _severity, _class, _allowEmpty })
            CommonOptions.RefuseEmpty(option);
    }

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _rules, _severity, _ignoreUnfixed, _allowEndOfLife, _reportAge, _databaseAge, _class, _packages, _allowEmpty })
            command.Options.Add(option);
    }

    /// <summary>The file of rules, where one is named.</summary>
    public IEnumerable<string> Files(ParseResult parsed) => parsed.GetValue(_rules) is { } path ? [path] : [];

    /// <exception cref="UsageException">An option would make the rules weaker, or cannot be understood.</exception>
    /// <exception cref="ScanPolicyException">The file holds no rules.</exception>
    public ScanRuleSet Read(ParseResult parsed)
    {
        ScanPolicy none = new();
        var path = parsed.GetValue(_rules);
        var bytes = path is null ? null : ScanRuleSet.ReadFile(path);
        var before = bytes is null ? none : ScanRuleSet.Parse(path!, bytes);
        if (path is not null)
            RefuseWeaker(parsed, path, before);

        var severities = ReadSeverities(parsed);
        var classes = (parsed.GetValue(_class) ?? []).Select(CheckClass).Concat(before.RequiredClasses).Distinct().ToArray();
        var narrowed = new Option[] { _severity, _ignoreUnfixed, _allowEndOfLife, _reportAge, _databaseAge, _class, _packages, _allowEmpty }
            .Any(option => parsed.GetResult(option) is { Implicit: false });
        return new(path, bytes is null ? null : Hashing.Compute(bytes, DigestAlgorithm.Sha256), narrowed, new()
        {
            Severities = severities.Length > 0 ? severities : before.Severities,
            Kinds = before.Kinds,
            IgnoreUnfixed = before.IgnoreUnfixed || parsed.GetValue(_ignoreUnfixed),
            AllowEndOfLife = before.AllowEndOfLife || parsed.GetValue(_allowEndOfLife),
            MaximumReportAge = Shorter(before.MaximumReportAge, parsed.GetValue(_reportAge)),
            MaximumDatabaseAge = Shorter(before.MaximumDatabaseAge, parsed.GetValue(_databaseAge)),
            RequiredClasses = classes,
            MinimumPackages = Math.Max(before.MinimumPackages, parsed.GetValue(_packages) ?? 0),
            DangerouslyAllowEmpty = parsed.GetValue(_allowEmpty)?.Trim() is { } reason
                ? StatedReason.IsOne(reason) ? reason : throw new UsageException("--dangerously-allow-empty needs a reason, in words")
                : before.DangerouslyAllowEmpty,
            Ignored = before.Ignored,
        });
    }

    private void RefuseWeaker(ParseResult parsed, string path, ScanPolicy rules)
    {
        foreach (var (option, isGiven) in new (string, bool)[]
        {
            ("--ignore-unfixed", parsed.GetValue(_ignoreUnfixed) && !rules.IgnoreUnfixed),
            ("--allow-end-of-life", parsed.GetValue(_allowEndOfLife) && !rules.AllowEndOfLife),
            ("--dangerously-allow-empty", parsed.GetValue(_allowEmpty) is not null),
        })
            if (isGiven)
                throw new UsageException($"{option} would make the rules in {path} weaker; write it there");

        var severities = ReadSeverities(parsed);
        if (severities.Length > 0 && rules.Severities.Except(severities).ToArray() is [var missing, ..])
            throw new UsageException($"--severity would make the rules in {path} weaker, in which {Output.ScanText.NameOf(missing)} fails; write it there");
    }

    private ScanSeverity[] ReadSeverities(ParseResult parsed)
    {
        List<ScanSeverity> severities = [];
        foreach (var word in (parsed.GetValue(_severity) ?? []).SelectMany(value => value.Split(',')))
        {
            if (!TrivyMembers.TryParseSeverity(word.Trim().ToUpperInvariant(), out var severity))
                throw new UsageException($"'{word}' is no severity; --severity takes CRITICAL, HIGH, MEDIUM, LOW and UNKNOWN, with commas between them");
            if (!severities.Contains(severity))
                severities.Add(severity);
        }

        return [.. severities];
    }

    private static string CheckClass(string name) => ScanPolicy.KnownClasses.Contains(name)
        ? name
        : throw new UsageException($"'{name}' is no class that can be demanded; --require-class takes {string.Join(", ", ScanPolicy.KnownClasses)}");

    private static TimeSpan? Shorter(TimeSpan? before, int? days) => days is not { } count ? before
        : before is { } limit && limit < TimeSpan.FromDays(count) ? before
        : TimeSpan.FromDays(count);

    private static Option<int?> Days(string name, string description) => NumberOption.Create(name, description, "DAYS", 1, ScanPolicyDocument.MaximumDays);
}
