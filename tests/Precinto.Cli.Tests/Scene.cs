using System.Text.RegularExpressions;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests;

/// <summary>What a transcript sets up between two commands: files, variables, stdin and the date.</summary>
internal sealed class Scene(TemporaryFolder folder)
{
    private readonly Dictionary<string, string> _variables = [];
    private DateTimeOffset _now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private byte[] _input = [];

    public async Task<Answer> RunAsync(string[] arguments, CancellationToken cancellation, bool onTerminal = false)
    {
        using StringWriter output = new() { NewLine = "\n" };
        using StringWriter error = new() { NewLine = "\n" };
        using MemoryStream input = new(_input);
        Surroundings surroundings = new()
        {
            Output = output,
            Error = error,
            Input = input,
            Variable = name => name == "NO_COLOR" ? "1" : _variables.GetValueOrDefault(name),
            Time = new FixedTime(_now),
            OutputIsTerminal = onTerminal,
        };
        var code = await CommandLine.RunAsync(arguments, surroundings, cancellation);
        _input = [];
        return new(code, output.ToString(), error.ToString());
    }

    /// <exception cref="InvalidOperationException">There is no such step.</exception>
    public void Arrange(string line)
    {
        var parts = line.Split(' ', 3);
        var rest = parts.Length > 2 ? Regex.Unescape(parts[2]) : "";
        switch (parts[0])
        {
            case "write":
                folder.Write(parts[1], rest);
                break;
            case "append":
                File.AppendAllText(folder[parts[1]], rest);
                break;
            case "model":
                folder.Write(parts[1], Resources.Read(parts[2]));
                break;
            case "dangerous":
                // Protocol 0: os.system('true'), if anything ever loaded it.
                folder.Write(parts[1], "cos\nsystem\n(S'true'\ntR."u8);
                break;
            case "folder":
                Directory.CreateDirectory(folder[parts[1]]);
                break;
            case "link":
                File.CreateSymbolicLink(folder[parts[1]], parts[2]);
                break;
            case "copy" when Directory.Exists(folder[parts[1]]):
                CopyFolder(folder[parts[1]], folder[parts[2]]);
                break;
            case "copy":
                File.Copy(folder[parts[1]], folder[parts[2]], overwrite: true);
                break;
            case "move":
                File.Move(folder[parts[1]], folder[parts[2]]);
                break;
            case "remove":
                File.Delete(folder[parts[1]]);
                break;
            case "flip":
                var bytes = File.ReadAllBytes(folder[parts[1]]);
                bytes[bytes.Length / 2] ^= 1;
                File.WriteAllBytes(folder[parts[1]], bytes);
                break;
            case "variable":
                _variables[parts[1]] = rest;
                break;
            case "stdin":
                _input = System.Text.Encoding.UTF8.GetBytes(Regex.Unescape(line["stdin ".Length..]));
                break;
            case "date":
                _now = DateTimeOffset.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal);
                break;
            case "mode":
                if (!OperatingSystem.IsWindows())
                    Assert.Equal(parts[2], Convert.ToString((int)File.GetUnixFileMode(folder[parts[1]]), 8));
                break;
            case "same":
                Assert.Equal(File.ReadAllBytes(folder[parts[1]]), File.ReadAllBytes(folder[parts[2]]));
                break;
            case "starts":
                Assert.StartsWith(rest, File.ReadAllText(folder[parts[1]], System.Text.Encoding.Latin1), StringComparison.Ordinal);
                break;
            case "holds":
                var names = Directory.GetFileSystemEntries(folder[parts[1]]).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);
                Assert.Equal(rest, string.Join(' ', names));
                break;
            default:
                throw new InvalidOperationException($"The transcript says '{line}'.");
        }
    }

    private static void CopyFolder(string source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var file in Directory.GetFiles(source))
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}

/// <summary>What a command answered.</summary>
internal sealed record Answer(int Code, string Output, string Error);
