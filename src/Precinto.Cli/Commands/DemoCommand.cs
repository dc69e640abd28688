using System.CommandLine;
using Precinto.Cli.Output;

namespace Precinto.Cli.Commands;

/// <summary><c>precinto demo</c>: the whole story in a temporary folder, each step a command that a user would type, with its real output.</summary>
internal static class DemoCommand
{
    public static Command Create(Surroundings surroundings)
    {
        DocumentedCommand command = new(
            "demo",
            "Trains a model, signs it, verifies it, predicts, attacks it, and shows every refusal. Leaves nothing behind.",
            "precinto demo");
        command.SetAction(async (_, cancellation) => (int)await RunAsync(surroundings, cancellation).ConfigureAwait(false));
        return command;
    }

    private static async Task<ExitCode> RunAsync(Surroundings surroundings, CancellationToken cancellation)
    {
        var home = Environment.CurrentDirectory;
        var folder = Directory.CreateTempSubdirectory("precinto-demo-");
        try
        {
            // The steps name their files as a user would, relative to where the story takes place.
            Environment.CurrentDirectory = folder.FullName;
            DemoStory story = new(surroundings, cancellation);
            await story.TellAsync().ConfigureAwait(false);
            return ExitCode.Success;
        }
        finally
        {
            Environment.CurrentDirectory = home;
            folder.Delete(recursive: true);
        }
    }
}
