using System.CommandLine;
using Precinto.Cli.Output;
using Precinto.Trust;
using Precinto.Verification;

namespace Precinto.Cli.Commands;

/// <summary><c>precinto policy check</c>: whether a policy can be used, what it says, and what about it is weak.</summary>
internal static class PolicyCheckCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Argument<string> file = new("FILE") { Description = "A policy" };
        CommonOptions.RefuseEmpty(file);
        Option<bool> strict = new("--strict") { Description = "Take a warning for a no" };
        var json = CommonOptions.Json();
        DocumentedCommand command = new(
            "check",
            "Says whether a policy can be used, what it means, and what about it is weak.",
            "precinto policy check trust/policy.json",
            "precinto policy check trust/policy.json --strict --json")
        {
            file, strict, json,
        };
        command.SetAction(parsed => (int)Run(surroundings, parsed.GetValue(file)!, parsed.GetValue(strict), parsed.GetValue(json)));
        return command;
    }

    private static ExitCode Run(Surroundings surroundings, string file, bool isStrict, bool json)
    {
        var (policy, problem) = Load(file);
        var warnings = policy is null ? [] : PolicyWeaknesses.Find(policy, surroundings.Time.GetUtcNow());
        if (json)
            WriteJson(surroundings.Output, file, policy, problem, warnings);
        else
            WriteText(surroundings.Output, file, policy, problem, warnings);
        return policy is null || (isStrict && warnings.Count > 0) ? ExitCode.Rejected : ExitCode.Success;
    }

    // What is wrong with the policy is the answer here, and no failure; a policy that is not there is one.
    private static (TrustPolicy? Policy, string? Problem) Load(string file)
    {
        try
        {
            return (PolicyDocument.Load(file), null);
        }
        catch (PolicyException exception)
        {
            return (null, exception.Message.TrimEnd('.'));
        }
        catch (FileNotFoundException exception) when (File.Exists(file))
        {
            return (null, $"it names {exception.FileName}, which is not there");
        }
    }

    private static void WriteText(TextWriter output, string file, TrustPolicy? policy, string? problem, IReadOnlyList<string> warnings)
    {
        output.WriteLine(Escaping.Escape(file));
        if (policy is not null)
        {
            output.WriteLine($"  {policy.Digest}");
            if (policy.Expires is { } expires)
                output.WriteLine($"  expires on {Manifests.ModelRecord.FormatTime(expires)}");
            foreach (var line in OfDocument(policy))
                output.WriteLine($"  {Escaping.Escape(line)}");
            foreach (var (number, rule) in policy.AllRules.Index())
            {
                output.WriteLine();
                output.WriteLine($"rule {number + 1}: {Escaping.Escape(PolicyWords.Models(rule))}");
                foreach (var check in Enum.GetValues<CheckName>())
                    foreach (var asked in PolicyWords.Asked(policy.Complete(rule), check))
                        output.WriteLine($"  {ReportText.NameOf(check),-9}  {Escaping.Escape(asked)}");
            }
        }

        output.WriteLine();
        foreach (var warning in warnings)
            output.WriteLine($"warning: {Escaping.Escape(warning)}");
        if (problem is not null)
            output.WriteLine(Escaping.Escape(problem));
        output.WriteLine(policy is null ? "invalid" : warnings.Count == 0 ? "valid" : warnings.Count == 1 ? "valid, 1 warning" : $"valid, {warnings.Count} warnings");
    }

    private static IEnumerable<string> OfDocument(TrustPolicy policy)
    {
        foreach (var digest in policy.Revoked.Digests)
            yield return $"revoked: {digest.Digest}, {digest.Reason}";
        foreach (var signer in policy.Revoked.Signers)
            yield return $"revoked: {signer.Kind} {signer.Identity}, {signer.Reason}";
        if (policy.RevocationList is { } list)
            yield return $"revocations: {list.Path}, at most {list.MaximumAge.TotalDays:0} days old, signed by {string.Join(" or ", list.Signers)}";
    }

    private static void WriteJson(TextWriter output, string file, TrustPolicy? policy, string? problem, IReadOnlyList<string> warnings) => JsonText.Write(output, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("schema", "precinto.policy-check/v1");
        writer.WriteData("policy", file);
        writer.WriteBoolean("valid", policy is not null);
        writer.WriteString("problem", problem is null ? null : Escaping.Escape(problem));
        writer.WriteString("digest", policy?.Digest.ToString());
        writer.WriteTime("expires", policy?.Expires);
        writer.WriteStartArray("rules");
        foreach (var rule in policy?.AllRules ?? [])
        {
            writer.WriteStartObject();
            writer.WriteStrings("models", rule.Models.Select(pattern => pattern.ToString()));
            writer.WriteNumber("threshold", rule.Threshold);
            writer.WriteStartArray("signers");
            foreach (var signer in rule.Signers)
            {
                writer.WriteStartObject();
                writer.WriteString("kind", signer.Kind);
                writer.WriteData("identity", signer.Identity);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartObject("asked");
            foreach (var check in Enum.GetValues<CheckName>())
                writer.WriteStrings(ReportText.NameOf(check), PolicyWords.Asked(policy!.Complete(rule), check));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStrings("warnings", warnings);
        writer.WriteEndObject();
    });
}
