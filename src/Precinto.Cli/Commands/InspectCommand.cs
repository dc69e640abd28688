using System.CommandLine;
using Precinto.Cli.Output;
using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Cli.Commands;

/// <summary><c>precinto inspect</c>: what files say of themselves and what is wrong with them; nothing in them is executed, no link is followed.</summary>
internal static class InspectCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Argument<string[]> paths = new("PATH") { Description = "Files and folders", Arity = ArgumentArity.OneOrMore };
        CommonOptions.RefuseEmpty(paths);
        var failOn = SeverityOption.Create("Findings of this severity and above are a failure (warning unless told otherwise)");
        Option<string> format = new("--format") { Description = "How to print", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        Option<bool> tensors = new("--tensors") { Description = "List the tensors in the text as well" };
        var json = CommonOptions.Json();
        DocumentedCommand command = new(
            "inspect",
            "Reads model files without executing anything in them: facts and findings.",
            "precinto inspect model.pkl",
            "precinto inspect folder/ other.onnx --fail-on danger",
            "precinto inspect model.safetensors --tensors")
        {
            paths, failOn, format, tensors, json,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult((int)Run(
            surroundings,
            parsed.GetValue(paths)!,
            parsed.GetValue(failOn) ?? FindingSeverity.Warning,
            parsed.GetValue(json) || parsed.GetValue(format) == "json",
            parsed.GetValue(tensors),
            cancellation)));
        return command;
    }

    private static ExitCode Run(
        Surroundings surroundings, string[] paths, FindingSeverity failOn, bool json, bool tensors, CancellationToken cancellation)
    {
        List<InspectedFile> files = [];
        var couldNotOpen = false;
        foreach (var path in paths)
        {
            try
            {
                InspectPath(surroundings, path, files, cancellation);
            }
            // One path that cannot be read must not hide what the others hold; the exit code says that something is missing.
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                couldNotOpen = true;
                surroundings.Error.WriteLine($"precinto: {Errors.Explain(exception).Line}");
            }
        }

        var verdict = InspectedFile.Summarize(files);
        if (json)
            InspectionOutput.WriteJson(surroundings.Output, verdict, files);
        else
            InspectionOutput.WriteText(surroundings.Output, files, tensors, surroundings.OutputHasColour);

        if (couldNotOpen)
            return ExitCode.WorldFailed;
        return verdict != InspectionVerdict.Unknown && files.All(file => file.Passes(failOn)) ? ExitCode.Success : ExitCode.Rejected;
    }

    private static void InspectPath(Surroundings surroundings, string path, List<InspectedFile> files, CancellationToken cancellation)
    {
        using var snapshot = Snapshot.Open(path);
        string Shown(string name) => !snapshot.IsFolder ? path : Path.EndsInDirectorySeparator(path) ? path + name : $"{path}/{name}";

        if (snapshot.Files.Count + snapshot.Irregularities.Count == 0)
            surroundings.Error.WriteLine($"precinto: {Escaping.Escape(path)} holds no file");
        foreach (var irregularity in snapshot.Irregularities)
            files.Add(InspectedFile.Irregular(Shown(irregularity.Path), irregularity));
        foreach (var file in snapshot.Files)
        {
            using var opened = file.Open();
            var inspection = Inspector.Inspect(opened.Content, file.Path, cancellation);
            opened.ThrowIfChanged();
            files.Add(new(Shown(file.Path), inspection, snapshot.IsFolder));
        }
    }
}
