using System.Text;
using System.Text.RegularExpressions;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests;

/// <summary>
/// A story in commands and answers. <c>$ precinto …</c> is run, and up to the next empty line follows what it must answer: lines of stdout,
/// <c>2&gt;</c> lines of stderr, <c>[exit N]</c> where it is not 0; <c>&lt;any&gt;</c> stands for what varies.
/// Lines between set the scene or ask what is there; <see cref="Scene.Arrange"/> lists them.
/// </summary>
internal sealed partial class Transcript(TemporaryFolder folder, string[] lines, bool isRecording)
{
    private readonly Scene _scene = new(folder);
    private readonly StringBuilder _recorded = new();

    public string Recorded => _recorded.ToString();

    public async Task RunAsync(CancellationToken cancellation)
    {
        for (var index = 0; index < lines.Length;)
        {
            var line = lines[index++];
            _recorded.Append(line).Append('\n');
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (!line.StartsWith(Prompt, StringComparison.Ordinal))
            {
                _scene.Arrange(line);
                continue;
            }

            var end = Array.FindIndex(lines, index, next => next.Length == 0);
            end = end < 0 ? lines.Length : end;
            await RunAsync(line, lines[index..end], cancellation);
            index = end;
        }
    }

    private async Task RunAsync(string command, string[] expected, CancellationToken cancellation)
    {
        var arguments = Words().Matches(command[Prompt.Length..])
            .Select(word => word.Groups[1].Success ? Regex.Unescape(word.Groups[1].Value) : word.Value).ToArray();
        var answer = await _scene.RunAsync(arguments, cancellation);

        StringBuilder actual = new();
        foreach (var line in answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            actual.Append(line).Append('\n');
        foreach (var line in answer.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            actual.Append("2> ").Append(line).Append('\n');
        if (answer.Code != 0)
            actual.Append("[exit ").Append(answer.Code).Append("]\n");
        if (isRecording)
        {
            _recorded.Append(Varying().Replace(actual.ToString().Replace(folder.Path, "<any>", StringComparison.Ordinal), "<any>"));
            return;
        }

        var pattern = "^" + string.Concat(expected.Select(line => Regex.Escape(line).Replace("<any>", ".*", StringComparison.Ordinal) + "\n")) + "$";
        Assert.True(Regex.IsMatch(actual.ToString(), pattern), $"{command}\nexpected:\n{string.Join('\n', expected)}\nactual:\n{actual}");
    }

    private const string Prompt = "$ precinto";

    [GeneratedRegex(@"'([^']*)'|[^\s']+")]
    private static partial Regex Words();

    // Keys, and what is signed by them, are new in each run.
    [GeneratedRegex("[0-9A-F]{40,64}|(?<=hint[: ])[0-9a-f]{64}|(?<=sha256:)[0-9a-f]{8,64}|[^ ]*/precinto-attack-[^/ ]+")]
    private static partial Regex Varying();
}
