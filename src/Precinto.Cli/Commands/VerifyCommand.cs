using System.CommandLine;
using Precinto.Cli.Output;
using Precinto.Verification;

namespace Precinto.Cli.Commands;

/// <summary><c>precinto verify</c>: all checks, the report, the verdict.</summary>
internal static class VerifyCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var model = CommonOptions.Model();
        TrustOptions trust = new();
        var json = CommonOptions.Json();
        DocumentedCommand command = new(
            "verify",
            "Says whether a model is exactly what someone whom you trust signed.",
            "precinto verify models/iris.onnx --key release.pub",
            "precinto verify folder/ --policy policy.json --expect-name iris --min-version 1.2.0",
            "precinto verify models/iris.onnx --openpgp-key team.asc --fingerprint 0123456789ABCDEF0123456789ABCDEF01234567 --json",
            "precinto verify models/iris.onnx --integrity-only")
        {
            model,
        };
        trust.AddTo(command);
        command.Options.Add(json);
        command.SetAction(async (parsed, cancellation) => (int)await RunAsync(surroundings, parsed, parsed.GetValue(model)!, trust, parsed.GetValue(json), cancellation)
            .ConfigureAwait(false));
        return command;
    }

    private static async Task<ExitCode> RunAsync(
        Surroundings surroundings, ParseResult parsed, string model, TrustOptions trust, bool json, CancellationToken cancellation)
    {
        var expectations = trust.ReadExpectations(parsed);
        Verifier verifier = new(trust.ReadPolicy(parsed, surroundings), surroundings.Time);
        var report = await ProgressBar.RunAsync(
            surroundings, "verifying", model, progress => verifier.VerifyAsync(model, expectations, progress, cancellation)).ConfigureAwait(false);
        if (json)
            ReportJson.Write(surroundings.Output, report);
        else
            ReportText.Write(surroundings.Output, report, surroundings.OutputHasColour);

        return report.Verdict is Verdict.Trusted or Verdict.Intact ? ExitCode.Success : ExitCode.Rejected;
    }
}
