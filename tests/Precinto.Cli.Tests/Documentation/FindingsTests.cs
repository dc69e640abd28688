using System.Text.RegularExpressions;
using Precinto.Inspection;
using Precinto.Manifests;
using Precinto.Scans;
using Precinto.Signatures.Certificates;
using Precinto.Signatures.OpenPgp;
using Precinto.Verification;
using Xunit;

namespace Precinto.Cli.Tests.Documentation;

public sealed class FindingsTests
{
    private static IReadOnlyList<FindingRule> Rules { get; } =
        [.. new[] { Inspector.Rules, CheckRules.All, RecordRules.All, ScanRules.All, OpenPgpRules.All, CertificateRules.All }.SelectMany(rules => rules).Distinct()];

    [Fact]
    public void No_two_rules_share_a_code() =>
        Assert.Empty(Rules.GroupBy(rule => rule.Code).Where(group => group.Count() > 1).Select(group => group.Key));

    [Fact]
    public void Every_code_has_one_heading_and_every_heading_a_code()
    {
        var headings = MarkdownPage.Read("docs/findings.md").Headings.Where(heading => heading.Level == 3).Select(heading => heading.Text);

        Assert.Equal(
            Rules.Select(rule => $"{rule.Code} {rule.Title}").Order(StringComparer.Ordinal),
            headings.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_code_says_what_it_means_gives_an_example_and_says_how_an_attacker_uses_it_and_what_to_do()
    {
        var text = Repository.Read("docs/findings.md");
        Assert.Empty(Rules.Where(rule => !EntryForm.IsMatch(EntryOf(text, rule))).Select(rule => rule.Code));
    }

    [Fact]
    public void What_a_report_quotes_sends_nobody_to_another_code() =>
        Assert.DoesNotMatch(@"(?m)^(\*\*What to do:\*\* )?As for [A-Z]{3}\d{3}\.$", Repository.Read("docs/findings.md"));

    [Fact]
    public void The_severity_of_a_finding_is_the_one_that_the_page_states()
    {
        var text = Repository.Read("docs/findings.md");
        foreach (var rule in Inspector.Rules)
        {
            var severity = $"{rule.Severity}".ToLowerInvariant() + (rule.IsMalformed ? ", breaks the format" : "");
            Assert.Contains($"\n\nSeverity: {severity}.\n", EntryOf(text, rule), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Codes_on_other_pages_exist()
    {
        var codes = Rules.Select(rule => rule.Code).ToHashSet(StringComparer.Ordinal);
        Regex code = new($@"\b(?:{string.Join('|', codes.Select(code => code[..3]).Distinct())})\d{{3}}\b", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(10));
        foreach (var page in Repository.Pages)
            foreach (Match match in code.Matches(Repository.Read(page)))
                Assert.True(codes.Contains(match.Value), $"{page} speaks of {match.Value}, which no rule has");
    }

    [Fact]
    public void What_the_command_says_of_a_code_is_what_the_page_says() =>
        Assert.True(
            Repository.Read("docs/findings.md") == System.Text.Encoding.UTF8.GetString(Cli.Resources.Expand("findings.md.gz")),
            "The embedded copy is older than the page: gzip -9nc docs/findings.md > src/Precinto.Cli/Output/findings.md.gz");

    // A heading, the severity of a finding, then one or more paragraphs of what it means, the example, one or more of the attack, and what to do to the end.
    private static Regex EntryForm { get; } = new(
        $"""\A\n### [^\n]+\n\n(?:Severity: [^\n]+\n\n)?{Paragraphs}\*\*Example:\*\* {Text}{Paragraphs}\*\*What to do:\*\* \S""",
        RegexOptions.CultureInvariant,
        TimeSpan.FromSeconds(10));

    private const string Text = """\S[^\n]*\n(?:[^\n]+\n)*\n""";
    private const string Paragraphs = $"(?:(?!\\*\\*|Severity:|#){Text})+";

    private static string EntryOf(string text, FindingRule rule)
    {
        var start = text.IndexOf($"\n### {rule.Code} ", StringComparison.Ordinal);
        Assert.True(start >= 0, $"{rule.Code} has no heading");
        var end = text.IndexOf("\n### ", start + 1, StringComparison.Ordinal);
        return end < 0 ? text[start..] : text[start..end];
    }
}
