using System.Text;
using System.Text.RegularExpressions;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests;

/// <summary>
/// Runs the files in Transcripts: <c>$ precinto …</c>, what stdout must be, <c>2&gt;</c> for stderr, <c>[exit N]</c> where it is not 0;
/// <c>&lt;any&gt;</c> stands for what varies. Only this class may change the working folder, one transcript after another.
/// <c>write NAME TEXT</c>, <c>folder NAME</c> and <c>link NAME TARGET</c> set the scene.
/// </summary>
public sealed partial class TranscriptTests
{
    public static TheoryData<string> All =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Transcripts"), "*.txt").Select(path => Path.GetFileName(path)!).Order()];

    [Theory]
    [MemberData(nameof(All))]
    public async Task The_command_answers_as_its_transcript_says(string name)
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "Transcripts", name), TestContext.Current.CancellationToken);
        using TemporaryFolder folder = new();
        var before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = folder.Path;
        try
        {
            for (var index = 0; index < lines.Length;)
            {
                var line = lines[index++];
                if (line.Length == 0 || line[0] == '#')
                    continue;
                if (!line.StartsWith("$ precinto", StringComparison.Ordinal))
                {
                    Arrange(folder, line);
                    continue;
                }

                var end = Array.FindIndex(lines, index, next => next.Length == 0);
                end = end < 0 ? lines.Length : end;
                await RunAsync(line, lines[index..end]);
                index = end;
            }
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    private static void Arrange(TemporaryFolder folder, string line)
    {
        var parts = line.Split(' ', 3);
        switch (parts[0])
        {
            case "write":
                folder.Write(parts[1], parts.Length > 2 ? Regex.Unescape(parts[2]) : "");
                break;
            case "folder":
                Directory.CreateDirectory(folder[parts[1]]);
                break;
            case "link":
                File.CreateSymbolicLink(folder[parts[1]], parts[2]);
                break;
            default:
                throw new InvalidOperationException($"The transcript says '{line}'.");
        }
    }

    private static async Task RunAsync(string command, string[] expected)
    {
        var arguments = Words().Matches(command["$ precinto".Length..]).Select(word => word.Groups[1].Success ? word.Groups[1].Value : word.Value).ToArray();
        using StringWriter output = new() { NewLine = "\n" };
        using StringWriter error = new() { NewLine = "\n" };
        using MemoryStream input = new();
        Surroundings surroundings = new() { Output = output, Error = error, Input = input, Variable = _ => null };
        var code = await CommandLine.RunAsync(arguments, surroundings, TestContext.Current.CancellationToken);

        StringBuilder actual = new();
        foreach (var line in output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries))
            actual.Append(line).Append('\n');
        foreach (var line in error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries))
            actual.Append("2> ").Append(line).Append('\n');
        if (code != 0)
            actual.Append("[exit ").Append(code).Append("]\n");
        var pattern = "^" + string.Concat(expected.Select(line => Regex.Escape(line).Replace("<any>", ".*", StringComparison.Ordinal) + "\n")) + "$";
        Assert.True(Regex.IsMatch(actual.ToString(), pattern), $"{command}\nexpected:\n{string.Join('\n', expected)}\nactual:\n{actual}");
    }

    [GeneratedRegex(@"'([^']*)'|[^\s']+")]
    private static partial Regex Words();
}
