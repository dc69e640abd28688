using Xunit;
using static Precinto.Cli.Tests.Ci.InitializedRepository;

namespace Precinto.Cli.Tests.Ci;

/// <summary>A change is judged by the keys of the branch that it goes to, in each CI system.</summary>
public sealed class PullRequestTests
{
    public static TheoryData<string> Systems => ["github", "gitlab", "azure"];

    [Theory]
    [MemberData(nameof(Systems))]
    public async Task A_pull_request_cannot_bring_the_key_by_which_it_is_judged(string system)
    {
        using Shell shell = new();
        await MakeRepositoryAsync(shell, system);

        // The attacker exchanges the model, signs it with a key of their own, and adds that to the trust folder.
        await shell.GitAsync("checkout", "--quiet", "-b", "change");
        await shell.PrecintoAsync("keygen", "-o", "../attacker");
        File.AppendAllText(shell["work/models/iris/vocabulary.txt"], "word\n");
        await shell.PrecintoAsync("sign", "models/iris", "--key", "../attacker.key", "--name", "iris", "--force");
        File.Copy(shell["attacker.pub"], shell["work/trust/attacker.pub"]);
        // Nor does it help to put the key, or another tool, where the pipeline puts its own.
        foreach (var folder in new[] { "base", ".precinto-base", "FETCH_HEAD" })
            shell.Write($"{folder}/trust/attacker.pub", File.ReadAllBytes(shell["attacker.pub"]));
        foreach (var folder in new[] { "precinto", "precinto-tool", ".precinto-tool" })
            shell.Write($"{folder}/precinto", "#!/bin/sh\nexit 0\n"u8);
        await shell.GitAsync("add", "-A");
        await shell.GitAsync("commit", "--quiet", "--no-verify", "-m", "Better words");
        Assert.Equal(0, await RunPipelineAsync(shell, system));

        await MergeAsync(shell, system);
        Assert.Equal(1, await RunPipelineAsync(shell, system, isPullRequest: true));
    }

    [Theory]
    [MemberData(nameof(Systems))]
    public async Task A_pull_request_with_the_model_as_it_was_passes_and_one_to_a_branch_without_keys_does_not(string system)
    {
        using Shell shell = new();
        await MakeRepositoryAsync(shell, system);
        await shell.GitAsync("checkout", "--quiet", "-b", "change");
        shell.Write("notes.txt", "notes"u8);
        await shell.GitAsync("add", "-A");
        await shell.GitAsync("commit", "--quiet", "--no-verify", "-m", "Notes");
        await MergeAsync(shell, system);
        Assert.Equal(0, await RunPipelineAsync(shell, system, isPullRequest: true));

        // A branch without keys could be any old one, and the change could be pointed to another branch afterwards.
        await shell.GitAsync("checkout", "--quiet", "--force", "--orphan", "main2", "main");
        await shell.GitAsync("rm", "--quiet", "-r", "--cached", ".");
        await shell.GitAsync("commit", "--quiet", "--allow-empty", "--no-verify", "-m", "Nothing yet");
        await shell.GitAsync("branch", "--quiet", "-f", "main", "main2");
        await shell.GitAsync("add", "-A");
        await shell.GitAsync("checkout", "--quiet", "-b", "first");
        await shell.GitAsync("commit", "--quiet", "--no-verify", "-m", "All of it");
        // The temporary folder of a runner is empty when a job begins.
        Directory.Delete(shell["temp"], recursive: true);
        Directory.CreateDirectory(shell["temp"]);
        await MergeAsync(shell, system, "first");
        Assert.Equal(3, await RunPipelineAsync(shell, system, isPullRequest: true));
    }

    [Theory]
    [InlineData("github")]
    [InlineData("azure")]
    public async Task A_pull_request_whose_target_cannot_be_seen_is_no_pass(string system)
    {
        using Shell shell = new();
        await MakeRepositoryAsync(shell, system);
        Assert.Equal(3, await RunPipelineAsync(shell, system, isPullRequest: true));
    }

    /// <remarks>The queue's commit stands on another change that waits before it, which may bring a key that nobody has merged yet.</remarks>
    [Theory]
    [InlineData("squash")]
    [InlineData("merge")]
    public async Task A_merge_queue_is_judged_by_the_keys_of_the_branch_itself(string method)
    {
        using Shell shell = new();
        await MakeRepositoryAsync(shell, "github");
        await shell.GitAsync("update-ref", "refs/remotes/origin/main", "main");
        await shell.GitAsync("checkout", "--quiet", "--detach", "main");
        shell.Write("notes.txt", "notes"u8);
        await shell.GitAsync("add", "-A");
        await shell.GitAsync("commit", "--quiet", "--no-verify", "-m", "Notes");
        Assert.Equal(0, await RunPipelineAsync(shell, "github", eventName: "merge_group"));

        // One change brings the key, the next what it signed.
        await shell.PrecintoAsync("keygen", "-o", "../attacker");
        File.Copy(shell["attacker.pub"], shell["work/trust/attacker.pub"]);
        await shell.GitAsync("add", "-A");
        await shell.GitAsync("commit", "--quiet", "--no-verify", "-m", "A key");
        await shell.GitAsync("checkout", "--quiet", "-b", "change");
        File.AppendAllText(shell["work/models/iris/vocabulary.txt"], "word\n");
        await shell.PrecintoAsync("sign", "models/iris", "--key", "../attacker.key", "--name", "iris", "--force");
        await shell.GitAsync("add", "-A");
        await shell.GitAsync("commit", "--quiet", "--no-verify", "-m", "Better words");
        if (method == "merge")
        {
            await shell.GitAsync("checkout", "--quiet", "--detach", "HEAD^");
            await shell.GitAsync("merge", "--quiet", "--no-ff", "--no-verify", "-m", "Merge", "change");
        }

        Assert.Equal(0, await RunPipelineAsync(shell, "github"));
        Assert.Equal(1, await RunPipelineAsync(shell, "github", eventName: "merge_group"));

        await shell.GitAsync("update-ref", "-d", "refs/remotes/origin/main");
        Assert.Equal(3, await RunPipelineAsync(shell, "github", eventName: "merge_group"));
    }

    [Fact]
    public async Task A_merge_request_from_a_fork_is_no_pass_in_the_fork()
    {
        using Shell shell = new();
        await MakeRepositoryAsync(shell, "gitlab");
        var path = shell["work/.gitlab/precinto.yml"];
        File.WriteAllText(path, File.ReadAllText(path).Replace("$CI_PROJECT_ID", "18", StringComparison.Ordinal));
        Assert.Equal(3, await RunPipelineAsync(shell, "gitlab", isPullRequest: true));
    }
}
