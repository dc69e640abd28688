using System.Text;
using Precinto.Scans;

namespace Precinto.Cli.Output;

/// <summary>The findings of a scan as a table a target. What fails comes first, and there is an end to it: the JSON lists all.</summary>
internal static class ScanTable
{
    public static void Write(TextWriter output, ScanDecision decision, bool colour)
    {
        var sorted = Sort(decision.Findings).ToArray();
        var shown = sorted.Take(Rows).ToArray();
        foreach (var target in shown.GroupBy(finding => (finding.Finding.Target, finding.Finding.Class)))
        {
            output.WriteLine();
            output.WriteLine($"{Cut(target.Key.Target.Length == 0 ? "no target is named" : target.Key.Target, Wide)}{(target.Key.Class is null ? "" : $" [{Cut(target.Key.Class, Narrow)}]")}");
            WriteRows(output, [.. target], colour);
        }

        if (sorted.Length > shown.Length)
        {
            output.WriteLine();
            output.WriteLine($"and {sorted.Length - shown.Length} more findings; --json lists all");
        }
    }

    /// <summary>What fails first, then by target, the heaviest first, then by package and identifier.</summary>
    public static IEnumerable<JudgedFinding> Sort(IEnumerable<JudgedFinding> findings) => findings
        .OrderBy(finding => finding.Outcome == ScanFindingOutcome.Fails ? 0 : 1)
        .ThenBy(finding => finding.Finding.Target, StringComparer.Ordinal)
        .ThenByDescending(finding => finding.Finding.Severity)
        .ThenBy(finding => finding.Finding.Package, StringComparer.Ordinal)
        .ThenBy(finding => finding.Finding.Id, StringComparer.Ordinal);

    public static string Describe(JudgedFinding finding) => finding.Outcome switch
    {
        ScanFindingOutcome.Fails => "fails",
        ScanFindingOutcome.Ignored => $"ignored until {finding.IgnoredBy!.Expires:yyyy-MM-dd}",
        ScanFindingOutcome.Unfixed => "passes, there is no fix",
        ScanFindingOutcome.BelowThreshold => "passes",
        _ => throw new ArgumentOutOfRangeException(nameof(finding)),
    };

    private static void WriteRows(TextWriter output, JudgedFinding[] findings, bool colour)
    {
        string[][] rows = [Heading, .. findings.Select(ToRow)];
        var widths = Enumerable.Range(0, Heading.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        for (var index = 0; index < rows.Length; index++)
        {
            StringBuilder line = new("  ");
            for (var column = 0; column < widths.Length; column++)
                line.Append(column == widths.Length - 1 ? rows[index][column] : rows[index][column].PadRight(widths[column] + 2));
            var isFailing = index > 0 && findings[index - 1].Outcome == ScanFindingOutcome.Fails;
            output.WriteLine(ReportText.Paint(line.ToString(), ReportText.Red, colour && isFailing));
        }
    }

    private static string[] ToRow(JudgedFinding judged)
    {
        var finding = judged.Finding;
        var what = finding.Package ?? (finding.Line is { } line ? $"line {line}" : ScanText.NameOf(finding.Kind));
        return
        [
            ScanText.NameOf(finding.Severity), Cut(what, Narrow), Cut(finding.InstalledVersion ?? "", Narrow), Cut(finding.FixedVersion ?? "", Narrow),
            Cut(finding.Id, Narrow), Describe(judged),
        ];
    }

    // Cut before it is escaped, so that no escape is cut in two.
    private static string Cut(string text, int length) => Escaping.Escape(text.Length <= length ? text : text[..(length - 1)] + "…");

    private static readonly string[] Heading = ["SEVERITY", "PACKAGE", "INSTALLED", "FIXED", "ID", "VERDICT"];
    private const int Rows = 100;
    private const int Narrow = 40;
    private const int Wide = 160;
}
