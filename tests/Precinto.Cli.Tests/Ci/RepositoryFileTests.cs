using Precinto.Cli.Files;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests.Ci;

/// <summary>What <c>ci init</c> writes: all of it or nothing, in the root of a repository and nowhere else.</summary>
public sealed class RepositoryFileTests
{
    [Theory]
    [InlineData(".github", "--github")]
    [InlineData(".github/workflows", "--github")]
    [InlineData("trust", "--github")]
    [InlineData("deploy", "--gitlab")]
    [InlineData(".githooks", "--azure")]
    public async Task Nothing_is_written_where_a_folder_on_the_way_is_a_link_or_a_file(string folder, string system)
    {
        using Shell shell = new();
        Directory.CreateDirectory(shell["elsewhere"]);
        Directory.CreateDirectory(Path.GetDirectoryName(shell["work/" + folder])!);
        File.CreateSymbolicLink(shell["work/" + folder], shell["elsewhere"]);
        var before = Directory.GetFileSystemEntries(shell.Work, "*", SearchOption.AllDirectories);
        foreach (var problem in new[] { $"{folder} is a link", $"{folder} is a file" })
        {
            var answer = await shell.RunAsync(CommandProcess.Built, "ci", "init", system);
            Assert.Equal((2, ""), (answer.Code, answer.Output));
            Assert.Contains("nothing was written: " + problem, answer.Error, StringComparison.Ordinal);
            Assert.Equal(before, Directory.GetFileSystemEntries(shell.Work, "*", SearchOption.AllDirectories));
            Assert.Empty(Directory.GetFileSystemEntries(shell["elsewhere"]));
            File.Delete(shell["work/" + folder]);
            shell.Write(folder, "mine"u8);
        }
    }

    [Fact]
    public async Task A_model_behind_a_link_is_refused()
    {
        using Shell shell = new();
        Directory.CreateDirectory(shell["elsewhere/iris"]);
        File.CreateSymbolicLink(shell["work/models"], shell["elsewhere"]);
        foreach (var model in new[] { "models", "models/iris" })
            Assert.Equal(2, (await shell.RunAsync(CommandProcess.Built, "ci", "init", "--model", model)).Code);
        Assert.Single(Directory.GetFileSystemEntries(shell.Work));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("models", 2)]
    [InlineData(".git", 2)]
    [InlineData(".git/hooks", 2)]
    public async Task It_is_written_in_the_root_of_a_repository_and_in_no_other_folder_of_it(string folder, int code)
    {
        using Shell shell = new();
        await shell.GitAsync("init", "--quiet", ".");
        var working = Directory.CreateDirectory(Path.Combine(shell.Work, folder)).FullName;
        var answer = await CommandProcess.RunAsync(CommandProcess.Built, ["ci", "init", "--model", "iris"], working, shell.Variables);

        Assert.Equal(code, answer.Code);
        Assert.Equal(code == 0, Directory.Exists(Path.Combine(working, "trust")));
        if (folder == "models")
            Assert.Equal($"precinto: nothing was written: only the root of a repository is looked at, which is {shell.Work}; run it there, with --model models/… where the model lies in this folder\n", answer.Error);
    }

    [Fact]
    public async Task A_worktree_has_a_root_of_its_own()
    {
        using Shell shell = new();
        await shell.GitAsync("init", "--quiet", ".");
        await shell.GitAsync("commit", "--quiet", "--allow-empty", "-m", "First");
        await shell.GitAsync("worktree", "add", "--quiet", "nested");
        var answer = await CommandProcess.RunAsync(CommandProcess.Built, ["ci", "init"], shell["work/nested"], shell.Variables);
        Assert.True(answer.Code == 0, answer.Error);
    }

    /// <remarks>No file system has names of that length, which shows only when the second file is made.</remarks>
    [Fact]
    public void What_was_written_before_a_failure_is_taken_away_again()
    {
        using TemporaryFolder folder = new();
        using WorkingFolder working = new(folder.Path);
        folder.Write("mine/file", "mine");
        RepositoryFile[] files = [new("mine/new/first", "1"), new("other/second", "2", isExecutable: true), new("other/deep/" + new string('x', 300), "3")];

        Assert.ThrowsAny<IOException>(() => RepositoryFile.WriteAll(files));

        Assert.Equal([folder["mine"], folder["mine/file"]], Directory.GetFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("", "test")]
    [InlineData("build:\n  script: make\n", "test")]
    [InlineData("stages: [build, test, deploy]\n", "test")]
    [InlineData("stages: [build, 'deploy to shop'] # ours\n", "build")]
    [InlineData("stages:\n  # first\n  - .pre\n\n  - \"lint\"\n  - build # then\nvariables:\n  A: b\n", "lint")]
    [InlineData("stages:\n- build\n- ship\n", "build")]
    [InlineData("stages: *all\n", null)]
    [InlineData("stages: [build,\n  ship]\n", null)]
    [InlineData("stages:\n  - a: b\n", null)]
    [InlineData("stages: []\n", null)]
    [InlineData("include:\n  - local: other.yml\n", null)]
    public void The_stage_of_the_job_is_one_that_the_pipeline_has(string pipeline, string? stage) => Assert.Equal(stage, GitLabStages.Choose(pipeline));

    [Fact]
    public async Task A_pipeline_with_other_stages_gets_a_job_in_one_of_them()
    {
        using Shell shell = new();
        shell.Write(".gitlab-ci.yml", "stages: [build, ship]\n"u8);
        await shell.PrecintoAsync("ci", "init", "--gitlab");
        Assert.Contains("\n  stage: \"build\"\n", File.ReadAllText(shell["work/.gitlab/precinto.yml"]), StringComparison.Ordinal);
    }
}
