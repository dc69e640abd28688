using System.Text.Json.Nodes;
using NJsonSchema;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests.Documentation;

/// <summary>Holds what the command really prints and writes against the schemas in docs/spec.</summary>
public sealed class SchemaTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Reports_follow_their_schema()
    {
        await SignAsync();
        await HoldsAsync("report-v1", 0, "verify", _folder["iris"], "--key", _folder["release.pub"], "--json");
        await HoldsAsync("report-v1", 0, "verify", _folder["iris"], "--integrity-only", "--json");

        _folder.Write("iris/extra.bin", "extra");
        _folder.Write("iris/payload.pkl", "cos\nsystem\n(S'id'\ntR.");
        await HoldsAsync("report-v1", 1, "verify", _folder["iris"], "--key", _folder["release.pub"], "--json");
        await HoldsAsync("report-v1", 1, "predict", _folder["iris"], "--input", "1,2,3,4", "--key", _folder["release.pub"], "--json");

        _folder.Write("text/readme.txt", "text");
        await HoldsAsync("report-v1", 1, "verify", _folder["text"], "--key", _folder["release.pub"], "--json");
    }

    [Fact]
    public async Task Attestations_and_the_reports_that_list_them_follow_their_schemas()
    {
        await SignAsync();
        await HoldsAsync("attesting-v1", 0, "attest", _folder["iris"], "--type", "vsa", "--attest-key", _folder["release.key"], "--key", _folder["release.pub"], "--json");
        await HoldsAsync("attesting-v1", 0, "attest", _folder["iris"], "--type", "provenance", "--attest-key", _folder["release.key"], "--data", _folder["release.pub"], "--json");
        await HoldsAsync("attesting-v1", 1, "attest", _folder["iris"], "--type", "vsa", "--attest-key", _folder["release.key"], "--key", _folder["release.pub"], "--expect-name", "other",
            "-o", _folder["failed.json"], "--json");
        await HoldsAsync("report-v1", 0, "verify", _folder["iris"], "--key", _folder["release.pub"], "--require-attestation", "vsa", "--require-attestation", "provenance", "--json");
        await HoldsAsync("report-v1", 1, "verify", _folder["iris"], "--key", _folder["release.pub"], "--attestation", _folder["failed.json"], "--require-attestation", "vsa", "--json");
    }

    [Fact]
    public async Task What_policy_says_follows_its_schemas()
    {
        await SignAsync();
        await HoldsAsync("policy-init-v1", 0, "policy", "init", "--key", _folder["release.pub"], "--models", "iris", "--allow-format", "onnx", "--expires", "2099-12-31",
            "--min-version", "1.0.0", "--state", "state.json", "-o", _folder["policy.json"], "--json");
        Assert.Empty((await ReadSchemaAsync("policy-v1")).Validate(File.ReadAllText(_folder["policy.json"])));
        await HoldsAsync("policy-check-v1", 0, "policy", "check", _folder["policy.json"], "--strict", "--json");
        await HoldsAsync("policy-explanation-v1", 0, "policy", "explain", _folder["iris"], "--policy", _folder["policy.json"], "--json");
        await HoldsAsync("policy-explanation-v1", 1, "policy", "explain", _folder["iris"], "--policy", _folder["policy.json"], "--expect-name", "wine", "--json");
        Assert.False(File.Exists(_folder["state.json"]));
        await HoldsAsync("report-v1", 0, "verify", _folder["iris"], "--policy", _folder["policy.json"], "--json");
        Assert.Empty((await ReadSchemaAsync("state-v1")).Validate(File.ReadAllText(_folder["state.json"])));

        _folder.Write("weak.json", """{"schema": "precinto.policy/v1", "signers": [{"kind": "key", "file": "release.pub"}], "checks": {"dangerouslySignature": "warn", "structure": "skip"}}""");
        await HoldsAsync("policy-check-v1", 1, "policy", "check", _folder["weak.json"], "--strict", "--json");
        await HoldsAsync("report-v1", 0, "verify", _folder["iris"], "--policy", _folder["weak.json"], "--json");
        _folder.Write("wrong.json", "{}");
        await HoldsAsync("policy-check-v1", 1, "policy", "check", _folder["wrong.json"], "--json");
    }

    [Theory]
    [InlineData("revocations-v1")]
    [InlineData("state-v1")]
    public async Task Every_document_on_its_page_follows_its_schema(string name)
    {
        var schema = await ReadSchemaAsync(name);
        Assert.All(MarkdownPage.Read($"docs/spec/{name}.md").Blocks.Where(block => block.Language == "json"), block => Assert.Empty(schema.Validate(string.Join('\n', block.Lines))));
        Assert.NotEmpty(schema.Validate("{}"));
        Assert.NotEmpty(schema.Validate($$"""{"schema": "precinto.{{name.Replace("-", "/", StringComparison.Ordinal)}}", "issued": "2026-01-01T00:00:00Z", "models": [], "more": 1}"""));
    }

    [Fact]
    public async Task Inspections_follow_their_schema()
    {
        await SignAsync();
        _folder.Write("iris/payload.pkl", "cos\nsystem\n(S'id'\ntR.");
        _folder.Write("iris/tree.pkl", Resources.Read("decision-tree.pkl"));
        _folder.Write("iris/readme.txt", "text");
        _folder.Write("iris/empty.npy", "");
        await HoldsAsync("inspection-v1", 1, "inspect", _folder["iris"], "--json");
        await HoldsAsync("inspection-v1", 0, "inspect", _folder["iris/tree.pkl"], "--json");
        await HoldsAsync("inspection-v1", 1, "inspect", _folder["iris/readme.txt"], "--json");
    }

    [Fact]
    public async Task Predictions_follow_their_schema()
    {
        await SignAsync();
        await HoldsAsync("prediction-v1", 0, "predict", _folder["iris"], "--input", "5.1,3.5,1.4,0.2", "--key", _folder["release.pub"], "--json");
    }

    [Fact]
    public async Task Digests_signings_and_attacks_follow_their_schemas()
    {
        await SignAsync();
        await HoldsAsync("hash-v1", 0, "hash", _folder["iris"], "--json");
        await HoldsAsync("hash-v1", 0, "hash", _folder["iris/model.onnx"], "--check", _folder["iris/model_hash.txt"], "--json");
        await HoldsAsync("hash-v1", 0, "hash", _folder["iris"], "--algorithm", "blake2b", "--json");
        await HoldsAsync("signing-v1", 0, "sign", _folder["iris"], "--key", _folder["release.key"], "--force", "--json");
        await HoldsAsync("attacks-v1", 0, "attack", _folder["iris"], "--only", "flip-bit", "--only", "inject-payload", "--json");
    }

    [Fact]
    public async Task Scans_and_their_rules_follow_their_schemas()
    {
        var report = Repository.PathOf("samples/trivy/report.json");
        var rules = Repository.PathOf("samples/trivy/rules.json");
        await HoldsAsync("scan-v1", 1, "scan", report, "--json");
        await HoldsAsync("scan-v1", 0, "scan", report, "--rules", rules, "--json");
        await HoldsAsync("scan-v1", 0, "scan", report, "--severity", "CRITICAL", "--dangerously-allow-empty", "a reason", "--json");

        var schema = await ReadSchemaAsync("scan-rules-v1");
        Assert.Empty(schema.Validate(File.ReadAllText(rules)));
        var shown = MarkdownPage.Read("docs/spec/scan-rules-v1.md").Blocks.Where(block => block.Language == "json").ToArray();
        Assert.NotEmpty(shown);
        foreach (var text in shown.Select(block => string.Join('\n', block.Lines)))
        {
            Assert.Empty(schema.Validate(text));
            Assert.NotEmpty(Scans.ScanPolicyDocument.Parse(System.Text.Encoding.UTF8.GetBytes(text)).Ignored);
        }
    }

    [Theory]
    [InlineData("""{ "schema": "precinto.scan-rules/v1", "severities": [] }""")]
    [InlineData("""{ "schema": "precinto.scan-rules/v1", "severity": [ "LOW" ] }""")]
    [InlineData("""{ "schema": "precinto.scan-rules/v1", "kinds": [ "vuln" ] }""")]
    [InlineData("""{ "schema": "precinto.scan-rules/v1", "requiredClasses": [ "secret" ] }""")]
    [InlineData("""{ "schema": "precinto.scan-rules/v1", "ignored": [ { "id": "CVE-2099-1", "reason": "why" } ] }""")]
    [InlineData("""{ "schema": "precinto.scan-rules/v1", "ignored": [ { "id": "CVE-2099-1", "reason": " ", "expires": "2027-01-31" } ] }""")]
    [InlineData("""{ "severities": [ "LOW" ] }""")]
    public async Task Rules_that_are_refused_break_their_schema(string rules)
    {
        Assert.NotEmpty((await ReadSchemaAsync("scan-rules-v1")).Validate(rules));
        Assert.Throws<Scans.ScanPolicyException>(() => Scans.ScanPolicyDocument.Parse(System.Text.Encoding.UTF8.GetBytes(rules)));
    }

    [Fact]
    public async Task Records_follow_their_schema()
    {
        await SignAsync();
        var schema = await ReadSchemaAsync("record-v1");
        var bundle = JsonNode.Parse(File.ReadAllText(_folder["iris/model.sig"]))!;
        var statement = JsonNode.Parse(Convert.FromBase64String((string)bundle["dsseEnvelope"]!["payload"]!))!;

        Assert.Empty(schema.Validate(File.ReadAllText(_folder["iris/model_metadata.json"])));
        Assert.Empty(schema.Validate(Repository.Read("samples/deployment/model_metadata.json")));
        Assert.Empty(schema.Validate(statement["subject"]![0]!["annotations"]!.ToJsonString()));
        Assert.NotEmpty(schema.Validate("""{ "file_size_bytes": "2272" }"""));
        Assert.NotEmpty(schema.Validate("""{ "input_shape": "4" }"""));
        Assert.NotEmpty(schema.Validate("""{ "digest": "2272" }"""));
    }

    [Theory]
    [InlineData("""{ "schema": "precinto.policy/v1", "signers": [] }""")]
    [InlineData("""{ "schema": "precinto.policy/v2", "signers": [ { "kind": "key", "file": "a" } ] }""")]
    [InlineData("""{ "signers": [ { "kind": "key", "file": "a" } ] }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "signers": [ { "kind": "key", "file": "a", "pem": "b" } ] }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "signers": [ { "kind": "openpgp", "file": "a" } ] }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "signers": [ { "kind": "openpgp", "file": "a", "fingerprint": "01234567" } ] }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "signers": [ { "kind": "key", "file": "a" } ], "treshold": 2 }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "signers": [ { "kind": "key", "file": "a" } ], "threshold": 0 }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "signers": [ { "kind": "key", "file": "a" } ], "formats": [ "word" ] }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "signers": [ { "kind": "key", "file": "a" } ], "maximumAgeDays": 40000 }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "signers": [ { "kind": "key", "file": "a" } ], "attestations": [ { } ] }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "signers": [ { "kind": "key", "file": "a" } ], "attestations": [ { "type": "sbom" } ] }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "signers": [ { "kind": "key", "file": "a" } ], "attestations": [ { "type": "vsa", "builderId": "https://a" } ] }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "signers": [ { "kind": "key", "file": "a" } ], "attestations": [ { "type": "vsa", "signers": [] } ] }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "signers": [ { "kind": "key", "file": "a" } ], "attestations": [ { "type": "vsa", "verifierId": "gate" } ] }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "signers": [ { "kind": "key", "file": "a" } ], "attestations": [ { "type": "vsa", "image": "sha256:00" } ] }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "signers": [ { "kind": "key", "file": "a" } ], "attestations": [ { "type": "vsa", "maximumAgeDays": 0 } ] }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "signers": [ { "kind": "key", "file": "a" } ], "attestations": { "type": "vsa" } }""")]
    [InlineData("""{ "schema": "precinto.policy/v1" }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "rules": [] }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "rules": [ { "signers": [ { "kind": "key", "file": "a" } ] } ] }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "rules": [ { "models": [ "*" ] } ] }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "rules": [ { "models": [], "signers": [ { "kind": "key", "file": "a" } ] } ] }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "signers": [ { "kind": "key", "file": "a" } ], "rules": [ { "models": [ "*" ], "signers": [ { "kind": "key", "file": "a" } ] } ] }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "threshold": 1, "rules": [ { "models": [ "*" ], "signers": [ { "kind": "key", "file": "a" } ] } ] }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "signers": [ { "kind": "key", "file": "a" } ], "checks": { "signature": "warn" } }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "signers": [ { "kind": "key", "file": "a" } ], "checks": { "structure": "off" } }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "signers": [ { "kind": "key", "file": "a" } ], "expires": "tomorrow" }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "signers": [ { "kind": "key", "file": "a" } ], "revoked": { "digests": [ { "digest": "sha256:00", "reason": "r", "date": "2026-01-01" } ] } }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "signers": [ { "kind": "key", "file": "a" } ], "revoked": { "signers": [ { "kind": "key", "identity": "a", "reason": "r", "date": "2026-01-01" } ] } }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "signers": [ { "kind": "key", "file": "a" } ], "revocations": { "file": "r", "signers": [ { "kind": "key", "file": "a" } ] } }""")]
    [InlineData("""{ "schema": "precinto.policy/v1", "signers": [ { "kind": "key", "file": "a" } ], "revocations": { "file": "r", "signers": [], "maximumAgeDays": 1 } }""")]
    public async Task What_is_no_policy_fails_the_schema_and_the_reader(string policy)
    {
        var schema = await ReadSchemaAsync("policy-v1");
        _folder.Write("policy.json", policy);

        Assert.NotEmpty(schema.Validate(policy));
        Assert.ThrowsAny<Exception>(() => Trust.PolicyDocument.Load(_folder["policy.json"]));
    }

    [Fact]
    public async Task Every_policy_on_the_pages_follows_its_schema()
    {
        var schema = await ReadSchemaAsync("policy-v1");
        var policies = MarkdownPage.Read("docs/spec/policy-v1.md").Blocks.Where(block => block.Language == "json").ToArray();

        Assert.NotEmpty(policies);
        Assert.All(policies, policy => Assert.Empty(schema.Validate(string.Join('\n', policy.Lines))));
    }

    [Fact]
    public void The_schema_of_policies_lists_every_format()
    {
        var formats = JsonNode.Parse(Repository.Read("docs/spec/policy-v1.schema.json"))!["properties"]!["formats"]!["items"]!["enum"]!.AsArray();

        Assert.Equal(Inspector.FormatNames, formats.Select(format => (string)format!));
    }

    [Theory]
    [InlineData("report-v1", "/verdict", "\"clean\"")]
    [InlineData("report-v1", "/schema", "\"precinto.report/v2\"")]
    [InlineData("report-v1", "/checks/0/outcome", "\"ok\"")]
    [InlineData("report-v1", "/checks/0/codes", "[ 1 ]")]
    [InlineData("report-v1", "/checks", "[]")]
    [InlineData("report-v1", "/model/digest", "\"md5:00\"")]
    [InlineData("report-v1", "/signers/0/trusted", "\"yes\"")]
    [InlineData("report-v1", "/facts/inputs/0/shape", "[ \"four\" ]")]
    [InlineData("report-v1", "/other", "1")]
    public async Task The_schema_of_reports_refuses_what_no_report_says(string name, string pointer, string value)
    {
        await SignAsync();
        var (_, text) = await RunAsync("verify", _folder["iris"], "--key", _folder["release.pub"], "--json");
        var document = JsonNode.Parse(text)!;
        var parts = pointer.Split('/')[1..];
        var parent = parts[..^1].Aggregate(document, (node, part) => node is JsonArray list ? list[int.Parse(part)]! : node[part]!);
        parent[parts[^1]] = JsonNode.Parse(value);

        Assert.NotEmpty((await ReadSchemaAsync(name)).Validate(document.ToJsonString()));
    }

    public void Dispose() => _folder.Dispose();

    private async Task SignAsync()
    {
        _folder.Write("iris/model.onnx", Resources.Read("linear.onnx"));
        Assert.Equal(0, (await RunAsync("keygen", "-o", _folder["release"])).Code);
        Assert.Equal(0, (await RunAsync("sign", _folder["iris"], "--key", _folder["release.key"], "--version", "1.0.0", "--expires", "2099-12-31")).Code);
    }

    private async Task HoldsAsync(string name, int code, params string[] arguments)
    {
        var schema = await ReadSchemaAsync(name);
        var answer = await RunAsync(arguments);

        Assert.Equal(code, answer.Code);
        Assert.Empty(schema.Validate(answer.Output).Select(error => error.ToString()));
    }

    private static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        StringWriter output = new();
        StringWriter error = new();
        Surroundings surroundings = new() { Output = output, Error = error, Input = Stream.Null, Variable = _ => null };
        var code = await CommandLine.RunAsync(arguments, surroundings, TestContext.Current.CancellationToken);
        Assert.True(code is 0 or 1, error.ToString());
        return (code, output.ToString());
    }

    private static Task<JsonSchema> ReadSchemaAsync(string name) =>
        JsonSchema.FromJsonAsync(Repository.Read($"docs/spec/{name}.schema.json"), TestContext.Current.CancellationToken);
}
