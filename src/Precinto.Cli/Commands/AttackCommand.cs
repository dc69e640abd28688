using System.CommandLine;
using Precinto.Attacks;
using Precinto.Cli.Output;

namespace Precinto.Cli.Commands;

/// <summary><c>precinto attack</c>: copies of a model go through every attack; what stopped each is shown.</summary>
internal static class AttackCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Argument<string?> model = new("MODEL") { Description = "A model: a file or a folder. It is only read", Arity = ArgumentArity.ZeroOrOne };
        CommonOptions.RefuseEmpty(model);
        Option<string[]> only = new("--only") { Description = "Try this attack alone; may be given several times", HelpName = "NAME" };
        Option<bool> list = new("--list") { Description = "List the attacks and end" };
        var json = CommonOptions.Json();
        only.CompletionSources.Add([.. Attack.All.Select(attack => attack.Name)]);
        DocumentedCommand command = new(
            "attack",
            "Copies a model into temporary folders, signs each copy with a key made for it, attacks it, and shows what stopped the attack.",
            "precinto attack model.onnx",
            "precinto attack folder/ --only roll-back --only link",
            "precinto attack --list")
        {
            model, only, list, json,
        };
        command.SetAction(async (parsed, cancellation) => (int)await RunAsync(
            surroundings, parsed.GetValue(model), parsed.GetValue(only) ?? [], parsed.GetValue(list), parsed.GetValue(json), cancellation).ConfigureAwait(false));
        return command;
    }

    private static async Task<ExitCode> RunAsync(
        Surroundings surroundings, string? model, string[] only, bool list, bool json, CancellationToken cancellation)
    {
        var attacks = Choose(only);
        if (list)
        {
            foreach (var attack in attacks)
                surroundings.Output.WriteLine($"{attack.Name,-NameWidth} {attack.Description}");
            return ExitCode.Success;
        }

        if (model is null)
            throw new UsageException("No model is named; precinto attack MODEL, or precinto attack --list");

        List<AttackResult> results = [];
        await foreach (var result in AttackRange.RunAsync(model, attacks, cancellation).ConfigureAwait(false))
        {
            results.Add(result);
            if (!json)
                WriteResult(surroundings, result);
        }

        if (json)
            WriteJson(surroundings.Output, model, results);
        else
            WriteSummary(surroundings.Output, results);

        // Where no attack could be made, nothing was shown to be stopped.
        return results.All(result => result.Outcome != AttackOutcome.GotThrough) && results.Any(result => result.Outcome == AttackOutcome.Stopped)
            ? ExitCode.Success
            : ExitCode.Rejected;
    }

    private static IReadOnlyList<Attack> Choose(string[] only)
    {
        foreach (var name in only)
            if (Attack.All.All(attack => attack.Name != name))
                throw new UsageException($"There is no attack '{name}'; precinto attack --list shows all");

        return only.Length == 0 ? Attack.All : [.. Attack.All.Where(attack => only.Contains(attack.Name))];
    }

    private static void WriteResult(Surroundings surroundings, AttackResult result)
    {
        var (mark, paint) = result.Outcome switch
        {
            AttackOutcome.Stopped => ("✓", ReportText.Green),
            AttackOutcome.NotApplicable => ("–", ReportText.Yellow),
            _ => ("✗", ReportText.Red),
        };
        var output = surroundings.Output;
        output.WriteLine($"{ReportText.Paint(mark, paint, surroundings.OutputHasColour)} {result.Attack.Name,-NameWidth} {result.Attack.Description}");
        output.WriteLine($"  {"",-NameWidth} {Describe(result)}");
        output.WriteLine($"  {"",-NameWidth} {Shorten(Escaping.Escape(result.Detail))}");
    }

    private static string Describe(AttackResult result) => result.Outcome switch
    {
        AttackOutcome.Stopped => $"stopped by {string.Join(", ", result.StoppedBy)}",
        AttackOutcome.NotApplicable => "not possible on this model",
        _ => "GOT THROUGH",
    };

    private static void WriteSummary(TextWriter output, List<AttackResult> results)
    {
        var stopped = results.Count(result => result.Outcome == AttackOutcome.Stopped);
        var through = results.Count(result => result.Outcome == AttackOutcome.GotThrough);
        var impossible = results.Count - stopped - through;
        output.WriteLine();
        output.WriteLine($"{stopped} stopped, {through} got through{(impossible > 0 ? $", {impossible} not possible on this model" : "")}");
    }

    private static void WriteJson(TextWriter output, string model, List<AttackResult> results) => JsonText.Write(output, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("schema", "precinto.attacks/v1");
        writer.WriteData("model", model);
        writer.WriteStartArray("attacks");
        foreach (var result in results)
        {
            writer.WriteStartObject();
            writer.WriteString("name", result.Attack.Name);
            writer.WriteString("description", result.Attack.Description);
            writer.WriteString("outcome", result.Outcome switch
            {
                AttackOutcome.Stopped => "stopped",
                AttackOutcome.NotApplicable => "notApplicable",
                _ => "gotThrough",
            });
            writer.WriteStartArray("stoppedBy");
            foreach (var check in result.StoppedBy)
                writer.WriteStringValue(check);
            writer.WriteEndArray();
            writer.WriteProse("detail", result.Detail);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static string Shorten(string text) => text.Length <= Shown ? text : text[..Shown] + " …";

    private const int NameWidth = 25;
    private const int Shown = 160;
}
