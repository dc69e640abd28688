using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Precinto.Cli;

/// <summary>A command with examples that its help ends with.</summary>
internal sealed class DocumentedCommand : Command
{
    public DocumentedCommand(string name, string description, params IReadOnlyList<string> examples)
        : base(name, description) => Examples = examples;

    /// <summary>Complete command lines, as a user would type them.</summary>
    public IReadOnlyList<string> Examples { get; }
}

/// <summary>The usual help, and the examples of the command below it.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        usual.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        IReadOnlyList<string> examples = parseResult.CommandResult.Command switch
        {
            DocumentedCommand command => command.Examples,
            RootCommand root => [.. root.Subcommands.OfType<DocumentedCommand>().Select(command => command.Examples[0])],
            _ => [],
        };
        output.WriteLine("Examples:");
        foreach (var example in examples)
            output.WriteLine($"  {example}");
        output.WriteLine();
        output.WriteLine("Exit codes: 0 yes, 1 rejected or refused, 2 used wrongly, 3 could not be checked.");
        return (int)ExitCode.Success;
    }
}
