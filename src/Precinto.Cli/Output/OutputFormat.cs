namespace Precinto.Cli.Output;

/// <summary>How a command prints its answer.</summary>
internal enum OutputFormat
{
    Text,
    Json,
    Sarif,
    JUnit,
    Markdown,

    /// <summary>Text, then annotations; and Markdown in the step summary.</summary>
    GitHub,

    /// <summary>Text, then issues of an Azure Pipelines task.</summary>
    Azure,
}
