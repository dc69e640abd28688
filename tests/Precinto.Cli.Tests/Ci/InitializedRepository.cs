using Precinto.Cli.Tests.Documentation;
using Xunit;

namespace Precinto.Cli.Tests.Ci;

/// <summary>A repository with a signed model and what <c>ci init</c> wrote, what becomes of it, and the pipeline that judges it.</summary>
internal static class InitializedRepository
{
    public static async Task MakeRepositoryAsync(Shell shell, string system, string model = "models/iris")
    {
        Assert.SkipUnless(File.Exists("/usr/bin/git"), "git is not installed.");
        await shell.GitAsync("init", "--quiet", "--initial-branch=main", ".");
        var file = Path.HasExtension(model) ? model : model + "/model.onnx";
        shell.Write(file, Resources.Read("linear.onnx"));
        await shell.PrecintoAsync("keygen", "-o", "../release");
        await shell.PrecintoAsync("ci", "init", "--" + system, "--model", model, "--name", "iris", "--key", "../release.pub");
        await shell.PrecintoAsync("sign", model, "--key", "../release.key", "--name", "iris", "--version", "1.0.0");
        await shell.GitAsync("add", "-A");
        await shell.GitAsync("commit", "--quiet", "-m", "A signed model");
    }

    public static async Task CommitChangeAsync(Shell shell, string path)
    {
        Flip(shell["work/" + path]);
        await shell.GitAsync("commit", "--quiet", "--no-verify", "-am", "Changed");
    }

    // A letter of a record, a digit of a hash, a byte of a model or of a signature: all stay readable as what they are, as far as that goes.
    public static void Flip(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var at = bytes.Length / 2;
        while (bytes[at] is (byte)'"' or (byte)'\n' or (byte)' ')
            at++;
        bytes[at] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    // GitHub and Azure check a pull request out as a merge into its target; GitLab as the branch itself, with the target to be fetched.
    public static async Task MergeAsync(Shell shell, string system, string branch = "change")
    {
        if (system == "gitlab")
            return;
        await shell.GitAsync("checkout", "--quiet", "--force", "--detach", "main");
        await shell.GitAsync("merge", "--quiet", "--no-ff", "--no-verify", "-m", "Merge", branch);
    }

    public static async Task<int> RunPipelineAsync(Shell shell, string system, bool isPullRequest = false, string? eventName = null)
    {
        var (path, variables) = system switch
        {
            "github" => (".github/workflows/precinto.yml", new Dictionary<string, string> { ["GITHUB_ACTIONS"] = "true", ["GITHUB_EVENT_NAME"] = eventName ?? (isPullRequest ? "pull_request" : "push"), ["QUEUE_OF"] = eventName is null ? "" : "refs/heads/main" }),
            "gitlab" => (".gitlab/precinto.yml", new() { ["CI_PIPELINE_SOURCE"] = isPullRequest ? "merge_request_event" : "push", ["CI_PROJECT_ID"] = "17", ["CI_MERGE_REQUEST_PROJECT_ID"] = "17", ["CI_MERGE_REQUEST_TARGET_BRANCH_NAME"] = "main" }),
            _ => (".azure/precinto.yml", new() { ["TF_BUILD"] = "True", ["BUILD_REASON"] = isPullRequest ? "PullRequest" : "IndividualCI" }),
        };
        var text = File.ReadAllText(shell["work/" + path]);
        var scripts = system switch
        {
            "github" => Pipeline.ScriptsOf(text, "run").SkipLast(1),
            "gitlab" => Pipeline.ListOf(text, "script"),
            _ => Pipeline.ScriptsOf(text, "bash"),
        };
        foreach (var line in text.Split('\n').Select(line => line.Trim()))
            if (line.Split(": ") is ["PRECINTO_VERSION" or "MODEL" or "EXPECT_NAME", var value])
                shell.Variables[line.Split(": ")[0]] = value.Trim('"');
        foreach (var (name, value) in variables)
            shell.Variables[name] = value;

        // The origin from which GitLab's job fetches.
        if (isPullRequest && system == "gitlab" && (await shell.RunAsync("git", "remote")).Output.Length == 0)
            await shell.GitAsync("remote", "add", "origin", shell.Work);
        foreach (var script in scripts)
        {
            var answer = await shell.BashAsync(script);
            TestContext.Current.TestOutputHelper?.WriteLine($"{script}\n[exit {answer.Code}]\n{answer.Output}{answer.Error}");
            if (answer.Code != 0)
                return answer.Code;
        }

        return 0;
    }
}
