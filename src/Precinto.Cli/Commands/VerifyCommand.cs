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
        OutputOptions output = new();
        DocumentedCommand command = new(
            "verify",
            "Says whether a model is exactly what someone whom you trust signed.",
            "precinto verify models/iris.onnx --key release.pub",
            "precinto verify folder/ --policy policy.json --expect-name iris --min-version 1.2.0",
            "precinto verify models/iris.onnx --openpgp-key team.asc --fingerprint 0123456789ABCDEF0123456789ABCDEF01234567 --json",
            "precinto verify models/iris.onnx --trust trust/ --state /var/lib/precinto/state.json",
            "precinto verify models/iris.onnx --trust trust/ --format github --report sarif=precinto.sarif",
            "precinto verify models/iris.onnx --integrity-only")
        {
            model,
        };
        trust.AddTo(command);
        output.AddTo(command);
        command.SetAction(async (parsed, cancellation) => (int)await RunAsync(surroundings, parsed, parsed.GetValue(model)!, trust, output, cancellation)
            .ConfigureAwait(false));
        return command;
    }

    private static async Task<ExitCode> RunAsync(
        Surroundings surroundings, ParseResult parsed, string model, TrustOptions trust, OutputOptions output, CancellationToken cancellation)
    {
        var expectations = trust.ReadExpectations(parsed);
        var policy = trust.ReadPolicy(parsed, surroundings);
        var plan = output.Read(
            parsed, surroundings, [model, .. expectations.SignatureFiles, .. expectations.AttestationFiles, .. policy.Inputs], folderIsClosed: true);
        Verifier verifier = new(policy, surroundings.Time);
        var report = await ProgressBar.RunAsync(
            surroundings, "verifying", model, progress => verifier.VerifyAsync(model, expectations, progress, cancellation)).ConfigureAwait(false);
        plan.Write(
            VerificationSummary.Of(report),
            (text, colour) => ReportText.Write(text, report, colour),
            text => ReportJson.Write(text, report));
        return ReportText.IsYes(report.Verdict) ? ExitCode.Success : ExitCode.Rejected;
    }
}
