using System.CommandLine;
using Precinto.Cli.Output;
using Precinto.Verification;

namespace Precinto.Cli.Commands;

/// <summary><c>precinto policy explain</c>: why a policy would accept a model or not, check by check. Nothing is remembered.</summary>
internal static class PolicyExplainCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var model = CommonOptions.Model();
        TrustOptions trust = new();
        var json = CommonOptions.Json();
        DocumentedCommand command = new(
            "explain",
            "Says which rule a model is held to, what each check asks, what it found, and what to do. Remembers nothing.",
            "precinto policy explain models/iris.onnx --policy trust/policy.json",
            "precinto policy explain folder/ --trust trust/ --expect-name iris --json")
        {
            model,
        };
        trust.AddTo(command);
        command.Options.Add(json);
        command.SetAction(async (parsed, cancellation) => (int)await RunAsync(
            surroundings, parsed, parsed.GetValue(model)!, trust, parsed.GetValue(json), cancellation).ConfigureAwait(false));
        return command;
    }

    private static async Task<ExitCode> RunAsync(
        Surroundings surroundings, ParseResult parsed, string model, TrustOptions trust, bool json, CancellationToken cancellation)
    {
        var expectations = trust.ReadExpectations(parsed, isRehearsal: true);
        Verifier verifier = new(trust.ReadPolicy(parsed, surroundings), surroundings.Time);
        var report = await ProgressBar.RunAsync(
            surroundings, "verifying", model, progress => verifier.VerifyAsync(model, expectations, progress, cancellation)).ConfigureAwait(false);
        if (json)
            WriteJson(surroundings.Output, report);
        else
            WriteText(surroundings.Output, report);
        return ReportText.IsYes(report.Verdict) ? ExitCode.Success : ExitCode.Rejected;
    }

    private static void WriteText(TextWriter output, VerificationReport report)
    {
        output.WriteLine(Escaping.Escape(report.ModelPath));
        output.WriteLine($"  {Escaping.Escape(DescribeRule(report))}");
        foreach (var check in report.Checks)
        {
            output.WriteLine();
            var enforcement = check.Enforcement == Trust.Enforcement.Enforce ? "" : $", not enforced ({ReportText.NameOf(check.Enforcement)})";
            output.WriteLine($"{ReportText.NameOf(check.Name)}: {ReportText.NameOf(check.Outcome)}{enforcement}");
            foreach (var asked in Asked(report, check))
                output.WriteLine($"    asked  {Escaping.Escape(asked)}");
            foreach (var observation in check.Observations)
                output.WriteLine($"    found  {(observation.Rule is null ? "" : observation.Rule.Code + " ")}{Escaping.Escape(observation.Message)}");
            foreach (var rule in Rules(check))
                output.WriteLine($"    to do  {rule.Code} {rule.Title}. {rule.Help}");
        }

        output.WriteLine();
        if (report.Unenforced.Any())
            output.WriteLine($"not enforced by the policy: {ReportText.DescribeUnenforced(report)}");
        output.WriteLine(ReportText.NameOf(report.Verdict));
    }

    private static string DescribeRule(VerificationReport report) => report.Choice switch
    {
        null => "the model changed before a rule was found",
        { Problem: { } problem } => problem,
        { Name: null } => "the policy has one rule for every model",
        { Name: { } name } choice => $"rule {choice.Number} speaks for {(name.Length > 0 ? $"'{name}'" : "a model without a name")}: {PolicyWords.Models(choice.Policy)}",
    };

    private static IEnumerable<string> Asked(VerificationReport report, Check check) =>
        report.Choice is { Problem: null } choice && check.Enforcement != Trust.Enforcement.Skip ? PolicyWords.Asked(choice.Policy, check.Name) : [];

    private static IEnumerable<NoticeRule> Rules(Check check) =>
        check.Observations.Select(observation => observation.Rule).OfType<Inspection.FindingRule>().DistinctBy(rule => rule.Code).Select(FindingsGuide.Explain);

    private static void WriteJson(TextWriter output, VerificationReport report) => JsonText.Write(output, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("schema", "precinto.policy-explanation/v1");
        writer.WriteModel(report);
        writer.WriteString("verdict", ReportText.NameOf(report.Verdict));
        writer.WriteStartObject("rule");
        writer.WriteNumber("number", (long?)report.Choice?.Number);
        writer.WriteStrings("models", report.Choice is { Problem: null } choice ? choice.Policy.Models.Select(pattern => pattern.ToString()) : []);
        writer.WriteProse("why", DescribeRule(report));
        writer.WriteEndObject();
        writer.WriteStartArray("checks");
        foreach (var check in report.Checks)
        {
            writer.WriteStartObject();
            writer.WriteString("name", ReportText.NameOf(check.Name));
            writer.WriteString("outcome", ReportText.NameOf(check.Outcome));
            writer.WriteString("enforcement", ReportText.NameOf(check.Enforcement));
            writer.WriteStrings("asked", Asked(report, check));
            writer.WriteStartArray("found");
            foreach (var observation in check.Observations)
            {
                writer.WriteStartObject();
                writer.WriteString("code", observation.Rule?.Code);
                writer.WriteProse("message", observation.Message);
                writer.WriteString("help", observation.Rule is { } rule ? FindingsGuide.Explain(rule).Help : null);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });
}
