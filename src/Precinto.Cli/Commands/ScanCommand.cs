using System.CommandLine;
using Precinto.Cli.Files;
using Precinto.Cli.Output;
using Precinto.Scans;

namespace Precinto.Cli.Commands;

/// <summary><c>precinto scan</c>: the gate over Trivy. It decides by rules, and a report that says nothing is no pass.</summary>
internal static class ScanCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Argument<string> target = new("TARGET") { Description = "An image, a folder, an archive of an image, a bill of materials, or a report by Trivy (JSON or SARIF)" };
        CommonOptions.RefuseEmpty(target);
        ScanOptions rules = new();
        var json = CommonOptions.Json();
        DocumentedCommand command = new(
            "scan",
            "Decides whether what Trivy finds in an image or a folder is acceptable.",
            "precinto scan report.json --rules scan-rules.json",
            "precinto scan report.json --severity CRITICAL,HIGH --ignore-unfixed --max-report-age 2")
        {
            target,
        };
        rules.AddTo(command);
        command.Options.Add(json);
        command.SetAction((parsed, _) => Task.FromResult((int)Run(surroundings, parsed, parsed.GetValue(target)!, rules, parsed.GetValue(json))));
        return command;
    }

    private static ExitCode Run(Surroundings surroundings, ParseResult parsed, string target, ScanOptions options, bool json)
    {
        var rules = options.Read(parsed);
        var report = ScanReport.Parse(NamedFile.Read(target, ScanReport.MaximumLength));
        ScanOutcome outcome = new(target, ScanGate.Decide(report, rules.Policy, surroundings.Time), rules, null);
        if (json)
            ScanJson.Write(surroundings.Output, outcome);
        else
            ScanText.Write(surroundings.Output, outcome, surroundings.OutputHasColour);
        return outcome.Decision.Verdict switch
        {
            ScanVerdict.Passed => ExitCode.Success,
            ScanVerdict.Failed => ExitCode.Rejected,
            _ => ExitCode.WorldFailed,
        };
    }
}
