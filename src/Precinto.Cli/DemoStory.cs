using Precinto.Cli.Output;

namespace Precinto.Cli;

/// <summary>The steps of the demo. A step that ends otherwise than the story says ends the demo with a failure.</summary>
internal sealed class DemoStory(Surroundings surroundings, CancellationToken cancellation)
{
    public async Task TellAsync()
    {
        await TrainAsync().ConfigureAwait(false);

        Say("Its author makes a key pair, keeps one half, hands out the other, and signs the model.");
        await RunAsync(ExitCode.Success, "keygen", "-o", "author").ConfigureAwait(false);
        await RunAsync(ExitCode.Success, "sign", "model", "--key", "author.key", "--name", "iris", "--version", "1.0.0").ConfigureAwait(false);

        Say("Whoever has the public half can verify it, and predict from the bytes that were verified.");
        await RunAsync(ExitCode.Success, "verify", "model", "--key", "author.pub").ConfigureAwait(false);
        await RunAsync(ExitCode.Success, "predict", "model", "--input", Flower, "--key", "author.pub").ConfigureAwait(false);

        Say("Without being told whom to trust, it trusts nobody.");
        await RunAsync(ExitCode.Usage, "verify", "model").ConfigureAwait(false);

        Say("An attacker exchanges the model for another one that was trained elsewhere, and rewrites hash and record to fit.");
        Directory.CreateDirectory("forged");
        File.WriteAllBytes("forged/model.onnx", Resources.Read("linear.onnx"));
        await RunAsync(ExitCode.Success, "keygen", "-o", "attacker").ConfigureAwait(false);
        await RunAsync(ExitCode.Success, "sign", "forged", "--key", "attacker.key", "--name", "iris", "--version", "1.0.0").ConfigureAwait(false);
        Copy("model", "production");
        foreach (var name in new[] { "model.onnx", "model_hash.txt", "model_metadata.json" })
            CopyFile($"forged/{name}", $"production/{name}");
        await RunAsync(ExitCode.Rejected, "verify", "production", "--key", "author.pub").ConfigureAwait(false);

        Say("No prediction is made from it.");
        await RunAsync(ExitCode.Rejected, "predict", "production", "--input", Flower, "--key", "author.pub").ConfigureAwait(false);

        Say("Nor does the attacker's own signature help.");
        CopyFile("forged/model.sig", "production/model.sig");
        await RunAsync(ExitCode.Rejected, "predict", "production", "--input", Flower, "--key", "author.pub").ConfigureAwait(false);

        Say("Every other way that we know, tried on copies of the signed model:");
        await RunAsync(ExitCode.Success, "attack", "model").ConfigureAwait(false);

        Say("And a scikit-learn pickle, read without unpickling it; then the same file with a command hidden in it.");
        File.WriteAllBytes("tree.pkl", Resources.Read("decision-tree.pkl"));
        await RunAsync(ExitCode.Success, "inspect", "tree.pkl").ConfigureAwait(false);
        await RunAsync(ExitCode.Success, "attack", "tree.pkl", "--only", "inject-payload").ConfigureAwait(false);

        Say("That was all of it. The temporary folder is gone; try it on a model of yours: precinto sign --help");
    }

    private async Task TrainAsync()
    {
#if MLNET
        Say("A model is trained on Fisher's irises.");
        File.WriteAllBytes("iris.csv", Resources.Read("iris.csv"));
        await RunAsync(ExitCode.Success, "train", "iris.csv", "--label", "species", "-o", "model").ConfigureAwait(false);
#else
        Say("This build has no trainer: the story begins with a model that was trained on Fisher's irises before.");
        Directory.CreateDirectory("model");
        File.WriteAllBytes("model/model.onnx", Resources.Expand("forest.onnx.gz"));
        surroundings.Output.WriteLine("model/model.onnx");
        await Task.CompletedTask.ConfigureAwait(false);
#endif
    }

    private async Task RunAsync(ExitCode expected, params string[] arguments)
    {
        surroundings.Output.WriteLine($"$ precinto {string.Join(' ', arguments)}");

        // In the demo talk and answers belong together, in the order in which they come.
        Surroundings step = new()
        {
            Output = surroundings.Output,
            Error = surroundings.Output,
            Input = Stream.Null,
            // Its refusals are no failures of the CI job that runs it.
            Variable = name => name is "PRECINTO_POLICY" or "GITHUB_ACTIONS" or "TF_BUILD" ? null : surroundings.Variable(name),
            OutputIsTerminal = surroundings.OutputIsTerminal,
            Time = surroundings.Time,
        };
        var code = (ExitCode)await CommandLine.RunAsync(arguments, step, cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        surroundings.Output.WriteLine($"[exit {(int)code}]");
        surroundings.Output.WriteLine();
        if (code != expected)
            throw new InvalidOperationException($"precinto {arguments[0]} ended with {(int)code}, and the story says {(int)expected}");
    }

    private void Say(string line)
    {
        surroundings.Output.WriteLine(ReportText.Paint($"# {line}", Blue, surroundings.OutputHasColour));
        surroundings.Output.WriteLine();
    }

    private void Copy(string source, string target)
    {
        surroundings.Output.WriteLine($"$ cp -r {source} {target}");
        Directory.CreateDirectory(target);
        foreach (var file in new DirectoryInfo(source).EnumerateFiles())
            file.CopyTo(Path.Combine(target, file.Name));
    }

    private void CopyFile(string source, string target)
    {
        surroundings.Output.WriteLine($"$ cp {source} {target}");
        File.Copy(source, target, overwrite: true);
    }

    private const string Flower = "5.1,3.5,1.4,0.2";
    private const int Blue = 34;
}
