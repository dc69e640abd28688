using Precinto.Attestations;
using Precinto.Cli.Tests.Documentation;
using Precinto.Signatures.Keys;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests.Scanning;

/// <summary>A signed verdict says of which image, by which rules and from which report; or there is none.</summary>
public sealed class ScanAttesterTests : IDisposable
{
    private const string Image = "sha256:2222222222222222222222222222222222222222222222222222222222222222";
    private const string Configuration = "sha256:1111111111111111111111111111111111111111111111111111111111111111";
    private const string Other = "sha256:9999999999999999999999999999999999999999999999999999999999999999";

    private readonly TemporaryFolder _folder = new();
    private readonly string _report;
    private readonly string _rules = Repository.PathOf("samples/trivy/rules.json");

    public ScanAttesterTests() => _report = _folder.Write("report.json", File.ReadAllBytes(Repository.PathOf("samples/trivy/report.json")));

    [Fact]
    public async Task A_verdict_is_bound_to_image_rules_and_report()
    {
        var answer = await RunAsync(_report, "--rules", _rules, "--image-digest", Image);

        Assert.Equal(0, answer.Code);
        Assert.Contains("attested PASSED of registry.example/iris, by key", answer.Error, StringComparison.Ordinal);
        var attestation = Attestation.Parse(File.ReadAllBytes(_folder["verdict.json"]));
        Assert.True(attestation.IsSignedBy(PublicKey.ParsePem(File.ReadAllText(_folder["gate.pub"]))));
        Assert.Equal(Image, $"{Assert.Single(attestation.Subjects).Digest}");
        var summary = Assert.IsType<VerificationSummary>(attestation.Predicate);
        Assert.True(summary.IsPassed);
        Assert.Equal(VerificationSummary.ImageVerifier, summary.VerifierId);
        Assert.Equal(DigestOf(_rules), $"{summary.Policy.Digest}");
        Assert.Equal(DigestOf(_report), $"{Assert.Single(summary.Inputs).Digest}");
    }

    [Fact]
    public async Task A_verdict_that_is_no_is_signed_as_such()
    {
        var strict = _folder.Write("strict.json", """{ "schema": "precinto.scan-rules/v1" }""");

        Assert.Equal(1, (await RunAsync(_report, "--rules", strict, "--image-digest", Image)).Code);
        Assert.False(Assert.IsType<VerificationSummary>(Attestation.Parse(File.ReadAllBytes(_folder["verdict.json"])).Predicate).IsPassed);
    }

    [Fact]
    public async Task Another_image_gets_no_verdict()
    {
        foreach (var digest in new[] { Other, Configuration })
        {
            var answer = await RunAsync(_report, "--rules", _rules, "--image-digest", digest);
            Assert.Equal(1, answer.Code);
            Assert.Contains("not signed", answer.Error, StringComparison.Ordinal);
            Assert.False(File.Exists(_folder["verdict.json"]));
        }
    }

    [Theory]
    [InlineData("\"RepoDigests\": [ \"registry.example/iris@" + Image + "\" ]", "\"RepoDigests\": null", Configuration, 0)]
    [InlineData("\"RepoDigests\": [ \"registry.example/iris@" + Image + "\" ]", "\"RepoDigests\": null", Image, 1)]
    [InlineData("\"ArtifactName\": \"registry.example/iris:1.0.0\"", "\"ArtifactName\": \"registry.example/iris@" + Other + "\"", Other, 0)]
    [InlineData("\"registry.example/iris@" + Image + "\"", "\"" + Image + "\"", Image, 1)]
    [InlineData("\"registry.example/iris@" + Image + "\"", "\"registry.example/iris@" + Image + "0\"", Image, 1)]
    public async Task The_report_must_name_the_digest(string before, string after, string digest, int code)
    {
        File.WriteAllText(_report, File.ReadAllText(_report).Replace(before, after, StringComparison.Ordinal));

        Assert.Equal(code, (await RunAsync(_report, "--rules", _rules, "--image-digest", digest)).Code);
        Assert.Equal(code == 0, File.Exists(_folder["verdict.json"]));
    }

