using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Precinto.Cli.Tests.Documentation;

/// <summary>One command of a console block, what it prints and how it ends.</summary>
internal sealed partial class TranscriptStep
{
    private TranscriptStep(string command, IReadOnlyList<string> output, int exitCode)
    {
        Command = command;
        Output = output;
        ExitCode = exitCode;
    }

    public string Command { get; }

    /// <summary>The lines as the page shows them: <c>…</c> stands for any text, and alone on a line for any lines.</summary>
    public IReadOnlyList<string> Output { get; }

    public int ExitCode { get; }

    /// <summary>Cuts a block at its <c>$</c>; a line that begins with <c>&gt;</c> continues the command above it.</summary>
    public static IReadOnlyList<TranscriptStep> Parse(FencedBlock block)
    {
        List<TranscriptStep> steps = [];
        StringBuilder command = new();
        List<string> output = [];
        foreach (var line in block.Lines)
        {
            if (line.StartsWith("$ ", StringComparison.Ordinal))
            {
                Finish();
                command.Append(line.AsSpan(2));
            }
            else if (command.Length == 0)
            {
                throw new FormatException($"The block of line {block.Line} begins without a command.");
            }
            else if (output.Count == 0 && line.StartsWith("> ", StringComparison.Ordinal))
            {
                command.Append('\n').Append(line.AsSpan(2));
            }
            else
            {
                output.Add(line);
            }
        }

        Finish();
        return steps;

        void Finish()
        {
            if (command.Length == 0)
                return;
            var exit = output.Count > 0 && ExitLine().Match(output[^1]) is { Success: true } match ? match : null;
            steps.Add(new(
                command.ToString(),
                exit is null ? [.. output] : [.. output.SkipLast(1)],
                exit is null ? 0 : int.Parse(exit.Groups[1].Value, CultureInfo.InvariantCulture)));
            command.Clear();
            output.Clear();
        }
    }

    /// <summary>Whether a text is what the page shows.</summary>
    public bool Shows(string actual)
    {
        string[] lines = actual.Length == 0 ? [] : actual.TrimEnd('\n').Split('\n');
        var (expected, found) = (0, 0);
        var (lastAny, foundAtAny) = (-1, 0);
        while (found < lines.Length)
        {
            if (expected < Output.Count && Output[expected] == "…")
            {
                (lastAny, foundAtAny) = (expected, found);
                expected++;
            }
            else if (expected < Output.Count && IsLine(Output[expected], lines[found]))
            {
                expected++;
                found++;
            }
            else if (lastAny >= 0)
            {
                expected = lastAny + 1;
                found = ++foundAtAny;
            }
            else
            {
                return false;
            }
        }

        return Output.Skip(expected).All(line => line == "…");
    }

    private static bool IsLine(string expected, string actual) =>
        Regex.IsMatch(actual, $"^{Regex.Escape(expected).Replace("…", ".*", StringComparison.Ordinal)}$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    [GeneratedRegex(@"^\[exit (\d+)\]$")]
    private static partial Regex ExitLine();
}
