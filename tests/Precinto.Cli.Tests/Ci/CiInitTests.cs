using Precinto.Cli.Tests.Documentation;
using Xunit;
using static Precinto.Cli.Tests.Ci.InitializedRepository;

namespace Precinto.Cli.Tests.Ci;

/// <summary>Runs what <c>ci init</c> wrote, on a repository with a signed model, as each CI system would.</summary>
public sealed class CiInitTests
{
    public static TheoryData<string> Systems => ["github", "gitlab", "azure"];

    [Theory]
    [MemberData(nameof(Systems))]
    public async Task What_it_wrote_passes_on_an_intact_model_and_fails_on_any_change(string system)
    {
        using Shell shell = new();
        await MakeRepositoryAsync(shell, system);
        Assert.Equal(0, await RunPipelineAsync(shell, system));

        foreach (var file in new[] { "model.onnx", "model_metadata.json", "model_hash.txt", "model.sig" })
        {
            await CommitChangeAsync(shell, $"models/iris/{file}");
            Assert.Equal(1, await RunPipelineAsync(shell, system));
            await shell.GitAsync("reset", "--quiet", "--hard", "HEAD^");
        }

        foreach (var file in new[] { "model.sig", "model.onnx" })
        {
            File.Delete(shell[$"work/models/iris/{file}"]);
            await shell.GitAsync("commit", "--quiet", "--no-verify", "-am", "away");
            Assert.Equal(1, await RunPipelineAsync(shell, system));
            await shell.GitAsync("reset", "--quiet", "--hard", "HEAD^");
        }

        File.Delete(shell["work/trust/release.pub"]);
        Assert.Equal(2, await RunPipelineAsync(shell, system));
        Assert.Contains($"--version {typeof(CommandLine).Assembly.GetName().Version!.ToString(3)} ", File.ReadAllText(shell["installed"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_gate_passes_only_when_the_check_succeeded()
    {
        using Shell shell = new();
        await MakeRepositoryAsync(shell, "github");
        var gate = Pipeline.ScriptsOf(File.ReadAllText(shell["work/.github/workflows/precinto.yml"]), "run")[^1];
        foreach (var (result, code) in new[] { ("success", 0), ("failure", 1), ("cancelled", 1), ("skipped", 1), ("", 1) })
        {
            shell.Variables["VERIFY"] = result;
            Assert.Equal(code, (await shell.BashAsync(gate)).Code);
        }
    }

    [Theory]
    [InlineData("models/iris")]
    [InlineData("models/my model.onnx")]
    [InlineData("model.onnx")]
    public async Task The_hook_refuses_a_commit_whose_staged_model_does_not_verify(string model)
    {
        using Shell shell = new();
        await MakeRepositoryAsync(shell, "github", model);
        File.Copy(shell["work/.githooks/pre-commit"], shell["work/.git/hooks/pre-commit"]);
        var folder = Directory.Exists(shell["work/" + model]) ? model : Path.GetDirectoryName(model)!;
        var file = Directory.Exists(shell["work/" + model]) ? model + "/model.onnx" : model;

        // What is not about the model is not held up; an intact model in a changed commit passes.
        shell.Write("notes.txt", "notes"u8);
        await shell.GitAsync("add", "-A");
        await shell.GitAsync("commit", "--quiet", "-m", "Notes");
        shell.Write("trust/README.md", "Ours."u8);
        await shell.GitAsync("commit", "--quiet", "-am", "Words");

        var signature = Directory.Exists(shell["work/" + model]) ? model + "/model.sig" : model + ".oms.sig";
        foreach (var changed in new[] { file, Path.Combine(folder, "model_metadata.json"), Path.Combine(folder, "model_hash.txt"), signature })
        {
            var before = File.ReadAllBytes(shell["work/" + changed]);
            Flip(shell["work/" + changed]);
            await shell.GitAsync("add", "-A");

            // What counts is what is staged, not what lies there.
            File.WriteAllBytes(shell["work/" + changed], before);
            var refused = await shell.RunAsync("git", "commit", "-m", "Changed");
            Assert.True(refused.Code == 1, changed + refused.Output + refused.Error);
            Assert.Contains("rejected", refused.Output + refused.Error, StringComparison.Ordinal);
            await shell.GitAsync("reset", "--quiet", "--hard");
        }

        // A link in the place of the model could lead anywhere, and a model that is gone verifies nothing.
        await shell.GitAsync("mv", model, "elsewhere");
        Assert.Equal(1, (await shell.RunAsync("git", "commit", "-m", "Moved")).Code);
        File.CreateSymbolicLink(shell["work/" + model], "elsewhere");
        await shell.GitAsync("add", "-A");
        Assert.Equal(1, (await shell.RunAsync("git", "commit", "-m", "Linked")).Code);
        await shell.GitAsync("reset", "--quiet", "--hard");

        File.Delete(shell["bin/precinto"]);
        Flip(shell["work/" + file]);
        await shell.GitAsync("add", "-A");
        Assert.Equal(1, (await shell.RunAsync("git", "commit", "-m", "Changed")).Code);
    }

    [Fact]
    public async Task Nothing_is_written_where_anything_is_there_already()
    {
        using Shell shell = new();
        shell.Write("deploy/precinto/Containerfile", "mine"u8);
        Directory.CreateDirectory(shell["work/.githooks"]);
        File.CreateSymbolicLink(shell["work/.githooks/pre-commit"], "dangling");
        var answer = await shell.RunAsync(CommandProcess.Built, "ci", "init");

        Assert.Equal((2, ""), (answer.Code, answer.Output));
        Assert.Equal("precinto: nothing was written, since these exist already: deploy/precinto/Containerfile, .githooks/pre-commit\n", answer.Error);
        Assert.Equal([".githooks", "deploy"], Directory.GetFileSystemEntries(shell.Work).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("mine", File.ReadAllText(shell["work/deploy/precinto/Containerfile"]));
    }

    [Theory]
    [InlineData(".github/x", ".github/workflows/precinto.yml")]
    [InlineData(".gitlab-ci.yml", ".gitlab/precinto.yml")]
    [InlineData("azure-pipelines.yml", ".azure/precinto.yml")]
    [InlineData("other", ".github/workflows/precinto.yml")]
    public async Task The_system_is_the_one_that_the_repository_has(string present, string written)
    {
        using Shell shell = new();
        shell.Write(present, "x"u8);
        var answer = await shell.RunAsync(CommandProcess.Built, "ci", "init");

        Assert.Equal(0, answer.Code);
        Assert.Equal(
            [written, "trust/README.md", "deploy/precinto/Containerfile", ".githooks/pre-commit", ".gitattributes"], answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("x", File.ReadAllText(shell["work/" + present]));
    }

    [Fact]
    public async Task A_dry_run_prints_and_writes_nothing()
    {
        using Shell shell = new();
        var answer = await shell.RunAsync(CommandProcess.Built, "ci", "init", "--github", "--gitlab", "--azure", "--dry-run");

        Assert.Equal(0, answer.Code);
        Assert.Equal(8, answer.Output.Split('\n').Count(line => line.StartsWith("==> ", StringComparison.Ordinal)));
        Assert.DoesNotContain("@MODEL@", answer.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(shell.Work));
    }

    [Theory]
    [InlineData("--model", "/models/iris")]
    [InlineData("--model", "../iris")]
    [InlineData("--model", ".")]
    [InlineData("--model", "trust/iris")]
    [InlineData("--model", "-x")]
    [InlineData("--model", "a/../b")]
    [InlineData("--model", "a'; touch x; '")]
    [InlineData("--model", "a\nb")]
    [InlineData("--model", "${{ github.token }}")]
    [InlineData("--model", "")]
    [InlineData("--model", " ")]
    [InlineData("--model", "a\\b")]
    [InlineData("--model", "a[1]")]
    [InlineData("--model", "a*")]
    [InlineData("--model", "a#b")]
    [InlineData("--model", "a,b")]
    [InlineData("--model", "a: b")]
    [InlineData("--model", "modèle")]
    [InlineData("--model", ".git/iris")]
    [InlineData("--model", "models/.GIT/iris")]
    [InlineData("--model", ".github")]
    [InlineData("--model", "deploy/precinto")]
    [InlineData("--model", ".gitattributes")]
    [InlineData("--name", "$(touch x)")]
    [InlineData("--name", "a\"b")]
    [InlineData("--name", "-x")]
    [InlineData("--name", "")]
    public async Task A_path_or_name_that_would_mean_something_in_a_script_is_refused(string option, string value)
    {
        using Shell shell = new();
        var answer = await shell.RunAsync(CommandProcess.Built, "ci", "init", $"{option}={value}");
        Assert.Equal(2, answer.Code);
        Assert.Matches($"^precinto: [^\n]*({option}|the model cannot)[^\n]*\n$", answer.Error);
        Assert.Empty(Directory.GetFileSystemEntries(shell.Work));
    }

    [Fact]
    public async Task A_private_key_is_never_copied_into_the_trust_folder()
    {
        using Shell shell = new();
        await shell.PrecintoAsync("keygen", "-o", "../release");
        File.Copy(shell["release.key"], shell["release.pem"]);
        foreach (var key in new[] { "../release.key", "../release.pem", "../nowhere.pub" })
            Assert.NotEqual(0, (await shell.RunAsync(CommandProcess.Built, "ci", "init", "--key", key)).Code);
        Assert.Empty(Directory.GetFileSystemEntries(shell.Work));
    }

    [Theory]
    [InlineData("models/iris", "/model", "\"models/iris/\"")]
    [InlineData("models/my model.onnx", "/model/my model.onnx", "\"models/my model.onnx\", \"models/my model.onnx.*\", \"models/model_metadata.json\", \"models/model_hash.txt\"")]
    [InlineData("model.onnx", "/model/model.onnx", "\"model.onnx\", \"model.onnx.*\", \"model_metadata.json\", \"model_hash.txt\"")]
    public async Task The_image_is_built_only_from_a_model_that_verifies_and_verifies_it_again(string model, string target, string source)
    {
        using Shell shell = new();
        await MakeRepositoryAsync(shell, "github", model);
        var lines = File.ReadAllLines(shell["work/deploy/precinto/Containerfile"]);
        var command = $"[\"/opt/precinto/precinto\", \"verify\", \"{target}\", \"--trust\", \"/trust\", \"--expect-name\", \"iris\"]";

        Assert.Contains($"COPY [{source}, \"/model/\"]", lines);
        foreach (var folder in new[] { "trust", "model" })
            Assert.Contains($"COPY --from=verify --chmod=555 [\"/{folder}/\", \"/{folder}/\"]", lines);
        Assert.Contains("RUN " + command, lines);
        Assert.Equal("ENTRYPOINT " + command, lines[^1]);
        Assert.Contains("USER 65532:65532", lines);
        Assert.DoesNotContain(lines, line => line.Contains('@') && !line.StartsWith('#'));

        // What is copied is all that the verification needs, and nothing of it is missing.
        Directory.CreateDirectory(shell["image"]);
        foreach (var pattern in source.Split(", ").Select(pattern => pattern.Trim('"')))
        {
            var files = pattern.EndsWith('/') ? Directory.GetFiles(shell["work/" + pattern])
                : Directory.GetFiles(Path.GetDirectoryName(shell["work/" + pattern])!, Path.GetFileName(pattern));
            Assert.NotEmpty(files);
            foreach (var file in files)
                File.Copy(file, shell["image/" + Path.GetFileName(file)], overwrite: true);
        }

        await shell.PrecintoAsync("verify", shell["image" + target["/model".Length..]], "--trust", "trust", "--expect-name", "iris");
    }

    [Fact]
    public void The_pages_of_GitHub_run_the_actions_that_our_own_workflows_run()
    {
        var ours = string.Concat(Directory.GetFiles(Repository.PathOf(".github/workflows"), "*.yml").Select(File.ReadAllText));
        foreach (var line in Repository.Read("src/Precinto.Cli/Templates/github.yml").Split('\n').Where(line => line.Contains("uses: ", StringComparison.Ordinal)))
            Assert.Contains(line.Trim(), ours, StringComparison.Ordinal);
    }
}