    [Theory]
    [InlineData("filesystem")]
    [InlineData("repository")]
    [InlineData("cyclonedx")]
    [InlineData("")]
    public async Task A_report_about_something_else_than_an_image_speaks_for_no_image(string type)
    {
        // A folder may be called whatever its maker likes, an image and its digest among it.
        File.WriteAllText(_report, File.ReadAllText(_report)
            .Replace("\"container_image\"", $"\"{type}\"", StringComparison.Ordinal).Replace("iris:1.0.0\",", $"iris@{Image}\",", StringComparison.Ordinal));

        var answer = await RunAsync(_report, "--rules", _rules, "--image-digest", Image);
        Assert.Equal((2, ""), (answer.Code, answer.Output));
        Assert.Contains("a verdict on an image", answer.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["verdict.json"]));
    }

    [Fact]
    public async Task A_folder_and_a_bill_of_materials_are_no_image()
    {
        Directory.CreateDirectory(_folder["model"]);
        var bill = _folder.Write("bom.json", """{ "bomFormat": "CycloneDX", "specVersion": "1.6" }""");
        var sarif = _folder.Write("folder.sarif", """{ "version": "2.1.0", "runs": [ { "tool": { "driver": { "name": "Trivy" } }, "results": [] } ] }""");
        foreach (var target in new[] { _folder["model"], bill, sarif })
        {
            var answer = await RunAsync(target, "--rules", _rules, "--image-digest", Image);
            Assert.Equal(2, answer.Code);
            Assert.Contains("a verdict on an image", answer.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Where_nothing_can_be_said_nothing_is_signed()
    {
        var empty = Repository.PathOf("samples/trivy/empty.json");

        var answer = await RunAsync(empty, "--rules", _rules, "--image-digest", "sha256:3333333333333333333333333333333333333333333333333333333333333333");
        Assert.Equal(3, answer.Code);
        Assert.False(File.Exists(_folder["verdict.json"]));
    }

    [Fact]
    public async Task What_does_not_belong_together_is_used_wrongly()
    {
        string[][] wrong =
        [
            [_report, "--rules", _rules],
            [_report, "--rules", _rules, "--image-digest", "latest"],
            [_report, "--image-digest", Image],
            [_report, "--rules", _rules, "--image-digest", Image, "--max-report-age", "9999"],
        ];
        foreach (var arguments in wrong)
            Assert.Equal(2, (await RunAsync(arguments)).Code);
        Assert.Equal(2, (await RunWithoutKeyAsync(_report, "--image-digest", Image)).Code);

        _folder.Write("verdict.json", "mine");
        Assert.Equal(2, (await RunAsync(_report, "--rules", _rules, "--image-digest", Image)).Code);
        Assert.Equal("mine", File.ReadAllText(_folder["verdict.json"]));
        Assert.Equal(0, (await RunAsync(_report, "--rules", _rules, "--image-digest", Image, "--force")).Code);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<Answer> RunAsync(params string[] arguments)
    {
        if (!File.Exists(_folder["gate.key"]))
            Assert.Equal(0, (await RunCommandAsync("keygen", "-o", _folder["gate"])).Code);
        return await RunCommandAsync(["scan", .. arguments, "--attest-key", _folder["gate.key"], "-o", _folder["verdict.json"]]);
    }

    private static Task<Answer> RunWithoutKeyAsync(params string[] arguments) => RunCommandAsync(["scan", .. arguments]);

    private static async Task<Answer> RunCommandAsync(params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" };
        using StringWriter error = new() { NewLine = "\n" };
        Surroundings surroundings = new() { Output = output, Error = error, Input = Stream.Null, Variable = _ => null };
        var code = await CommandLine.RunAsync(arguments, surroundings, TestContext.Current.CancellationToken);
        return new(code, output.ToString(), error.ToString());
    }

    private static string DigestOf(string path) => $"sha256:{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))}";
}
