using Precinto.Cli.Output;
using Xunit;

namespace Precinto.Cli.Tests.Output;

/// <summary>What CI runners read in a log: a model must never be able to give them an order.</summary>
public sealed class RunnerOrderTests
{
    public static TheoryData<string> Formats => ["text", "json", "sarif", "junit", "markdown"];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task No_format_prints_a_line_that_a_runner_takes_for_an_order(string format)
    {
        using HostileFolder folder = new();
        foreach (var arguments in new[] { new[] { "inspect", "m" }, ["verify", "m", "--integrity-only"] })
        {
            var answer = await folder.RunAsync([.. arguments, "--format", format]);
            Assert.Equal(1, answer.Code);
            AssertNoOrder(answer.Output.Split('\n'));
            AssertNoOrder(answer.Error.Split('\n'));
        }

        // A file that is named itself begins the line.
        foreach (var name in HostileFolder.Names)
        {
            Environment.CurrentDirectory = folder["m"];
            AssertNoOrder((await folder.RunAsync("inspect", name, "--format", format)).Output.Split('\n'));
            AssertNoOrder((await folder.RunAsync("verify", name, "--integrity-only", "--format", format)).Output.Split('\n'));
            AssertNoOrder((await folder.RunAsync("verify", name + "?", "--integrity-only")).Error.Split('\n'));
        }
    }

