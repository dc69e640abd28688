using System.Text.Json;
using NJsonSchema;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests.Output;

public sealed class SarifOutputTests
{
    [Fact]
    public async Task It_follows_the_schema_of_OASIS()
    {
        var package = NpmPackage.Fetch("@microsoft/jest-sarif", "1.0.0-beta.0");
        var schema = await JsonSchema.FromFileAsync(Path.Combine(package, "lib/schemas/sarif-2.1.0-rtm.5.json"), TestContext.Current.CancellationToken);
        foreach (var document in await AllAsync())
            Assert.Empty(schema.Validate(document));
        Assert.NotEmpty(schema.Validate("""{ "version": "2.1.0", "runs": [ { "results": [] } ] }"""));
    }

    [Fact]
    public async Task Every_result_and_rule_has_what_code_scanning_asks_for()
    {
        foreach (var text in await AllAsync())
        {
            using var document = JsonDocument.Parse(text);
            var run = document.RootElement.GetProperty("runs")[0];
            var driver = run.GetProperty("tool").GetProperty("driver");
            Assert.Equal("Precinto", driver.GetProperty("name").GetString());
            Assert.Matches("^precinto/(verify|inspect)/.+/$", run.GetProperty("automationDetails").GetProperty("id").GetString());
            var rules = driver.GetProperty("rules").EnumerateArray().ToArray();
            Assert.Equal(rules.Length, rules.Select(rule => rule.GetProperty("id").GetString()).Distinct().Count());
            foreach (var rule in rules)
            {
                foreach (var member in new[] { "shortDescription", "fullDescription", "help" })
                    Assert.InRange(rule.GetProperty(member).GetProperty("text").GetString()!.Length, 1, 1024);
                Assert.Matches(@"^\d+\.\d$", rule.GetProperty("properties").GetProperty("security-severity").GetString());
            }

            HashSet<string> fingerprints = [];
            foreach (var result in run.GetProperty("results").EnumerateArray())
            {
                Assert.Equal(result.GetProperty("ruleId").GetString(), rules[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString());
                Assert.NotEmpty(result.GetProperty("message").GetProperty("text").GetString()!);
                var place = result.GetProperty("locations")[0].GetProperty("physicalLocation");
                var uri = place.GetProperty("artifactLocation").GetProperty("uri").GetString()!;
                Assert.True(Uri.TryCreate(uri, UriKind.RelativeOrAbsolute, out _), uri);
                Assert.DoesNotMatch(@"[\s<>""`\\]|^/", uri);
                foreach (var member in new[] { "startLine", "startColumn", "endLine", "endColumn" })
                    Assert.Equal(1, place.GetProperty("region").GetProperty(member).GetInt32());
                Assert.True(fingerprints.Add(result.GetProperty("partialFingerprints").GetProperty("primaryLocationLineHash").GetString()!));
            }
        }
    }

    [Fact]
    public async Task A_rule_says_what_its_page_says()
    {
        using HostileFolder folder = new();
        using var document = JsonDocument.Parse((await folder.RunAsync("inspect", "m", "--format", "sarif")).Output);
        var rule = document.RootElement.GetProperty("runs")[0].GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray()
            .Single(rule => rule.GetProperty("id").GetString() == "PKL101");

        var page = Documentation.MarkdownPage.SectionOf("\n## " + Documentation.Repository.Read("docs/findings.md").Replace("\n### ", "\n## ", StringComparison.Ordinal),
            "PKL101 " + rule.GetProperty("shortDescription").GetProperty("text").GetString()!);
        var plain = page.Replace("`", "", StringComparison.Ordinal).Replace('\n', ' ');
        var description = rule.GetProperty("fullDescription").GetProperty("text").GetString()!;
        Assert.Contains(description, plain, StringComparison.Ordinal);
        Assert.DoesNotContain("Severity", description, StringComparison.Ordinal);
        Assert.Contains(rule.GetProperty("help").GetProperty("text").GetString()!, plain, StringComparison.Ordinal);
        var markdown = rule.GetProperty("help").GetProperty("markdown").GetString()!;
        Assert.EndsWith(markdown, page.TrimEnd(), StringComparison.Ordinal);
        Assert.Contains("\n\n**Example:** ", markdown, StringComparison.Ordinal);
        Assert.Contains("\n\n**What to do:** ", markdown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pass_has_no_results_and_a_failed_check_is_one()
    {
        using HostileFolder folder = new();
        File.WriteAllBytes(folder["model.onnx"], Resources.Read("linear.onnx"));
        Assert.Equal(0, (await folder.RunAsync("keygen", "-o", "keys")).Code);
        Directory.CreateDirectory(folder["good"]);
        File.Move(folder["model.onnx"], folder["good/model.onnx"]);
        Assert.Equal(0, (await folder.RunAsync("sign", "good", "--key", "keys.key")).Code);

        Assert.Empty(Results((await folder.RunAsync("verify", "good", "--key", "keys.pub", "--format", "sarif")).Output));
        File.AppendAllText(folder["good/model_hash.txt"], " ");
        var results = Results((await folder.RunAsync("verify", "good", "--key", "keys.pub", "--format", "sarif")).Output);
        Assert.Contains(results, result => result.GetProperty("ruleId").GetString() == "INT001" && result.GetProperty("level").GetString() == "error");
    }

    [Fact]
    public async Task An_offset_in_a_member_is_told_and_is_none_in_the_file()
    {
        using HostileFolder folder = new();
        File.WriteAllBytes(folder["a.zip"], ZipForge.Make(new ForgedMember("a.pkl", "cos\nsystem\n(S'id'\ntR."u8.ToArray())));
        var results = Results((await folder.RunAsync("inspect", "a.zip", "--format", "sarif")).Output);

        Assert.Equal("Imports os.system, which runs commands, in a.pkl, at offset 0", results[0].GetProperty("message").GetProperty("text").GetString());
        Assert.All(results, result => Assert.False(result.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("region").TryGetProperty("byteOffset", out _)));
    }

    [Fact]
    public async Task A_no_without_a_finding_is_a_result_all_the_same()
    {
        using HostileFolder folder = new();
        File.WriteAllText(folder["notes.txt"], "text");
        var answer = await folder.RunAsync("inspect", "notes.txt", "--format", "sarif");

        Assert.Equal(1, answer.Code);
        Assert.Equal("VERDICT", Assert.Single(Results(answer.Output)).GetProperty("ruleId").GetString());
    }

    [Fact]
    public async Task A_path_that_cannot_be_opened_is_told_of_in_the_report()
    {
        using HostileFolder folder = new();
        var answer = await folder.RunAsync("inspect", "nowhere", "--format", "sarif");

        Assert.Equal(3, answer.Code);
        using var document = JsonDocument.Parse(answer.Output);
        Assert.False(document.RootElement.GetProperty("runs")[0].GetProperty("invocations")[0].GetProperty("executionSuccessful").GetBoolean());
        Assert.Single(Results(answer.Output));
    }

    [Fact]
    public async Task Paths_are_relative_to_the_repository_and_a_file_elsewhere_has_its_own_address()
    {
        using HostileFolder folder = new();
        Environment.CurrentDirectory = folder["m"];
        var inside = await folder.RunInAsync(new Dictionary<string, string> { ["GITHUB_WORKSPACE"] = folder.Path }, "inspect", "50%.pkl", "--format", "sarif");
        Assert.Equal("m/50%25.pkl", UriOf(inside));

        Assert.Equal("50%25.pkl", UriOf(await folder.RunAsync("inspect", "50%.pkl", "--format", "sarif")));
        Directory.CreateDirectory(folder["other"]);
        Environment.CurrentDirectory = folder["other"];
        Assert.Equal($"file://{folder.Path}/m/50%25.pkl", UriOf(await folder.RunAsync("inspect", "../m/50%.pkl", "--format", "sarif")));
    }

    private static async Task<List<string>> AllAsync()
    {
        using HostileFolder folder = new();
        List<string> documents = [];
        foreach (var arguments in new[] { new[] { "inspect", "m" }, ["inspect", "nowhere"], ["verify", "m", "--integrity-only"], ["inspect", folder["m/50%.pkl"]] })
            documents.Add((await folder.RunAsync([.. arguments, "--format", "sarif"])).Output);
        return documents;
    }

    private static string UriOf(Answer answer) => Results(answer.Output)[0].GetProperty("locations")[0].GetProperty("physicalLocation")
        .GetProperty("artifactLocation").GetProperty("uri").GetString()!;

    private static JsonElement[] Results(string text)
    {
        using var document = JsonDocument.Parse(text);
        return [.. document.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray().Select(result => result.Clone())];
    }
}
