using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Precinto.Cli.Bom;
using Precinto.Cli.Tests.Documentation;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests.Bom;

public sealed class BomTests : IDisposable
{
    private static readonly string Hash = Convert.ToBase64String(SHA512.HashData("package"u8));
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task The_bill_of_a_model_follows_the_schema_of_CycloneDX()
    {
        var schema = await CycloneDxSchema.LoadAsync();
        await SignAsync();

        Assert.Empty(schema.Validate((await RunAsync(0, "sbom", _folder["iris"])).Output).Select(error => error.ToString()));
        var verified = (await RunAsync(0, "sbom", _folder["iris"], "--key", _folder["release.pub"], "--license", "MIT OR Apache-2.0")).Output;
        Assert.Empty(schema.Validate(verified).Select(error => error.ToString()));
        Assert.Empty(schema.Validate((await RunAsync(0, "sbom", _folder["iris/model.onnx"])).Output).Select(error => error.ToString()));

        // The schema refuses what no bill says, so that passing it means something.
        Assert.NotEmpty(schema.Validate(verified.Replace("\"CycloneDX\"", "\"Other\"", StringComparison.Ordinal)));
        Assert.NotEmpty(schema.Validate(verified.Replace("\"machine-learning-model\"", "\"model\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_bill_of_this_program_follows_the_schema_of_CycloneDX()
    {
        var schema = await CycloneDxSchema.LoadAsync();
        _folder.Write("runtime", "a runtime");
        var bill = (await RunAsync(0, "sbom", "--packages", Repository.PathOf("src/Precinto.Cli"), "--name", "precinto", "--version", "1.2.3",
            "--exclude-package", "Microsoft.CodeAnalysis.BannedApiAnalyzers", "--component", $"openssl=3.0.19@{_folder["runtime"]}")).Output;

        Assert.Empty(schema.Validate(bill).Select(error => error.ToString()));
    }

    [Fact]
    public async Task A_bill_names_the_files_the_data_and_who_vouches()
    {
        await SignAsync();
        var bill = JsonNode.Parse((await RunAsync(0, "sbom", _folder["iris"], "--key", _folder["release.pub"])).Output)!;
        var model = bill["metadata"]!["component"]!;
        var digest = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_folder["iris/model.onnx"])));

        Assert.Equal("trusted", Property(model, "precinto:verdict"));
        Assert.StartsWith("key sha256:", Property(model, "precinto:signer"), StringComparison.Ordinal);
        Assert.Equal(digest, (string)model["hashes"]![0]!["content"]!);
        Assert.Equal("1.0.0", (string)model["version"]!);
        Assert.Equal("digital-signature", (string)model["externalReferences"]![0]!["type"]!);
        Assert.Equal("model.onnx", (string)bill["components"]![0]!["name"]!);
        Assert.Null(model["licenses"]);
        Assert.Equal("not verified", Property(JsonNode.Parse((await RunAsync(0, "sbom", _folder["iris"])).Output)!["metadata"]!["component"]!, "precinto:verdict"));
    }

    [Fact]
    public async Task A_rejected_model_gets_no_bill()
    {
        await SignAsync();
        _folder.Write("iris/extra.bin", "extra");
        var answer = await RunAsync(1, "sbom", _folder["iris"], "--key", _folder["release.pub"], "-o", _folder["bill.json"]);

        Assert.Empty(answer.Output);
        Assert.False(File.Exists(_folder["bill.json"]));
    }

    [Fact]
    public async Task What_the_record_states_falsely_does_not_enter_the_bill()
    {
        await SignAsync();
        var record = JsonNode.Parse(File.ReadAllText(_folder["iris/model_metadata.json"]))!;
        record["version"] = "9.9.9";
        record["digest"] = "sha256:" + new string('0', 64);
        record["training_data_digest"] = "sha256:" + new string('1', 64);
        File.WriteAllText(_folder["iris/model_metadata.json"], record.ToJsonString());
        File.Delete(_folder["iris/model.sig"]);
        var bill = (await RunAsync(0, "sbom", _folder["iris"])).Output;

        Assert.DoesNotContain("9.9.9", bill, StringComparison.Ordinal);
        Assert.DoesNotContain("1111", bill, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_model_gives_the_same_bytes_and_another_one_another_serial_number()
    {
        await SignAsync();
        var first = (await RunAsync(0, "sbom", _folder["iris"])).Output;
        var second = (await RunAsync(0, "sbom", _folder["iris"])).Output;
        var other = (await RunAsync(0, "sbom", _folder["iris"], "--license", "MIT")).Output;

        Assert.Equal(first, second);
        Assert.NotEqual((string)JsonNode.Parse(first)!["serialNumber"]!, (string)JsonNode.Parse(other)!["serialNumber"]!);
    }

    [Fact]
    public async Task A_bill_of_packages_follows_what_is_needed_and_leaves_out_what_is_excluded()
    {
        Lock("a", $$"""{ "A": {{Package("Direct", "1.0.0", """ "B": "1.0.0" """)}}, "B": {{Package("Transitive", "2.0.0+x")}}, "Tool": {{Package("Direct", "1.0.0", """ "OnlyTool": "1.0.0" """)}}, "OnlyTool": {{Package("Transitive", "1.0.0")}}, "project": { "type": "Project", "dependencies": { "C": "[1.0.0, )" } }, "C": {{Package("Transitive", "3.0.0")}} }""");
        var bill = JsonNode.Parse((await RunAsync(0, "sbom", "--packages", _folder["a"], "--name", "app", "--exclude-package", "tool")).Output)!;

        Assert.Equal(["pkg:nuget/A@1.0.0", "pkg:nuget/B@2.0.0%2Bx", "pkg:nuget/C@3.0.0"], bill["components"]!.AsArray().Select(component => (string)component!["purl"]!));
        Assert.Equal(Convert.ToHexStringLower(Convert.FromBase64String(Hash)), (string)bill["components"]![0]!["hashes"]![0]!["content"]!);
        Assert.Equal(["pkg:nuget/A@1.0.0", "pkg:nuget/C@3.0.0"], bill["dependencies"]![0]!["dependsOn"]!.AsArray().Select(reference => (string)reference!));
        Assert.Equal("pkg:nuget/B@2.0.0%2Bx", (string)bill["dependencies"]![1]!["dependsOn"]![0]!);
    }

    [Theory]
    [InlineData("""[]""")]
    [InlineData("""{ "version": 3, "dependencies": {} }""")]
    [InlineData("""{ "version": 2 }""")]
    [InlineData("""{ "version": 2, "dependencies": { "net10.0": { "A": { "type": "Direct", "contentHash": "AA==" } } } }""")]
    [InlineData("""{ "version": 2, "dependencies": { "net10.0": { "A": { "type": "Direct", "resolved": "1.0.0" } } } }""")]
    [InlineData("""{ "version": 2, "dependencies": { "net10.0": { "A": { "type": "Direct", "resolved": "1.0.0", "contentHash": "AA==" } } } }""")]
    [InlineData("""{ "version": 2, "dependencies": { "net10.0": { "A": { "type": "Magic" } } } }""")]
    [InlineData("""{ "version": 2, "dependencies": { "net10.0": { "A": { "type": "Project" }, "A": { "type": "Project" } } } }""")]
    [InlineData("""{ "version": 2, "dependencies": { "net10.0": { "../A": { "type": "Project" } } } }""")]
    [InlineData("""{ "version": 2, "dependencies": { "net10.0": { "A": { "type": "Project", "more": 1 } } } }""")]
    [InlineData("""{ "version": 2, "dependencies": [] }""")]
    [InlineData("not json")]
    [InlineData("")]
    public void What_is_no_lock_file_is_refused(string text) =>
        Assert.ThrowsAny<JsonException>(() => PackageLock.Parse(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("\"\u00FF\"")]
    [InlineData("\"\\ud800\"")]
    public void A_name_that_is_no_text_is_refused_like_anything_else(string name) =>
        Assert.ThrowsAny<JsonException>(() => PackageLock.Parse(Encoding.Latin1.GetBytes($$"""{ "version": 2, "dependencies": { "net10.0": { {{name}}: { "type": "Project" } } } }""")));

    [Fact]
    public void A_lock_file_that_goes_round_in_circles_comes_to_an_end()
    {
        StringBuilder text = new("""{ "version": 2, "dependencies": { "net10.0": { """);
        for (var index = 0; index < 5000; index++)
            text.Append($"\"P{index}\": {Package(index == 0 ? "Direct" : "Transitive", "1.0.0", $"\"P{(index + 1) % 5000}\": \"1.0.0\", \"P{index / 2}\": \"1.0.0\"")}, ");
        text.Append($"\"End\": {Package("Transitive", "1.0.0")} }} }} }}");
        var clock = Stopwatch.StartNew();
        var document = PackageBom.Make("app", null, [PackageLock.Parse(Encoding.UTF8.GetBytes(text.ToString()))], [], [], null);

        Assert.Equal(5000, document.Components.Count);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Two_lock_files_that_disagree_about_a_package_are_refused()
    {
        Lock("a", $$"""{ "A": {{Package("Direct", "1.0.0")}} }""");
        Lock("b", $$"""{ "A": {{Package("Direct", "1.0.0").Replace(Hash, Convert.ToBase64String(SHA512.HashData("other"u8)), StringComparison.Ordinal)}} }""");

        Assert.Contains("different content", (await RunAsync(2, "sbom", "--packages", _folder["a"], "--packages", _folder["b"], "--name", "app")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lock_file_that_needs_what_it_does_not_pin_is_refused()
    {
        Lock("a", $$"""{ "A": {{Package("Direct", "1.0.0", """ "B": "1.0.0" """)}} }""");

        Assert.Contains("does not pin", (await RunAsync(2, "sbom", "--packages", _folder["a"], "--name", "app")).Error, StringComparison.Ordinal);
        await RunAsync(0, "sbom", "--packages", _folder["a"], "--name", "app", "--exclude-package", "b");
    }

    [Theory]
    [InlineData("MIT", true)]
    [InlineData("GPL-2.0-or-later WITH Classpath-exception-2.0", true)]
    [InlineData("(MIT OR Apache-2.0) AND LicenseRef-Ours", true)]
    [InlineData("GPL-2.0+", true)]
    [InlineData("DocumentRef-a:LicenseRef-b", true)]
    [InlineData("", false)]
    [InlineData("MIT OR", false)]
    [InlineData("OR MIT", false)]
    [InlineData("MIT Apache-2.0", false)]
    [InlineData("(MIT", false)]
    [InlineData("MIT)", false)]
    [InlineData("()", false)]
    [InlineData("MIT WITH", false)]
    [InlineData("MIT WITH A WITH B", false)]
    [InlineData("MIT WITH (A)", false)]
    [InlineData("(MIT) WITH A", false)]
    [InlineData("MIT\nApache-2.0", false)]
    [InlineData("a:b", false)]
    public void A_licence_expression_has_the_form_that_SPDX_describes(string text, bool isValid) => Assert.Equal(isValid, SpdxExpression.IsValid(text));

    [Fact]
    public void A_licence_of_many_brackets_is_judged_without_a_stack() =>
        Assert.False(SpdxExpression.IsValid(new string('(', 1_000_000)));

    public void Dispose() => _folder.Dispose();

    private static string Package(string type, string version, string needs = "") =>
        $$"""{ "type": "{{type}}", "resolved": "{{version}}", "contentHash": "{{Hash}}", "dependencies": { {{needs}} } }""";

    [Fact]
    public async Task A_bill_never_replaces_the_model_that_it_lists()
    {
        await SignAsync();
        var before = File.ReadAllBytes(_folder["iris/model.onnx"]);
        await RunAsync(2, "sbom", _folder["iris/model.onnx"], "-o", _folder["iris/model.onnx"], "--force");
        Assert.Equal(before, File.ReadAllBytes(_folder["iris/model.onnx"]));
    }

    [Fact]
    public async Task A_component_whose_file_holds_more_than_its_size_says_is_not_listed_as_empty()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("There is no /proc.");
        var locked = _folder["proc.lock.json"];
        File.WriteAllText(locked, """{"version": 1, "dependencies": {}}""");
        await RunAsync(3, "sbom", "--packages", locked, "--name", "a", "--component", "a=1@/proc/self/status");
    }

    private static string? Property(JsonNode component, string name) =>
        (string?)component["properties"]!.AsArray().FirstOrDefault(property => (string)property!["name"]! == name)?["value"];

    private void Lock(string folder, string packages) =>
        _folder.Write($"{folder}/packages.lock.json", $$"""{ "version": 2, "dependencies": { "net10.0": {{packages}} } }""");

    private async Task SignAsync()
    {
        _folder.Write("iris/model.onnx", Resources.Read("linear.onnx"));
        await RunAsync(0, "keygen", "-o", _folder["release"]);
        await RunAsync(0, "sign", _folder["iris"], "--key", _folder["release.key"], "--version", "1.0.0");
    }

    private static async Task<(string Output, string Error)> RunAsync(int code, params string[] arguments)
    {
        StringWriter output = new();
        StringWriter error = new();
        Surroundings surroundings = new() { Output = output, Error = error, Input = Stream.Null, Variable = _ => null };
        Assert.True(code == await CommandLine.RunAsync(arguments, surroundings, TestContext.Current.CancellationToken), error.ToString());
        return (output.ToString(), error.ToString());
    }
}
