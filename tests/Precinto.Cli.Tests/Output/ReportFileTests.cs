using System.Text.RegularExpressions;
using System.Xml;
using Precinto.Cli.Tests.Documentation;
using Xunit;

namespace Precinto.Cli.Tests.Output;

public sealed class ReportFileTests
{
    private const string Image = "sha256:2222222222222222222222222222222222222222222222222222222222222222";

    [Fact]
    public async Task One_run_writes_every_format_and_prints_another()
    {
        using HostileFolder folder = new();
        var answer = await folder.RunAsync(
            "inspect", "m", "--report", "sarif=a.sarif", "--report", "junit=a.xml", "--report", "markdown=a.md", "--report", "json=a.json", "--report", "text=a.txt");

        Assert.Equal((1, ""), (answer.Code, answer.Error));
        Assert.Equal(answer.Output, File.ReadAllText(folder["a.txt"]));
        foreach (var (name, format) in new[] { ("a.sarif", "sarif"), ("a.xml", "junit"), ("a.md", "markdown"), ("a.json", "json") })
            Assert.Equal((await folder.RunAsync("inspect", "m", "--format", format)).Output, File.ReadAllText(folder[name]));
    }

    [Fact]
    public async Task A_file_that_is_there_is_never_replaced_unasked_and_nothing_is_checked_before_that_is_clear()
    {
        using HostileFolder folder = new();
        File.WriteAllText(folder["a.sarif"], "mine");
        var refused = await folder.RunAsync("inspect", "m", "--report", "sarif=a.sarif");
        Assert.Equal((2, ""), (refused.Code, refused.Output));
        Assert.Equal("mine", File.ReadAllText(folder["a.sarif"]));

        Assert.Equal(1, (await folder.RunAsync("inspect", "m", "--report", "sarif=a.sarif", "--force")).Code);
        Assert.StartsWith("{", File.ReadAllText(folder["a.sarif"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("inspect", "m/evil.pkl", "m/evil.pkl")]
    [InlineData("inspect", "m/evil.pkl", "./m/../m/evil.pkl")]
    [InlineData("inspect", "m/evil.pkl", "link")]
    [InlineData("verify", "m/evil.pkl", "m/evil.pkl")]
    [InlineData("verify", "m", "m/evil.pkl")]
    [InlineData("verify", "m", "m/new.json")]
    [InlineData("verify", "m", "linked/new.json")]
    [InlineData("scan", "m/evil.pkl", "m/evil.pkl")]
    public async Task An_answer_never_replaces_what_it_is_about_and_adds_nothing_to_a_model(string command, string read, string report)
    {
        using HostileFolder folder = new();
        File.WriteAllText(folder["m/evil.pkl"], "mine");
        File.CreateSymbolicLink(folder["link"], folder["m/evil.pkl"]);
        Directory.CreateSymbolicLink(folder["linked"], folder["m"]);
        string[] trust = command == "verify" ? ["--integrity-only"] : [];
        var refused = await folder.RunAsync([command, read, .. trust, "--report", $"json={report}", "--force"]);

        Assert.Equal((2, ""), (refused.Code, refused.Output));
        Assert.Equal("mine", File.ReadAllText(folder["m/evil.pkl"]));
        Assert.False(File.Exists(folder["m/new.json"]));
    }

    [Theory]
    [InlineData("sign", "m/a.json", "--key", "k.key", "--signature-only", "--force", "-o", "k.key")]
    [InlineData("sign", "m/a.json", "--key", "k.key", "--signature-only", "--force", "-o", "notes.txt")]
    [InlineData("sign", "m/a.json", "--key", "k.key", "--password-file", "notes.txt", "--force", "-o", "notes.txt")]
    [InlineData("policy", "sign", "list.json", "--key", "k.key", "--force", "-o", "k.key")]
    [InlineData("policy", "sign", "list.json", "--key", "k.key", "--force", "-o", "list.json")]
    [InlineData("policy", "sign", "list.json", "--key", "k.key", "--force", "-o", "notes.txt")]
    [InlineData("verify", "m/a.json", "--key", "k.pub", "--state", "notes.txt", "--report", "json=notes.txt", "--force")]
    [InlineData("verify", "m/a.json", "--key", "k.pub", "--report", "json=k.pub", "--force")]
    [InlineData("verify", "m/a.json", "--policy", "policy.json", "--report", "json=policy.json", "--force")]
    [InlineData("verify", "m/a.json", "--policy", "policy.json", "--report", "json=k.pub", "--force")]
    [InlineData("verify", "m/a.json", "--policy", "revoking.json", "--report", "json=list.json", "--force")]
    [InlineData("sbom", "m/a.json", "--policy", "policy.json", "-o", "policy.json", "--force")]
    [InlineData("sbom", "m", "-o", "m/a.json", "--force")]
    [InlineData("sbom", "--packages", "list.json", "--name", "a", "--component", "b=1@notes.txt", "-o", "notes.txt", "--force")]
    [InlineData("scan", "report.json", "--rules", "notes.txt", "--report", "json=notes.txt", "--force")]
    [InlineData("scan", "report.json", "--attest-key", "k.key", "--report", "json=k.key", "--force")]
    [InlineData("scan", "report.json", "--attest-key", "k.key", "--rules", "rules.json", "--image-digest", Image, "-o", "rules.json", "--force")]
    [InlineData("scan", "report.json", "--attest-key", "k.key", "--rules", "rules.json", "--image-digest", Image, "-o", "k.key", "--force")]
    [InlineData("scan", "report.json", "--attest-key", "k.key", "--rules", "rules.json", "--image-digest", Image, "-o", "report.json", "--force")]
    public async Task Nothing_is_replaced_that_is_read_or_that_is_none_of_what_may_be_replaced(params string[] arguments)
    {
        using HostileFolder folder = new();
        File.WriteAllText(folder["m/a.json"], "{}");
        File.WriteAllText(folder["notes.txt"], "mine");
        File.WriteAllText(folder["list.json"], """{"schema": "precinto.revocations/v1", "issued": "2026-01-01T00:00:00Z"}""");
        Assert.Equal(0, (await folder.RunAsync("keygen", "-o", "k")).Code);
        Assert.Equal(0, (await folder.RunAsync("policy", "init", "--key", "k.pub", "-o", "policy.json")).Code);
        File.WriteAllText(folder["revoking.json"], File.ReadAllText(folder["policy.json"]).TrimEnd().TrimEnd('}')
            + """, "revocations": {"file": "list.json", "signers": [{"kind": "key", "file": "k.pub"}], "maximumAgeDays": 7}}""");
        File.WriteAllText(folder["rules.json"], """{"schema": "precinto.scan-rules/v1"}""");
        File.WriteAllText(folder["report.json"], File.ReadAllText(Repository.PathOf("samples/trivy/report.json")));
        var before = Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).ToDictionary(path => path, File.ReadAllText);

        var refused = await folder.RunAsync(arguments);
        Assert.True(refused.Code == 2, $"{refused.Code} {refused.Output} {refused.Error}");
        Assert.Matches("is what is read|only such a one is replaced", refused.Error);
        Assert.Equal(before, Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).ToDictionary(path => path, File.ReadAllText));
    }

    [Theory]
    [InlineData("sarif")]
    [InlineData("sarif=")]
    [InlineData("=a")]
    [InlineData("pdf=a")]
    [InlineData("github=a")]
    public async Task A_report_that_names_no_format_or_no_file_is_a_wrong_use(string report)
    {
        using HostileFolder folder = new();
        Assert.Equal(2, (await folder.RunAsync("verify", "m", "--integrity-only", "--report", report)).Code);
    }

    [Fact]
    public async Task Options_that_contradict_each_other_are_a_wrong_use()
    {
        using HostileFolder folder = new();
        Assert.Equal(2, (await folder.RunAsync("inspect", "m", "--json", "--format", "sarif")).Code);
        Assert.Equal(2, (await folder.RunAsync("inspect", "m", "--format", "pdf")).Code);
        Assert.Equal(2, (await folder.RunAsync("inspect", "m", "--report", "sarif=a", "--report", "junit=./a")).Code);
        Assert.Equal(1, (await folder.RunAsync("inspect", "m", "--json", "--format", "json")).Code);
    }

    [Fact]
    public async Task JUnit_counts_what_it_holds_and_is_XML_whatever_the_names()
    {
        using HostileFolder folder = new();
        foreach (var arguments in new[] { new[] { "inspect", "m" }, ["inspect", "m", "nowhere"], ["verify", "m", "--integrity-only"] })
        {
            XmlDocument document = new() { XmlResolver = null };
            using StringReader text = new((await folder.RunAsync([.. arguments, "--format", "junit"])).Output);
            using var reader = XmlReader.Create(text, new() { DtdProcessing = DtdProcessing.Prohibit });
            document.Load(reader);

            var suite = Assert.IsType<XmlElement>(document.SelectSingleNode("/testsuites/testsuite"));
            foreach (var (attribute, path) in new[] { ("tests", "testcase"), ("failures", "testcase/failure"), ("errors", "testcase/error"), ("skipped", "testcase/skipped") })
                Assert.Equal(suite.SelectNodes(path)!.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), suite.GetAttribute(attribute));
            Assert.NotEmpty(suite.SelectNodes("testcase/failure")!);
            if (arguments[0] == "verify")
                Assert.Equal(6, suite.SelectNodes("testcase")!.Count);
            if (arguments[^1] == "nowhere")
                Assert.Single(suite.SelectNodes("testcase/error")!);
        }
    }

    [Fact]
    public async Task A_no_without_a_failed_check_is_a_failed_test_case()
    {
        using HostileFolder folder = new();
        Directory.CreateDirectory(folder["empty"]);
        var answer = await folder.RunAsync("inspect", "empty", "--format", "junit");
        Assert.Equal(1, answer.Code);
        Assert.Contains("failures=\"1\"", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_Markdown_a_name_stays_in_its_code_span()
    {
        using HostileFolder folder = new();
        var page = (await folder.RunAsync("inspect", "m", "--format", "markdown")).Output;
        Assert.DoesNotContain(page, character => char.IsControl(character) && character != '\n');
        foreach (var line in page.Split('\n'))
        {
            // Outside of code spans stand our own words only.
            Assert.Equal(0, line.Count(character => character == '`') % 2);
            Assert.Matches(@"^(|[\w |:,.<>✅❌➖#-]*)$", Regex.Replace(line, "`[^`]*`", "").Replace("<br>", "", StringComparison.Ordinal));
            if (line.StartsWith("| ", StringComparison.Ordinal))
                Assert.Equal(5, line.Count(character => character == '|'));
        }
    }
}
