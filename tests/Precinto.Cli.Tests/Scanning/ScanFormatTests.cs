using System.Text.Json.Nodes;
using System.Xml.Linq;
using Precinto.Cli.Tests.Documentation;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests.Scanning;

public sealed class ScanFormatTests : IDisposable
{
    private static readonly string Report = Repository.PathOf("samples/trivy/report.json");
    private static readonly string Empty = Repository.PathOf("samples/trivy/empty.json");

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task SARIF_names_what_fails_by_the_identifier_that_people_know()
    {
        var (code, output, _) = await RunAsync("scan", Report, "--format", "sarif");

        var run = JsonNode.Parse(output)!["runs"]![0]!;
        var result = Assert.Single(run["results"]!.AsArray())!;
        Assert.Equal(1, code);
        Assert.Equal(("CVE-2099-1001", "error"), ((string?)result["ruleId"], (string?)result["level"]));
        Assert.StartsWith("SCN014 HIGH zlib 1.3.1-r2, fixed in 1.3.1-r3", (string?)result["message"]!["text"], StringComparison.Ordinal);
        var rule = run["tool"]!["driver"]!["rules"]![(int)result["ruleIndex"]!]!;
        Assert.Equal(("CVE-2099-1001", "8.0"), ((string?)rule["id"], (string?)rule["properties"]!["security-severity"]));
    }

    [Fact]
    public async Task What_could_not_be_checked_is_no_empty_list_of_results()
    {
        var (code, output, _) = await RunAsync("scan", Empty, "--format", "sarif");

        var run = JsonNode.Parse(output)!["runs"]![0]!;
        Assert.Equal(3, code);
        Assert.False((bool)run["invocations"]![0]!["executionSuccessful"]!);
        Assert.Contains("SCN003", (string?)Assert.Single(run["results"]!.AsArray())!["message"]!["text"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Our_own_SARIF_is_another_tools_report()
    {
        await RunAsync("scan", Report, "--report", $"sarif={_folder["scan.sarif"]}");

        Assert.Equal(3, (await RunAsync("scan", _folder["scan.sarif"])).Code);
    }

    [Fact]
    public async Task JUnit_has_a_case_for_each_question()
    {
        var suite = XDocument.Parse((await RunAsync("scan", Report, "--format", "junit")).Output).Root!.Element("testsuite")!;
        Assert.Equal(("9", "1", "0"), ((string?)suite.Attribute("tests"), (string?)suite.Attribute("failures"), (string?)suite.Attribute("errors")));

        suite = XDocument.Parse((await RunAsync("scan", Empty, "--format", "junit")).Output).Root!.Element("testsuite")!;
        Assert.Equal("1", (string?)suite.Attribute("errors"));
    }

    [Fact]
    public async Task Markdown_and_annotations_say_the_verdict()
    {
        var markdown = (await RunAsync("scan", Report, "--format", "markdown")).Output;
        Assert.StartsWith("## ❌ precinto scan: failed", markdown, StringComparison.Ordinal);
        Assert.Contains("`CVE-2099-1001`", markdown, StringComparison.Ordinal);
        Assert.StartsWith("## ❌ precinto scan: could not check", (await RunAsync("scan", Empty, "--format", "markdown")).Output, StringComparison.Ordinal);
        Assert.StartsWith("## ✅ precinto scan: passed", (await RunAsync("scan", Report, "--severity", "CRITICAL", "--format", "markdown")).Output, StringComparison.Ordinal);
        Assert.Contains("::error ", (await RunAsync("scan", Report, "--format", "github")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hostile_report_writes_no_markup_and_no_orders()
    {
        const string Evil = "x`|<script>\\n::set-output name=a::b\\u0000\\u202e](https://evil.example)";
        var report = _folder.Write("evil.json", File.ReadAllText(Report)
            .Replace("\"zlib: an example", $"\"{Evil}", StringComparison.Ordinal).Replace("CVE-2099-1001", Evil, StringComparison.Ordinal)
            .Replace("registry.example/iris:1.0.0 (alpine 3.22.1)", Evil, StringComparison.Ordinal).Replace("1.3.1-r2", Evil, StringComparison.Ordinal));
        foreach (var format in new[] { "text", "json", "sarif", "junit", "markdown", "github" })
        {
            var (code, output, _) = await RunAsync("scan", report, "--format", format);
            Assert.Equal(1, code);
            Assert.DoesNotContain(output.Split('\n'), line => line.StartsWith("::set-output", StringComparison.Ordinal));
            Assert.DoesNotContain('\0', output);
            Assert.DoesNotContain('\u202e', output);
            if (format == "markdown")
                Assert.DoesNotContain("x`|", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Reports_beside_the_answer_replace_nothing()
    {
        var file = _folder.Write("scan.md", "mine");

        Assert.Equal(2, (await RunAsync("scan", Report, "--report", $"markdown={file}")).Code);
        Assert.Equal("mine", File.ReadAllText(file));
        Assert.Equal(1, (await RunAsync("scan", Report, "--report", $"markdown={file}", "--force")).Code);
        Assert.StartsWith("## ❌", File.ReadAllText(file), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_graver_severity_that_passes_is_said()
    {
        Assert.Contains("CRITICAL is graver", (await RunAsync("scan", Report, "--severity", "LOW,MEDIUM,HIGH")).Error, StringComparison.Ordinal);
        Assert.DoesNotContain("graver", (await RunAsync("scan", Report, "--severity", "HIGH,CRITICAL")).Error, StringComparison.Ordinal);
        Assert.DoesNotContain("graver", (await RunAsync("scan", Report)).Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<Answer> RunAsync(params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" };
        using StringWriter error = new() { NewLine = "\n" };
        Surroundings surroundings = new() { Output = output, Error = error, Input = Stream.Null, Variable = _ => null };
        var code = await CommandLine.RunAsync(arguments, surroundings, TestContext.Current.CancellationToken);
        return new(code, output.ToString(), error.ToString());
    }
}
