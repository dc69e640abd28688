using System.CommandLine;
using System.Runtime.ExceptionServices;
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
        Option<bool> tensors = new("--tensors") { Description = "List the tensors in the text as well" };
        OutputOptions output = new();
        DocumentedCommand command = new(
            "inspect",
            "Reads model files without executing anything in them: facts and findings.",
            "precinto inspect model.pkl",
            "precinto inspect folder/ other.onnx --fail-on danger",
            "precinto inspect folder/ --format markdown --report sarif=precinto.sarif --report junit=precinto.xml",
            "precinto inspect model.safetensors --tensors")
        {
            paths, failOn, tensors,
        };
        output.AddTo(command);
        command.SetAction(async (parsed, cancellation) => (int)await RunAsync(
            surroundings,
            parsed.GetValue(paths)!,
            parsed.GetValue(failOn) ?? FindingSeverity.Warning,
            output.Read(parsed, surroundings, parsed.GetValue(paths)!),
            parsed.GetValue(tensors),
            cancellation).ConfigureAwait(false));
        return command;
    }

    private static async Task<ExitCode> RunAsync(
        Surroundings surroundings, string[] paths, FindingSeverity failOn, OutputPlan output, bool tensors, CancellationToken cancellation)
    {
        List<InspectedFile> files = [];
        List<string> failures = [];
        foreach (var path in paths)
        {
            try
            {
                var (found, unread) = await ProgressBar.RunAsync(
                    surroundings, "inspecting", path, progress => Task.Run(() => InspectPath(surroundings, path, progress, cancellation), cancellation)).ConfigureAwait(false);
                files.AddRange(found);
                failures.AddRange(unread.Select(exception => Errors.Explain(exception).Message));
            }
            catch (Exception exception) when (IsUnreadable(exception))
            {
                failures.Add(Errors.Explain(exception).Message);
            }
        }

        foreach (var failure in failures)
            surroundings.Error.WriteLine($"precinto: {Escaping.Escape(failure)}");
        var verdict = InspectedFile.Summarize(files);
        var isClean = verdict != InspectionVerdict.Unknown && files.All(file => file.Passes(failOn));
        output.Write(
            InspectionSummary.Of(paths, files, verdict, failOn, isClean, failures),
            (text, colour) => InspectionOutput.WriteText(text, files, tensors, colour),
            text => InspectionOutput.WriteJson(text, verdict, files));
        if (failures.Count > 0)
            return ExitCode.WorldFailed;
        return isClean ? ExitCode.Success : ExitCode.Rejected;
    }

    private static (List<InspectedFile> Files, List<Exception> Unread) InspectPath(Surroundings surroundings, string path, IProgress<long>? progress, CancellationToken cancellation)
    {
        using var snapshot = Snapshot.Open(path);
        string Shown(string name) => !snapshot.IsFolder ? path : Path.EndsInDirectorySeparator(path) ? path + name : $"{path}/{name}";

        if (snapshot.Files.Count + snapshot.Irregularities.Count == 0)
            surroundings.Error.WriteLine($"precinto: {Escaping.Escape(path)} holds no file");
        List<InspectedFile> files = [.. snapshot.Irregularities.Select(irregularity => InspectedFile.Irregular(Shown(irregularity.Path), irregularity))];
        var inspected = new FileInspection?[snapshot.Files.Count];
        var unread = new Exception?[snapshot.Files.Count];
        ParallelOptions options = new() { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation };
        try
        {
            // The answer keeps the order of the folder, whichever file is done first.
            Parallel.For(0, inspected.Length, options, index =>
            {
                var file = snapshot.Files[index];
                try
                {
                    using var opened = file.Open();
                    var inspection = Inspector.Inspect(opened.Content, file.Path, cancellation);
                    opened.ThrowIfChanged();
                    inspected[index] = inspection;
                }
                catch (Exception exception) when (IsUnreadable(exception))
                {
                    unread[index] = exception;
                }

                progress?.Report(file.Length);
            });
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }

        FolderInspection.Relate(inspected, index => ReadOrNote(snapshot.Files[index], ref unread[index]), cancellation);
        files.AddRange(inspected.OfType<FileInspection>().Select(inspection => new InspectedFile(Shown(inspection.Path), inspection, snapshot.IsFolder)));
        return (files, [.. unread.OfType<Exception>()]);
    }

    private static byte[]? ReadOrNote(SnapshotFile file, ref Exception? unread)
    {
        try
        {
            return file.Read();
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            unread = exception;
            return null;
        }
    }

    // A file that cannot be read must not hide what the others hold; the exit code says that something is missing.
    private static bool IsUnreadable(Exception exception) => exception is IOException or UnauthorizedAccessException;
}
