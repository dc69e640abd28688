using Precinto.Manifests;
using Precinto.Trust;
using Precinto.Verification;

namespace Precinto.Cli.Output;

/// <summary>A verification report for people: a line a check with its reasons below it, the signers, and the verdict last.</summary>
internal static class ReportText
{
    public static void Write(TextWriter output, VerificationReport report, bool colour)
    {
        output.WriteLine(Escaping.Escape(report.ModelPath));
        if (report.Name is not null || report.Version is not null)
            output.WriteLine($"  signed as {Escaping.Escape($"{report.Name} {report.Version}".Trim())}");
        if (report.Digest is not null)
            output.WriteLine($"  {report.Digest}");
        output.WriteLine();
        foreach (var check in report.Checks)
            WriteCheck(output, check, colour);
        if (report.Signers.Count + report.Attestations.Count > 0)
            output.WriteLine();
        foreach (var signer in report.Signers)
            WriteSigner(output, signer);
        foreach (var attestation in report.Attestations)
            WriteAttestation(output, attestation);
        output.WriteLine();
        if (report.Unenforced.Any())
            output.WriteLine(Paint($"not enforced by the policy: {DescribeUnenforced(report)}", Yellow, colour));
        output.WriteLine(Paint(NameOf(report.Verdict), report.Verdict switch { Verdict.Trusted => Green, Verdict.Intact or Verdict.Tolerated => Yellow, _ => Red }, colour));
    }

    /// <summary>Whether a verdict ends in success.</summary>
    public static bool IsYes(Verdict verdict) => verdict is Verdict.Trusted or Verdict.Intact or Verdict.Tolerated;

    public static string NameOf(Verdict verdict) => verdict switch
    {
        Verdict.Trusted => "trusted",
        Verdict.Intact => "intact",
        Verdict.Rejected => "rejected",
        Verdict.Tolerated => "tolerated",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
    };

    public static string NameOf(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Passed => "passed",
        CheckOutcome.Failed => "failed",
        CheckOutcome.Skipped => "skipped",
        CheckOutcome.Warned => "warned",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    public static string NameOf(Enforcement enforcement) => enforcement switch
    {
        Enforcement.Enforce => "enforce",
        Enforcement.Warn => "warn",
        Enforcement.Skip => "skip",
        _ => throw new ArgumentOutOfRangeException(nameof(enforcement)),
    };

    /// <summary>The checks that the policy does not enforce, in a line that nobody can overlook.</summary>
    public static string DescribeUnenforced(VerificationReport report) => string.Join(", ", report.Unenforced.Select(check => $"{NameOf(check.Name)} ({NameOf(check.Enforcement)})"));

    public static string NameOf(CheckName name) => name switch
    {
        CheckName.Signature => "signature",
        CheckName.Integrity => "integrity",
        CheckName.Identity => "identity",
        CheckName.Freshness => "freshness",
        CheckName.Metadata => "metadata",
        CheckName.Structure => "structure",
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static void WriteCheck(TextWriter output, Check check, bool colour)
    {
        var (mark, paint) = check.Outcome switch
        {
            CheckOutcome.Passed => ("✓", Green),
            CheckOutcome.Skipped => ("–", Yellow),
            CheckOutcome.Warned => ("!", Yellow),
            _ => ("✗", Red),
        };
        var codes = check.Codes.Count == 0 ? "" : "  " + string.Join(' ', check.Codes);
        output.WriteLine($"{Paint(mark, paint, colour)} {NameOf(check.Name),-9}  {Paint(NameOf(check.Outcome), paint, colour)}{codes}");
        foreach (var observation in check.Observations.Take(Shown))
            output.WriteLine($"    {Escaping.Escape(observation.Message)}");
        if (check.Observations.Count > Shown)
            output.WriteLine($"    and {check.Observations.Count - Shown} more; --json lists all");
    }

    private static void WriteSigner(TextWriter output, Signer signer)
    {
        var when = signer.SignedAt is { } time ? $", {ModelRecord.FormatTime(time)}" : "";
        output.WriteLine($"signer {signer.Kind} {Escaping.Escape(signer.Identity)}, {(signer.IsTrusted ? "trusted" : "not trusted")}{when}");
    }

    // Only what is demanded was judged, and stands among the checks; this is a list.
    private static void WriteAttestation(TextWriter output, FoundAttestation attestation)
    {
        var about = attestation.IsAboutModel ? "" : ", not about these files";
        var result = attestation.IsPassed switch { true => ", passed", false => ", FAILED", _ => "" };
        output.WriteLine($"attestation {attestation.Kind} {Escaping.Escape(attestation.Source)}, key {Escaping.Escape(attestation.Attester)}, {(attestation.IsTrusted ? "trusted" : "not trusted")}{about}{result}");
    }

    public static string Paint(string text, int colour, bool isOn) => isOn ? $"\u001b[{colour}m{text}\u001b[0m" : text;

    public const int Red = 31;
    public const int Green = 32;
    public const int Yellow = 33;
    private const int Shown = 20;
}
