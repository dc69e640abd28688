using Precinto.Cli.Tests.Documentation;
using Xunit;

namespace Precinto.Cli.Tests.Ci;

/// <summary>The script of the action, outside of GitHub: with the variables that the runner would set.</summary>
public sealed class ActionTests : IDisposable
{
    private static readonly string[] Injections = ["$(touch owned)`touch owned`", "'; touch owned; '", "a\" && touch owned; \""];
    private readonly Shell _shell = new();

    public ActionTests()
    {
        foreach (var folder in new[] { "signed/iris", "trust" })
            foreach (var file in Directory.GetFiles(Repository.PathOf("samples/" + folder)))
                _shell.Write($"{folder}/{Path.GetFileName(file)}", File.ReadAllBytes(file));
        _shell.Variables["GITHUB_ACTIONS"] = "true";
        _shell.Variables["GITHUB_WORKSPACE"] = _shell.Work;
        _shell.Variables["GITHUB_STEP_SUMMARY"] = _shell["temp/summary.md"];
        _shell.Variables["PRECINTO_MODEL"] = "signed/iris";
        _shell.Variables["PRECINTO_TRUST"] = "trust";
    }

    [Fact]
    public async Task A_signed_model_passes_and_the_outputs_say_so()
    {
        _shell.Variables["PRECINTO_SARIF_FILE"] = "precinto.sarif";
        _shell.Variables["PRECINTO_JUNIT_FILE"] = "precinto.xml";
        var (code, outputs, _) = await RunAsync();

        Assert.Equal(0, code);
        Assert.Equal(["verdict=trusted", "exit-code=0", $"sarif-file={_shell.Work}/precinto.sarif", $"junit-file={_shell.Work}/precinto.xml"], outputs);
        Assert.StartsWith("{", File.ReadAllText(_shell["work/precinto.sarif"]), StringComparison.Ordinal);
        Assert.StartsWith("## ✅ precinto verify: trusted", File.ReadAllText(_shell["temp/summary.md"]), StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_shell["temp"]));
    }

    [Fact]
    public async Task A_changed_model_fails_and_its_report_is_there()
    {
        File.AppendAllText(_shell["work/signed/iris/model.onnx"], "x");
        _shell.Variables["PRECINTO_SARIF_FILE"] = "precinto.sarif";
        var (code, outputs, output) = await RunAsync();

        Assert.Equal(1, code);
        Assert.Equal(["verdict=rejected", "exit-code=1", $"sarif-file={_shell.Work}/precinto.sarif", "junit-file="], outputs);
        Assert.Contains("::error file=signed/iris,line=1,title=INT001 ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MODEL")]
    [InlineData("TRUST")]
    [InlineData("KEY")]
    [InlineData("OPENPGP_KEY")]
    [InlineData("FINGERPRINT")]
    [InlineData("EXPECT_NAME")]
    [InlineData("MIN_VERSION")]
    [InlineData("FAIL_ON")]
    [InlineData("FORMAT")]
    [InlineData("VERSION")]
    [InlineData("TOOL")]
    [InlineData("DIRECTORY")]
    [InlineData("COMMAND")]
    [InlineData("ARGUMENTS")]
    [InlineData("SARIF_FILE")]
    public async Task No_input_is_ever_run(string input)
    {
        foreach (var injection in Injections)
        {
            _shell.Variables["PRECINTO_" + input] = injection;
            var (code, outputs, _) = await RunAsync();
            // A report can be called that; everything else is no such model, key, name …
            Assert.True(code != 0 || input == "SARIF_FILE", injection);
            Assert.Equal(4, outputs.Length);
            Assert.Empty(Directory.GetFiles(_shell["."], "owned", SearchOption.AllDirectories));
        }
    }

    [Fact]
    public async Task A_value_that_looks_like_an_option_is_a_value()
    {
        // None of these may take the place of trust.
        foreach (var input in new[] { "MODEL", "TRUST", "KEY", "EXPECT_NAME" })
        {
            var before = _shell.Variables.GetValueOrDefault("PRECINTO_" + input, "");
            _shell.Variables["PRECINTO_" + input] = "--integrity-only";
            Assert.NotEqual(0, (await RunAsync()).Code);
            _shell.Variables["PRECINTO_" + input] = before;
        }

        _shell.Variables["PRECINTO_TRUST"] = "";
        _shell.Variables["PRECINTO_COMMAND"] = "inspect";
        _shell.Variables["PRECINTO_MODEL"] = "-tree.pkl\n--json\n  two words.pkl\n";
        foreach (var name in new[] { "-tree.pkl", "--json", "  two words.pkl" })
            _shell.Write(name, Resources.Read("decision-tree.pkl"));
        var (code, outputs, output) = await RunAsync();
        Assert.Equal((0, "verdict=clean"), (code, outputs[0]));
        Assert.Equal(3, output.Split('\n').Count(line => line.EndsWith("bytes, clean", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_line_break_in_an_input_adds_no_output_and_no_order()
    {
        foreach (var input in new[] { "SARIF_FILE", "JUNIT_FILE", "TRUST", "VERSION", "EXPECT_NAME", "DIRECTORY" })
        {
            _shell.Variables["PRECINTO_" + input] = "a\nverdict=trusted\n::stop-commands::x";
            var (code, outputs, output) = await RunAsync();
            Assert.NotEqual(0, code);
            Assert.DoesNotContain("verdict=trusted", outputs);
            Assert.DoesNotContain(output.Split('\n'), line => line.StartsWith("::stop", StringComparison.Ordinal));
            _shell.Variables["PRECINTO_" + input] = input == "TRUST" ? "trust" : "";
        }
    }

    [Fact]
    public async Task Trust_that_an_earlier_step_left_in_a_variable_does_not_count()
    {
        _shell.Variables["PRECINTO_TRUST"] = "";
        _shell.Variables["PRECINTO_POLICY"] = _shell["work/trust/policy.json"];
        var (code, outputs, _) = await RunAsync();
        Assert.Equal((2, "verdict=unusable"), (code, outputs[0]));
    }

    [Fact]
    public async Task What_cannot_be_checked_has_a_verdict_of_its_own()
    {
        _shell.Variables["PRECINTO_MODEL"] = "nowhere";
        Assert.Equal((3, "verdict=unchecked"), ((await RunAsync()).Code, (await RunAsync()).Outputs[0]));

        // A part that was clean is no verdict on the whole.
        _shell.Variables["PRECINTO_TRUST"] = "";
        _shell.Variables["PRECINTO_COMMAND"] = "inspect";
        _shell.Variables["PRECINTO_MODEL"] = "signed/iris/model.onnx\nnowhere";
        var (code, outputs, _) = await RunAsync();
        Assert.Equal((3, "verdict=unchecked"), (code, outputs[0]));

        _shell.Variables["PRECINTO_MODEL"] = "";
        Assert.Equal(2, (await RunAsync()).Code);
    }

    [Fact]
    public async Task In_a_pull_request_the_keys_of_the_branch_that_it_goes_to_count()
    {
        _shell.Variables["GITHUB_EVENT_NAME"] = "pull_request";
        await _shell.GitAsync("init", "--quiet", "--initial-branch=main", ".");
        await _shell.GitAsync("add", "-A");
        await _shell.GitAsync("commit", "--quiet", "-m", "A signed model");
        Assert.Equal(3, (await RunAsync()).Code);

        // The change brings a model that another key signed, and that key.
        await _shell.GitAsync("checkout", "--quiet", "-b", "change");
        await _shell.PrecintoAsync("keygen", "-o", "../attacker");
        Directory.Delete(_shell["work/trust"], recursive: true);
        _shell.Write("trust/attacker.pub", File.ReadAllBytes(_shell["attacker.pub"]));
        Directory.Delete(_shell["work/signed"], recursive: true);
        _shell.Write("signed/iris/model.onnx", Resources.Read("linear.onnx"));
        await _shell.PrecintoAsync("sign", "signed/iris", "--key", "../attacker.key", "--name", "iris");
        await _shell.GitAsync("add", "-A");
        await _shell.GitAsync("commit", "--quiet", "-m", "Another");
        await _shell.GitAsync("checkout", "--quiet", "--detach", "main");
        await _shell.GitAsync("merge", "--quiet", "--no-ff", "-m", "Merge", "change");
        var (code, outputs, _) = await RunAsync();
        Assert.Equal((1, "verdict=rejected"), (code, outputs[0]));

        _shell.Variables["GITHUB_EVENT_NAME"] = "push";
        Assert.Equal(0, (await RunAsync()).Code);
    }

    [Theory]
    [InlineData("pull_request", 1)]
    [InlineData("pull_request_review", 1)]
    [InlineData("merge_group", 1)]
    [InlineData("pull_request_target", 3)]
    [InlineData("push", 0)]
    public async Task In_a_subfolder_too_the_keys_of_the_branch_that_a_change_goes_to_count(string trigger, int code)
    {
        _shell.Write("sub/other.txt", "other"u8);
        foreach (var file in Directory.GetFiles(_shell["work/signed/iris"]))
            _shell.Write("sub/iris/" + Path.GetFileName(file), File.ReadAllBytes(file));
        foreach (var file in Directory.GetFiles(_shell["work/trust"]))
            _shell.Write("sub/trust/" + Path.GetFileName(file), File.ReadAllBytes(file));
        await _shell.GitAsync("init", "--quiet", "--initial-branch=main", ".");
        await _shell.GitAsync("add", "-A");
        await _shell.GitAsync("commit", "--quiet", "-m", "A signed model");
        await _shell.GitAsync("update-ref", "refs/remotes/origin/main", "main");
        await _shell.GitAsync("checkout", "--quiet", "-b", "change");
        _shell.Write("sub/other.txt", "changed"u8);
        await _shell.GitAsync("commit", "--quiet", "-am", "Another");
        await _shell.GitAsync("checkout", "--quiet", "--detach", "main");
        await _shell.GitAsync("merge", "--quiet", "--no-ff", "-m", "Merge", "change");
        _shell.Variables["GITHUB_EVENT_NAME"] = trigger;
        _shell.Variables["PRECINTO_QUEUE_OF"] = "refs/heads/main";
        _shell.Variables["PRECINTO_DIRECTORY"] = "sub";
        _shell.Variables["PRECINTO_MODEL"] = "iris";
        Assert.Equal(code == 3 ? 3 : 0, (await RunAsync()).Code);

        await _shell.PrecintoAsync("keygen", "-o", "../attacker");
        _shell.Write("sub/trust/attacker.pub", File.ReadAllBytes(_shell["attacker.pub"]));
        File.Delete(_shell["work/sub/trust/policy.json"]);
        Directory.Delete(_shell["work/sub/iris"], recursive: true);
        _shell.Write("sub/iris/model.onnx", Resources.Read("linear.onnx"));
        await _shell.PrecintoAsync("sign", "sub/iris", "--key", "../attacker.key", "--name", "iris");
        Assert.Equal(code, (await RunAsync()).Code);
    }

    [Fact]
    public async Task A_trust_folder_of_the_checkout_that_is_named_from_the_root_is_refused()
    {
        _shell.Variables["PRECINTO_TRUST"] = _shell["work/trust"];
        var (code, outputs, output) = await RunAsync();
        Assert.Equal((2, "verdict=unusable"), (code, outputs[0]));
        Assert.Contains("::error title=precinto::the input trust names a folder of the checkout from the root", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TRUST", "trust", "inspect", "scan")]
    [InlineData("POLICY_FILE", "policy", "inspect", "scan")]
    [InlineData("KEY", "key", "inspect", "scan")]
    [InlineData("OPENPGP_KEY", "openpgp-key", "inspect", "scan")]
    [InlineData("FINGERPRINT", "fingerprint", "inspect", "scan")]
    [InlineData("EXPECT_NAME", "expect-name", "inspect", "scan")]
    [InlineData("EXPECT_VERSION", "expect-version", "inspect", "scan")]
    [InlineData("MIN_VERSION", "min-version", "inspect", "scan")]
    [InlineData("FAIL_ON", "fail-on", "scan")]
    public async Task An_input_that_means_nothing_to_the_command_is_refused_and_not_passed_over(string variable, string input, params string[] commands)
    {
        _shell.Variables["PRECINTO_TRUST"] = "";
        _shell.Variables["PRECINTO_" + variable] = "info";
        foreach (var command in commands)
        {
            _shell.Variables["PRECINTO_COMMAND"] = command;
            var (code, outputs, output) = await RunAsync();
            Assert.Equal((2, "verdict=unusable"), (code, outputs[0]));
            Assert.Contains($"::error title=precinto::the input {input} says nothing to {command}: leave it out", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Of_two_inputs_that_name_the_tool_none_is_passed_over()
    {
        _shell.Variables["PRECINTO_TOOL"] = _shell["bin/precinto"];
        _shell.Variables["PRECINTO_VERSION"] = "1.2.3";
        Assert.Equal(2, (await RunAsync()).Code);
    }

    [Fact]
    public async Task An_answer_to_another_question_is_no_pass()
    {
        _shell.Variables["PRECINTO_ARGUMENTS"] = "--help";
        var (code, outputs, _) = await RunAsync();
        Assert.Equal((2, "verdict=unusable"), (code, outputs[0]));
    }

    [Fact]
    public async Task A_report_that_was_there_before_is_not_announced_as_this_run_s()
    {
        _shell.Write("precinto.sarif", "{}"u8);
        _shell.Variables["PRECINTO_SARIF_FILE"] = "precinto.sarif";
        var (code, outputs, _) = await RunAsync();
        Assert.Equal((2, "sarif-file="), (code, outputs[2]));
    }

    [Fact]
    public async Task The_version_that_was_asked_for_is_installed_once()
    {
        _shell.Variables["PRECINTO_VERSION"] = "1.2.3-preview.1";
        Assert.Equal(0, (await RunAsync()).Code);
        Assert.Equal(0, (await RunAsync()).Code);
        Assert.Equal($"tool install Precinto.Tool --version 1.2.3-preview.1 --tool-path {_shell["temp"]}/precinto-1.2.3-preview.1\n", File.ReadAllText(_shell["installed"]));
    }

    [Fact]
    public async Task The_inputs_and_outputs_of_the_action_are_those_of_the_script()
    {
        var action = Repository.Read("action.yml");
        var script = Repository.Read("deploy/github/run.sh");
        foreach (var line in action.Split('\n').Where(line => line.Contains("${{ inputs.", StringComparison.Ordinal)))
        {
            var parts = line.Trim().Split(": ");
            Assert.Contains(parts[0], script, StringComparison.Ordinal);
            Assert.Contains($"\n  {parts[1]["${{ inputs.".Length..^" }}".Length]}:\n", action, StringComparison.Ordinal);
        }

        foreach (var line in action.Split('\n').Where(line => line.Contains("steps.run.outputs.", StringComparison.Ordinal)))
            Assert.Contains($"'{line.Split("outputs.")[1].Split(' ')[0]}=%s", script, StringComparison.Ordinal);
        await Task.CompletedTask;
    }

    public void Dispose() => _shell.Dispose();

    private async Task<(int Code, string[] Outputs, string Output)> RunAsync()
    {
        var outputs = _shell["temp/output"];
        File.Delete(outputs);
        _shell.Variables["GITHUB_OUTPUT"] = outputs;
        var answer = await _shell.RunAsync(Repository.PathOf("deploy/github/run.sh"));
        TestContext.Current.TestOutputHelper?.WriteLine(answer.Output + answer.Error);
        var lines = File.ReadAllLines(outputs);
        File.Delete(outputs);
        return (answer.Code, lines, answer.Output);
    }
}
