using System.Text.RegularExpressions;
using Precinto.Cli.Tests.Documentation;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests.Ci;

/// <summary>What every workflow has to keep to: ours, and the one that <c>ci init</c> writes.</summary>
public sealed partial class WorkflowTests
{
    public static TheoryData<string> Workflows =>
    [
        .. Directory.GetFiles(Repository.PathOf(".github/workflows"), "*.yml").Select(path => Path.GetRelativePath(Repository.Root, path)).Order(StringComparer.Ordinal),
        "src/Precinto.Cli/Templates/github.yml",
    ];

    public static TheoryData<string> All => [.. Workflows.Select(row => row.Data), "action.yml"];

    [Theory]
    [MemberData(nameof(All))]
    public void Every_action_is_pinned_by_a_full_commit_with_its_version_beside_it(string path)
    {
        foreach (var line in Repository.Read(path).Split('\n').Where(line => line.Contains("uses:", StringComparison.Ordinal)))
            Assert.Matches(Pin(), line);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void No_expression_stands_in_a_script(string path)
    {
        var text = Repository.Read(path);
        Assert.NotEmpty(Pipeline.ScriptsOf(text, "run"));
        Assert.All(Pipeline.ScriptsOf(text, "run"), script => Assert.DoesNotContain("${{", script, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Nothing_is_granted_but_to_the_job_that_needs_it(string path)
    {
        var text = Repository.Read(path);
        Assert.Contains("\npermissions: {}\n", text, StringComparison.Ordinal);
        Assert.Contains("\nconcurrency:\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("pull_request_target", text, StringComparison.Ordinal);
        Assert.DoesNotContain("write-all", text, StringComparison.Ordinal);
        var jobs = text[text.IndexOf("\njobs:\n", StringComparison.Ordinal)..];
        var names = Job().Count(jobs);
        Assert.NotEqual(0, names);
        Assert.Equal(names, Regex.Count(jobs, "\n    permissions:"));
        Assert.Equal(names, Regex.Count(jobs, "\n    timeout-minutes:"));
        Assert.Equal(Regex.Count(text, "actions/checkout@"), Regex.Count(text, "persist-credentials: false"));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task The_validator_of_workflows_finds_nothing_wrong(string path)
    {
        NpmPackage.Fetch("@action-validator/core", "0.6.0");
        using TemporaryFolder folder = new();
        const string Script = """
            const validator = require("@action-validator/core"), fs = require("fs"), text = fs.readFileSync(process.argv[2], "utf8");
            const result = process.argv[2].endsWith("action.yml") ? validator.validateAction(text) : validator.validateWorkflow(text);
            console.log(JSON.stringify(result.errors));
            """;
        var script = folder.Write("validate.cjs", Script);
        async Task<string> ValidateAsync(string file) =>
            (await CommandProcess.RunAsync("node", [script, file], folder.Path, new Dictionary<string, string> { ["NODE_PATH"] = Path.Combine(AppContext.BaseDirectory, "node_modules") })).Output.Trim();

        // Its schema is older than the permission to attest, which it would take for a slip.
        var text = Repository.Read(path).Replace("\n      attestations: write\n", "\n", StringComparison.Ordinal);
        Assert.Equal("[]", await ValidateAsync(folder.Write(Path.GetFileName(path), text)));
        var broken = folder.Write(Path.GetFileName(path), text.Replace("  steps:", "  stops:", StringComparison.Ordinal));
        Assert.NotEqual("[]", await ValidateAsync(broken));
    }

    [Fact]
    public async Task Scripts_have_nothing_that_shellcheck_finds()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/shellcheck"), "shellcheck is not installed.");
        foreach (var script in new[] { "deploy/github/run.sh", "src/Precinto.Cli/Templates/pre-commit" })
        {
            var answer = await CommandProcess.RunAsync("shellcheck", [script], Repository.Root);
            Assert.True(answer.Code == 0, answer.Output);
        }

        using TemporaryFolder folder = new();
        RepositoryTemplates templates = new("models/iris", "iris");
        foreach (var (path, scripts) in new[]
        {
            ("github.yml", Pipeline.ScriptsOf(templates.Render("github.yml"), "run")),
            ("azure.yml", Pipeline.ScriptsOf(templates.Render("azure.yml"), "bash")),
            ("gitlab.yml", Pipeline.ListOf(templates.Render("gitlab.yml", "test"), "script")),
        })
        {
            foreach (var text in scripts)
            {
                var file = folder.Write("step.sh", text + "\n");
                var answer = await CommandProcess.RunAsync("shellcheck", ["--shell=bash", "--exclude=SC2154", file], folder.Path);
                Assert.True(answer.Code == 0, answer.Output);
            }
        }
    }

    /// <remarks>The block on which all depends stands once. Nothing renders the script of the action, so it holds a copy.</remarks>
    [Fact]
    public void The_script_of_the_action_takes_the_keys_as_the_templates_do()
    {
        var block = Repository.Read("src/Precinto.Cli/Templates/target-trust.sh").TrimEnd('\n').Split('\n');
        Assert.Contains(string.Join('\n', block.Select(line => "  " + line)), Repository.Read("deploy/github/run.sh"), StringComparison.Ordinal);
        RepositoryTemplates templates = new("models/iris", null);
        foreach (var template in new[] { "github.yml", "gitlab.yml", "azure.yml" })
        {
            var lines = templates.Render(template, "test").Split('\n').Select(line => line.Trim()).ToArray();
            Assert.Single(lines, block[0]);
            Assert.Equal(block.Select(line => line.Trim()), lines.SkipWhile(line => line != block[0]).Take(block.Length));
            Assert.Single(Repository.Read("src/Precinto.Cli/Templates/" + template).Split('\n'), line => line.Trim() == "@TARGET_TRUST@");
        }
    }

    /// <remarks>Of a checkout of one commit, nobody can see the branch that a change goes to, and the action refuses.</remarks>
    [Theory]
    [MemberData(nameof(Workflows))]
    public void Where_the_action_runs_for_a_change_enough_is_checked_out_to_see_its_target(string path)
    {
        var text = Repository.Read(path);
        if (!text.Contains("uses: ./", StringComparison.Ordinal) && !text.Contains("@TARGET_TRUST@", StringComparison.Ordinal))
            return;
        Assert.Contains("\n  pull_request:\n", text, StringComparison.Ordinal);
        Assert.Contains("\n  merge_group:\n", text, StringComparison.Ordinal);
        Assert.Contains("fetch-depth: ${{ github.event_name == 'merge_group' && '0' || '2' }}\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("models/iris", "iris")]
    [InlineData("models/my model.onnx", "a name")]
    [InlineData("1.0", "2.0")]
    [InlineData("true", "null")]
    [InlineData("a/- b", "0x10")]
    public async Task Every_pipeline_that_is_written_is_read_by_a_YAML_parser_as_it_was_meant(string model, string name)
    {
        Assert.SkipUnless(Tools.Exists("python3"), "python3 is not installed.");
        using TemporaryFolder folder = new();
        RepositoryTemplates templates = new(model, name);
        foreach (var template in new[] { "github.yml", "gitlab.yml", "gitlab-ci.yml", "azure.yml" })
            folder.Write(template, templates.Render(template, "1.5"));
        const string Script = """
            import sys
            try:
                import yaml
            except ImportError:
                sys.exit(77)
            read = lambda name: yaml.safe_load(open(name + ".yml", encoding="utf-8"))
            github, gitlab, azure = read("github"), read("gitlab")["precinto"], read("azure")
            for variables in (github["env"], gitlab["variables"], azure["variables"]):
                assert [variables["MODEL"], variables["EXPECT_NAME"]] == sys.argv[1:3], variables
            assert set(github[True]) == {"push", "pull_request", "merge_group", "schedule", "workflow_dispatch"}, github[True]
            assert set(github["jobs"]) == {"verify", "gate"}
            assert gitlab["stage"] == "1.5" and len(gitlab["script"]) == 1 and len(gitlab["rules"]) == 3, gitlab
            assert read("gitlab-ci") == {"include": [{"local": ".gitlab/precinto.yml"}]}
            assert len([step for step in azure["steps"] if "bash" in step]) == 2
            """;
        var answer = await CommandProcess.RunAsync("python3", ["-c", Script, model, name], folder.Path);
        Assert.SkipWhen(answer.Code == 77, "python3-yaml is not installed.");
        Assert.True(answer.Code == 0, answer.Error);
    }

    [Fact]
    public async Task The_gate_of_this_repository_passes_only_when_all_jobs_succeeded_or_were_rightly_left_out()
    {
        using Shell shell = new();
        var gate = Pipeline.ScriptsOf(Repository.Read(".github/workflows/integrity.yml"), "run")[^1];
        foreach (var (verify, scanning, isLeftOut, passes) in new[]
        {
            ("success", "success", "false", true), ("success", "skipped", "true", true), ("success", "skipped", "false", false), ("success", "failure", "false", false),
            ("failure", "success", "false", false), ("skipped", "skipped", "true", false), ("cancelled", "success", "false", false), ("", "", "", false),
        })
        {
            (shell.Variables["VERIFY"], shell.Variables["CODE_SCANNING"], shell.Variables["IS_LEFT_OUT"]) = (verify, scanning, isLeftOut);
            Assert.Equal(passes ? 0 : 1, (await shell.BashAsync(gate)).Code);
        }
    }

    [Fact]
    public async Task The_step_of_this_repository_that_changes_a_copy_ends_well_only_where_the_copy_is_refused()
    {
        using Shell shell = new();
        foreach (var file in Directory.GetFiles(Repository.PathOf("samples/signed/iris")))
            shell.Write("samples/signed/iris/" + Path.GetFileName(file), File.ReadAllBytes(file));
        foreach (var file in Directory.GetFiles(Repository.PathOf("samples/trust")))
            shell.Write("samples/trust/" + Path.GetFileName(file), File.ReadAllBytes(file));
        var step = Pipeline.ScriptsOf(Repository.Read(".github/workflows/integrity.yml"), "run").Single(script => script.Contains("changed", StringComparison.Ordinal));

        shell.Variables["PRECINTO"] = CommandProcess.Built;
        Assert.Equal(0, (await shell.BashAsync(step)).Code);
        Directory.Delete(shell["temp/changed"], recursive: true);
        foreach (var other in new[] { "/bin/true", "/bin/nowhere" })
        {
            shell.Variables["PRECINTO"] = other;
            Assert.NotEqual(0, (await shell.BashAsync(step)).Code);
            Directory.Delete(shell["temp/changed"], recursive: true);
        }
    }

    [Fact]
    public async Task The_signed_sample_is_trusted_and_a_changed_one_is_not()
    {
        using TemporaryFolder folder = new();
        var trust = Repository.PathOf("samples/trust");
        var answer = await CommandProcess.RunAsync(CommandProcess.Built, ["verify", "samples/signed/iris", "--trust", trust], Repository.Root);
        Assert.True(answer.Code == 0, answer.Output + answer.Error);

        foreach (var changed in Directory.GetFiles(Repository.PathOf("samples/signed/iris")))
        {
            foreach (var file in Directory.GetFiles(Repository.PathOf("samples/signed/iris")))
                folder.Write(Path.GetFileName(file), file == changed ? [.. File.ReadAllBytes(file), 0] : File.ReadAllBytes(file));
            var refused = await CommandProcess.RunAsync(CommandProcess.Built, ["verify", folder.Path, "--trust", trust], Repository.Root);
            Assert.True(refused.Code == 1, changed + refused.Output);
        }
    }

    [GeneratedRegex("^ *-? *uses: (\\./|[A-Za-z0-9-]+/[A-Za-z0-9/_-]+@[0-9a-f]{40} # v[0-9]+\\.[0-9]+\\.[0-9]+)$")]
    private static partial Regex Pin();

    [GeneratedRegex("\n  [a-z-]+:\n")]
    private static partial Regex Job();
}
