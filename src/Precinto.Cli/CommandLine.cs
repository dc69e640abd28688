using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Precinto.Cli.Commands;
using Precinto.Cli.Output;

namespace Precinto.Cli;

/// <summary>The command <c>precinto</c>, from its arguments to its exit code.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command. Whatever happens ends in an exit code and, where something went wrong, one line.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Surroundings surroundings, CancellationToken cancellation)
    {
        var code = await RunGuardedAsync(arguments, surroundings, cancellation).ConfigureAwait(false);
        try
        {
            await surroundings.Output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Nobody reads the answer any more; a full disk must not look like a success either.
            return (int)(code == ExitCode.Success ? ExitCode.WorldFailed : code);
        }

        return (int)code;
    }

    /// <summary>The commands with everything that can be said to them.</summary>
    internal static RootCommand Create(Surroundings surroundings)
    {
        AppContext.SetData("System.CommandLine.ExecutableName", "precinto");
        RootCommand root = new("Guarantees that a machine-learning model in production is exactly the one that its author trained and signed.")
        {
            TrainCommand.Create(surroundings),
            HashCommand.Create(surroundings),
            KeygenCommand.Create(surroundings),
            SignCommand.Create(surroundings),
            VerifyCommand.Create(surroundings),
            PolicyCommand.Create(surroundings),
            AttestCommand.Create(surroundings),
            SbomCommand.Create(surroundings),
            InspectCommand.Create(surroundings),
            PredictCommand.Create(surroundings),
            AttackCommand.Create(surroundings),
            ScanCommand.Create(surroundings),
            CiCommand.Create(surroundings),
            DemoCommand.Create(surroundings),
            CompletionCommand.Create(surroundings),
            ManCommand.Create(surroundings),
        };
        foreach (var option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction help })
                option.Action = new HelpWithExamples(help);
            else if (option is VersionOption)
                option.Action = new PrintVersion();
        }

        return root;
    }

    private static async Task<ExitCode> RunGuardedAsync(IReadOnlyList<string> arguments, Surroundings surroundings, CancellationToken cancellation)
    {
        try
        {
            // A model may be called @file: arguments are never read out of files.
            var parsed = Create(surroundings).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Action is ParseErrorAction or null)
                throw new UsageException($"{Describe(parsed)}; see {PathOf(parsed)} --help");

            InvocationConfiguration configuration = new()
            {
                Output = surroundings.Output,
                Error = surroundings.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return (ExitCode)await parsed.InvokeAsync(configuration, cancellation).ConfigureAwait(false);
        }
        // The one place where exceptions become exit codes. It takes all of them: a defect of ours must end in a line and a failure,
        // not in a stack trace, and never in something that could be taken for a pass.
        catch (Exception exception)
        {
            var (code, message) = Errors.Explain(exception);
            try
            {
                surroundings.Error.WriteLine($"precinto: {Escaping.Escape(message)}");
                RunnerOrders.ReportFailure(surroundings, arguments.Count > 0 ? arguments[0] : "", message);
            }
            catch (Exception silenced) when (silenced is IOException or UnauthorizedAccessException)
            {
                // Nobody listens, for stderr is closed; the exit code still speaks.
            }

            return code;
        }
    }

    private static string Describe(ParseResult parsed)
    {
        if (parsed.CommandResult.Command is RootCommand)
            return parsed.UnmatchedTokens is [var token, ..] ? $"'{token}' is no command" : "No command was given";

        // "--model=" and "--model ''" are most often a variable that was not set.
        if (parsed.Errors is [{ SymbolResult: OptionResult { IdentifierToken: not null, Tokens.Count: 0 } option }, ..])
            return $"{option.Option.Name} has no value, or an empty one";

        // The parser lists values below each other; an error is one line.
        var message = parsed.Errors is [var first, ..] ? first.Message : "It cannot be understood";
        var words = message.Split(['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return $"{words[0].TrimEnd('.')}{(words.Length > 1 ? " " + string.Join(", ", words[1..]) : "")}";
    }

    private static string PathOf(ParseResult parsed)
    {
        Stack<string> names = [];
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult { Command: not RootCommand } command; result = result.Parent)
            names.Push(command.Command.Name);
        return string.Join(' ', names.Prepend("precinto"));
    }

    private sealed class PrintVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var version = typeof(CommandLine).Assembly.GetName().Version!.ToString(3);
            parseResult.InvocationConfiguration.Output.WriteLine($"precinto {version}");
            return (int)ExitCode.Success;
        }
    }
}
