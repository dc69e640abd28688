using System.CommandLine;
using Precinto.Cli.Output;

namespace Precinto.Cli.Commands;

/// <summary><c>precinto man</c>: the manual page, made from the commands themselves. It is for those who package the command, and not listed.</summary>
internal static class ManCommand
{
    public static Command Create(Surroundings surroundings)
    {
        DocumentedCommand command = new(
            "man",
            "Prints the manual page.",
            "precinto man > precinto.1")
        {
            Hidden = true,
        };
        command.SetAction(_ =>
        {
            surroundings.Output.Write(ManPage.Write(CommandLine.Create(surroundings)));
            return (int)ExitCode.Success;
        });
        return command;
    }
}
