namespace Precinto.Cli.Output;

/// <summary>Which CI system runs this process, and how it is told that a command came to no answer.</summary>
internal static class RunnerOrders
{
    /// <summary>The format of the system, and text for people anywhere else.</summary>
    // What each system sets for every step (docs.github.com "Variables", learn.microsoft.com "Predefined variables").
    public static OutputFormat FormatFor(Surroundings surroundings) =>
        surroundings.Variable("GITHUB_ACTIONS") == "true" ? OutputFormat.GitHub
        : string.Equals(surroundings.Variable("TF_BUILD"), "true", StringComparison.OrdinalIgnoreCase) ? OutputFormat.Azure
        : OutputFormat.Text;

    /// <summary>Says on stderr, beside the line for people, why there is no answer; <paramref name="message"/> is escaped here.</summary>
    public static void ReportFailure(Surroundings surroundings, string command, string message)
    {
        switch (FormatFor(surroundings))
        {
            case OutputFormat.GitHub:
                // What is no command of ours is not repeated: it could be anything.
                var title = command.Length > 0 && command.All(char.IsAsciiLetterLower) ? $"precinto {command}" : "precinto";
                surroundings.Error.WriteLine($"::error title={title}::{GitHubOutput.Data(message)}");
                break;
            case OutputFormat.Azure:
                surroundings.Error.WriteLine($"##vso[task.logissue type=error]{AzureOutput.Data(message)}");
                break;
            default:
                break;
        }
    }
}
