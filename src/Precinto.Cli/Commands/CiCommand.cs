using System.CommandLine;

namespace Precinto.Cli.Commands;

/// <summary><c>precinto ci</c>: what a repository needs so that every change of its model is verified.</summary>
internal static class CiCommand
{
    public static Command Create(Surroundings surroundings) => new DocumentedCommand(
        "ci",
        "Writes what a repository needs so that every change of its model is verified.",
        "precinto ci init --model models/iris --key release.pub",
        "precinto ci init --gitlab --model model.onnx --name iris --dry-run")
    {
        CiInitCommand.Create(surroundings),
    };
}