    [Fact]
    public async Task On_GitHub_there_is_one_order_for_each_notice_and_none_from_the_model()
    {
        using HostileFolder folder = new();
        var answer = await folder.RunInAsync(new Dictionary<string, string> { ["GITHUB_ACTIONS"] = "true" }, "inspect", "m");

        var orders = answer.Output.Split('\n').Where(IsOrder).ToArray();
        Assert.Equal(1, answer.Code);
        Assert.All(orders, order => Assert.Matches("^::(error|warning|notice) (file=[^,:]+,line=1,)?title=[^,:]+::", order));
        Assert.Contains(orders, order => order.StartsWith("::error file=m/50%25.pkl,line=1,title=PKL101 ", StringComparison.Ordinal));
        // No more than a step shows, and what is left out is said.
        Assert.Equal(10, orders.Count(order => order.StartsWith("::error ", StringComparison.Ordinal)));
        Assert.Contains("more of the level error are not annotated", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_Azure_there_is_one_order_for_each_notice_and_none_from_the_model()
    {
        using HostileFolder folder = new();
        var answer = await folder.RunInAsync(new Dictionary<string, string> { ["TF_BUILD"] = "True" }, "inspect", "m");

        var orders = answer.Output.Split('\n').Where(IsOrder).ToArray();
        Assert.Equal(1, answer.Code);
        Assert.NotEmpty(orders);
        Assert.All(orders, order => Assert.Matches(@"^##vso\[task\.logissue type=(error|warning);(sourcepath=[^;\]]+;linenumber=1;)?code=[A-Z0-9]+;\][^\[]", order));
        Assert.All(orders, order => Assert.Equal(0, order.LastIndexOf("##vso[", StringComparison.Ordinal)));
        Assert.Contains(orders, order => order.Contains("sourcepath=m/50%AZP25.pkl;", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_summary_of_a_step_is_appended_and_stays_below_what_GitHub_takes()
    {
        using HostileFolder folder = new();
        var summary = folder["summary.md"];
        File.WriteAllText(summary, "before\n");
        Dictionary<string, string> variables = new() { ["GITHUB_ACTIONS"] = "true", ["GITHUB_STEP_SUMMARY"] = summary };

        Assert.Equal(1, (await folder.RunInAsync(variables, "inspect", "m")).Code);
        var page = File.ReadAllText(summary);
        Assert.StartsWith("before\n## ❌ precinto inspect: dangerous\n", page, StringComparison.Ordinal);
        Assert.Contains("| `m/50%.pkl` |", page, StringComparison.Ordinal);

        File.WriteAllBytes(summary, new byte[(1 << 20) - 200]);
        Assert.Equal(1, (await folder.RunInAsync(variables, "inspect", "m")).Code);
        Assert.InRange(new FileInfo(summary).Length, (1 << 20) - 199, (1 << 20) - 1);

        // Where it cannot be written, the verdict stands.
        variables["GITHUB_STEP_SUMMARY"] = folder.Path;
        var answer = await folder.RunInAsync(variables, "inspect", "m");
        Assert.Equal(1, answer.Code);
        Assert.Contains("no step summary", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_could_not_be_checked_is_an_annotation_as_well()
    {
        using HostileFolder folder = new();
        var arguments = new[] { "verify", "50%\n::error::x", "--integrity-only" };
        var onGitHub = await folder.RunInAsync(new Dictionary<string, string> { ["GITHUB_ACTIONS"] = "true" }, arguments);
        Assert.Equal(3, onGitHub.Code);
        Assert.Matches("^::error title=precinto verify::.*/50%25[^\n]*: no such file or folder\n$", onGitHub.Error[(onGitHub.Error.IndexOf('\n', StringComparison.Ordinal) + 1)..]);

        var onAzure = await folder.RunInAsync(new Dictionary<string, string> { ["TF_BUILD"] = "True" }, arguments);
        Assert.Contains("\n##vso[task.logissue type=error]", onAzure.Error, StringComparison.Ordinal);
        Assert.Single((await folder.RunAsync(arguments)).Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task The_format_that_was_asked_for_is_taken_in_every_system()
    {
        using HostileFolder folder = new();
        Dictionary<string, string> variables = new() { ["GITHUB_ACTIONS"] = "true", ["TF_BUILD"] = "True" };

        Assert.DoesNotContain((await folder.RunInAsync(variables, "inspect", "m", "--format", "text")).Output.Split('\n'), IsOrder);
        Assert.StartsWith("{", (await folder.RunInAsync(variables, "inspect", "m", "--json")).Output, StringComparison.Ordinal);
        Assert.Contains("##vso[task.logissue", (await folder.RunAsync("inspect", "m", "--format", "azure")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_could_begin_an_order_is_escaped_where_it_stands()
    {
        Assert.Equal(@"\u{3a}:error::x", Escaping.Escape("::error::x"));
        Assert.Equal(@" \u{3a}:error::x", Escaping.Escape(" ::error::x"));
        Assert.Equal(@"a\u{23}#[group]b\u{23}#VSO[x]", Escaping.Escape("a##[group]b##VSO[x]"));
        Assert.Equal("C:\\a::b # ## [x]", Escaping.Escape("C:\\a::b # ## [x]"));
    }

    /// <remarks>An escape that is escaped again reads as a name that spells out an escape, which is another name.</remarks>
    [Theory]
    [InlineData("GITHUB_ACTIONS")]
    [InlineData("TF_BUILD")]
    [InlineData("OTHER")]
    public async Task What_cannot_be_shown_is_escaped_once(string system)
    {
        using HostileFolder folder = new();
        Dictionary<string, string> variables = new() { [system] = "true" };
        File.WriteAllText(folder["table.csv"], "x\u001b,y\n\u202e,a\n");
        File.WriteAllText(folder["scan.json"], """
            {"SchemaVersion": 2, "Trivy": {"Version": "0.72.0"}, "ArtifactName": "i", "ArtifactType": "container_image", "Results": [{"Target": "t\u001b", "Class": "lang-pkgs", "Type": "npm",
             "Vulnerabilities": [{"VulnerabilityID": "CVE-1\u001b", "PkgName": "p\u001b", "InstalledVersion": "1", "FixedVersion": "2\u001b", "Title": "t\u001b", "Severity": "HIGH"}]}]}
            """);
        foreach (var arguments in new[]
        {
            "verify no\u001bwhere --integrity-only", "inspect no\u001bwhere m", "verify m --integrity-only", "sign m --key no\u001bwhere",
            "train table.csv --label y -o out", "train table.csv --label no\u001bwhere -o out", "scan scan.json", "scan scan.json --format sarif",
            "inspect no\u001bwhere m --format junit", "scan scan.json --format markdown", "scan scan.json --format json",
        })
        {
            var answer = await folder.RunInAsync(variables, arguments.Split(' '));
            Assert.NotEqual(0, answer.Code);
            Assert.Contains(@"\u", answer.Output + answer.Error, StringComparison.Ordinal);
            Assert.DoesNotContain(@"u{5c}", answer.Output + answer.Error, StringComparison.Ordinal);
        }
    }

    private static void AssertNoOrder(IEnumerable<string> lines) => Assert.DoesNotContain(lines, IsOrder);

    // actions/runner ActionCommand: "::" after white space, or "##[" anywhere; the agent of Azure Pipelines: "##vso[" anywhere. A carriage return begins a line, too.
    private static bool IsOrder(string line) =>
        line.Split('\r').Any(part => part.TrimStart().StartsWith("::", StringComparison.Ordinal))
        || line.Contains("##[", StringComparison.Ordinal) || line.Contains("##vso[", StringComparison.OrdinalIgnoreCase);
}
