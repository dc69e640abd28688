using System.Text;

namespace Precinto.Cli;

/// <summary>All of the world that a command sees, apart from files: its streams, its variables, its clock.</summary>
internal sealed class Surroundings
{
    /// <summary>Where the answer goes, and nothing else.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Where talk goes.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>What <c>-</c> reads.</summary>
    public required Stream Input { get; init; }

    /// <summary>The value of an environment variable, or null.</summary>
    public required Func<string, string?> Variable { get; init; }

    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Colour on a terminal only, and not for who asked for none (no-color.org).</summary>
    public bool OutputHasColour => OutputIsTerminal && string.IsNullOrEmpty(Variable("NO_COLOR")) && Variable("TERM") != "dumb";

    /// <summary>The streams of this process. Answers are UTF-8 whatever the locale: a file name must come out as the bytes that it has.</summary>
    public static Surroundings OfProcess() => new()
    {
        // Someone who watches sees answers and talk in the order in which they come.
        Output = new StreamWriter(Open(Console.OpenStandardOutput), Utf8) { NewLine = "\n", AutoFlush = !Console.IsOutputRedirected },
        Error = new StreamWriter(Open(Console.OpenStandardError), Utf8) { NewLine = "\n", AutoFlush = true },
        Input = Open(Console.OpenStandardInput),
        Variable = Environment.GetEnvironmentVariable,
        OutputIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
    };

    // Who closes a stream before we start does not want it; the exit code still answers.
    private static Stream Open(Func<Stream> open)
    {
        try
        {
            return open();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Stream.Null;
        }
    }

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
}
