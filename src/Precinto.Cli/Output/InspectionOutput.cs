using System.Text;
using System.Text.Json;
using Precinto.Cli.Commands;
using Precinto.Formats;
using Precinto.Inspection;

namespace Precinto.Cli.Output;

/// <summary>Inspections for people, and as <c>precinto.inspection/v1</c>.</summary>
internal static class InspectionOutput
{
    public static void WriteJson(TextWriter output, InspectionVerdict verdict, IReadOnlyList<InspectedFile> files) => JsonText.Write(output, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("schema", "precinto.inspection/v1");
        writer.WriteString("verdict", FactsJson.NameOf(verdict));
        writer.WriteStartArray("files");
        foreach (var file in files)
            WriteFile(writer, file);
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    public static void WriteText(TextWriter output, IReadOnlyList<InspectedFile> files, bool tensors, bool colour)
    {
        foreach (var file in files)
        {
            var inspection = file.Inspection;
            var paint = inspection.Verdict switch
            {
                InspectionVerdict.Clean => ReportText.Green,
                InspectionVerdict.Unknown or InspectionVerdict.Suspicious => ReportText.Yellow,
                _ => ReportText.Red,
            };
            output.WriteLine(
                $"{Escaping.Escape(file.Path)}: {inspection.Format}, {inspection.Size} bytes, {ReportText.Paint(FactsJson.NameOf(inspection.Verdict), paint, colour)}");
            WriteFacts(output, inspection.Facts, tensors);
            WriteFindings(output, inspection);
        }

        if (files.Count > 1)
            output.WriteLine($"{files.Count} files: {string.Join(", ", InspectedFile.WorstFirst.Select(verdict => (verdict, count: files.Count(file => file.Inspection.Verdict == verdict)))
                .Where(kind => kind.count > 0).Select(kind => $"{kind.count} {FactsJson.NameOf(kind.verdict)}"))}");
    }

    // What is wrong is told in full. What is only worth knowing is told a few times: a model has as many classes as its author liked.
    private static void WriteFindings(TextWriter output, FileInspection inspection)
    {
        foreach (var kind in inspection.Findings.GroupBy(finding => finding.Severity == FindingSeverity.Info ? finding.Code : ""))
        {
            var told = kind.Key.Length == 0 ? int.MaxValue : Few;
            foreach (var finding in kind.Take(told))
                WriteFinding(output, finding);
            if (kind.Count() > told)
                output.WriteLine($"  {kind.Key} info: and {kind.Count() - told} more of its kind");
        }

        if (inspection.LeftOut > 0)
            output.WriteLine($"  and {inspection.LeftOut} more findings, none of which weighs more");
    }

    private static void WriteFile(Utf8JsonWriter writer, InspectedFile file)
    {
        writer.WriteStartObject();
        writer.WriteData("path", file.Path);
        writer.WriteString("format", file.Inspection.Format);
        writer.WriteNumber("size", file.Inspection.Size);
        writer.WriteString("verdict", FactsJson.NameOf(file.Inspection.Verdict));
        writer.WriteFacts("facts", file.Inspection.Facts);
        writer.WriteStartArray("findings");
        foreach (var finding in file.Inspection.Findings)
            writer.WriteFinding(finding, null);
        writer.WriteEndArray();
        writer.WriteNumber("findingsLeftOut", file.Inspection.LeftOut);
        writer.WriteEndObject();
    }

    private static void WriteFacts(TextWriter output, ModelFacts facts, bool tensors)
    {
        WriteFact(output, "type", facts.Module is null ? facts.Type : $"{facts.Type} ({facts.Module})");
        WriteFact(output, "framework", facts.FrameworkVersion is null ? facts.Framework : $"{facts.Framework} {facts.FrameworkVersion}");
        WriteFact(output, "features", facts.FeatureCount?.ToString());
        if (facts.Classes is { } classes)
            WriteFact(output, "classes", List([.. classes.Select(label => label.ToString())]));
        WriteFact(output, "parameters", facts.ParameterCount?.ToString());
        foreach (var input in facts.Inputs.Take(Shown))
            WriteFact(output, "input", Describe(input));
        foreach (var result in facts.Outputs.Take(Shown))
            WriteFact(output, "output", Describe(result));
        WriteFact(output, "settings", List([.. facts.Settings.Where(setting => setting.Value.Kind != ScalarKind.Null).Select(setting => $"{setting.Key}={setting.Value}")]));
        WriteFact(output, "holds", List([.. facts.Parts.Select(part => part.Value == 1 ? part.Key : $"{part.Key} ×{part.Value}")]));
        if (!tensors && facts.Tensors.Count > 0)
            WriteFact(output, "tensors", $"{facts.Tensors.Count}");
        foreach (var tensor in tensors ? facts.Tensors : [])
            WriteFact(output, "tensor", Describe(tensor));
    }

    private static void WriteFact(TextWriter output, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            output.WriteLine($"  {name,-10} {Escaping.Escape(value)}");
    }

    private static void WriteFinding(TextWriter output, Finding finding)
    {
        var where = $"{(finding.Member is null ? "" : $", in {Escaping.Escape(finding.Member)}")}{(finding.Offset is { } offset ? $", at offset {offset}" : "")}";
        output.WriteLine($"  {finding.Code} {FactsJson.NameOf(finding.Severity)}: {Escaping.Escape(finding.Message.TrimEnd('.'))}{where}");
    }

    // As much as fits into a line, and at least one.
    private static string List(IReadOnlyList<string> words)
    {
        StringBuilder line = new();
        var shown = 0;
        foreach (var word in words)
        {
            var kept = Excerpt.Of(word, Longest);
            if (shown > 0 && line.Length + kept.Length > LineLength)
                break;
            line.Append(shown > 0 ? ", " : "").Append(kept);
            shown++;
        }

        return shown < words.Count ? $"{line}, and {words.Count - shown} more" : line.ToString();
    }

    private static string Describe(TensorFact tensor) =>
        $"{tensor.Name} {tensor.ElementType} [{string.Join(", ", tensor.Shape.Select(dimension => dimension?.ToString() ?? "?"))}]";

    private const int Shown = 20;
    private const int Few = 3;
    private const int Longest = 60;
    private const int LineLength = 90;
}
