using System.CommandLine;
using Precinto.Cli.Files;
using Precinto.Cli.Output;
using Precinto.Files;

namespace Precinto.Cli.Commands;

/// <summary>How and where a command answers: <c>--format</c>, <c>--json</c>, <c>--report</c>. In a CI system that is known, its own format is taken.</summary>
internal sealed class OutputOptions
{
    private readonly Option<string?> _format = new("--format")
    {
        Description = "How to print: text, or what the CI system that runs us understands, unless told otherwise",
    };
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly Option<string[]> _report = new("--report")
    {
        Description = "Writes the answer of the same run to a file as well: text, json, sarif, junit or markdown (several times)",
        HelpName = "FORMAT=FILE",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<bool> _force = new("--force") { Description = "Replace the files of --report that are there already" };

    public OutputOptions() => _format.AcceptOnlyFromAmong([.. Names.Keys]);

    public void AddTo(Command command)
    {
        Option[] all = [_format, _json, _report, _force];
        foreach (var option in all)
            command.Options.Add(option);
    }

    /// <summary>What was asked for, before any work is done.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="surroundings">Where the answer goes.</param>
    /// <param name="inputs">Files and folders that are read, which no answer replaces.</param>
    /// <param name="folderIsClosed">Whether a new file in such a folder would change what the folder is.</param>
    /// <exception cref="UsageException">It contradicts itself, or cannot be understood.</exception>
    /// <exception cref="OutputExistsException">A file is there already.</exception>
    public OutputPlan Read(ParseResult parsed, Surroundings surroundings, IReadOnlyList<string> inputs, bool folderIsClosed = false)
    {
        var (named, json, overwrite) = (parsed.GetValue(_format), parsed.GetValue(_json), parsed.GetValue(_force));
        if (json && named is not (null or "json"))
            throw new UsageException($"--json and --format {named} cannot both be printed; write one to a file with --report");

        List<(OutputFormat Format, string Path)> files = [];
        foreach (var text in parsed.GetValue(_report) ?? [])
        {
            var (format, path) = ParseReport(text);
            if (files.Any(file => Path.GetFullPath(file.Path) == Path.GetFullPath(path)))
                throw new UsageException($"{path} is named twice; --report takes one file for each format");
            OutputFile.ThrowIfRead(path, inputs, folderIsClosed);
            NewFile.ThrowIfTaken(path, overwrite);
            files.Add((format, path));
        }

        return new(surroundings, json ? OutputFormat.Json : named is null ? RunnerOrders.FormatFor(surroundings) : Names[named], files, overwrite);
    }

    private static (OutputFormat Format, string Path) ParseReport(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || equals == text.Length - 1)
            throw new UsageException($"'{text}' is no report; --report takes FORMAT=FILE, such as sarif=precinto.sarif");
        return Names.TryGetValue(text[..equals], out var format) && format is not (OutputFormat.GitHub or OutputFormat.Azure)
            ? (format, text[(equals + 1)..])
            : throw new UsageException($"'{text[..equals]}' is no format of a file; --report takes text, json, sarif, junit or markdown");
    }

    private static readonly Dictionary<string, OutputFormat> Names = new(StringComparer.Ordinal)
    {
        ["text"] = OutputFormat.Text,
        ["json"] = OutputFormat.Json,
        ["sarif"] = OutputFormat.Sarif,
        ["junit"] = OutputFormat.JUnit,
        ["markdown"] = OutputFormat.Markdown,
        ["github"] = OutputFormat.GitHub,
        ["azure"] = OutputFormat.Azure,
    };
}
