using System.Text;
using Precinto.Files;

namespace Precinto.Cli.Output;

/// <summary>Where the answer of one run goes: one format on stdout, and others in files.</summary>
internal sealed class OutputPlan(Surroundings surroundings, OutputFormat format, IReadOnlyList<(OutputFormat Format, string Path)> files, bool overwrite)
{
    /// <summary>Prints and writes the answer. What a format leaves out, the exit code still says.</summary>
    /// <param name="report">The answer in the form that all formats but text and JSON are made from.</param>
    /// <param name="writeText">Writes the answer for people, in colour or not.</param>
    /// <param name="writeJson">Writes the command's own document.</param>
    public void Write(RunReport report, Action<TextWriter, bool> writeText, Action<TextWriter> writeJson)
    {
        var root = SourceRoot.Of(surroundings);
        var output = surroundings.Output;
        switch (format)
        {
            case OutputFormat.GitHub:
                writeText(output, surroundings.OutputHasColour);
                GitHubOutput.Write(output, report, root);
                GitHubOutput.AppendSummary(surroundings, report);
                break;
            case OutputFormat.Azure:
                writeText(output, surroundings.OutputHasColour);
                AzureOutput.Write(output, report, root);
                break;
            default:
                Render(output, format, surroundings.OutputHasColour);
                break;
        }

        foreach (var (fileFormat, path) in files)
        {
            using StringWriter text = new() { NewLine = "\n" };
            Render(text, fileFormat, colour: false);
            NewFile.Write(path, Encoding.UTF8.GetBytes(text.ToString()), overwrite);
        }

        void Render(TextWriter text, OutputFormat wanted, bool colour)
        {
            switch (wanted)
            {
                case OutputFormat.Text:
                    writeText(text, colour);
                    break;
                case OutputFormat.Json:
                    writeJson(text);
                    break;
                case OutputFormat.Sarif:
                    text.WriteLine(SarifOutput.Render(report, root));
                    break;
                case OutputFormat.JUnit:
                    text.WriteLine(JUnitOutput.Render(report));
                    break;
                case OutputFormat.Markdown:
                    text.Write(MarkdownOutput.Render(report));
                    break;
                default:
                    throw new InvalidOperationException($"{wanted} is for stdout alone.");
            }
        }
    }
}
