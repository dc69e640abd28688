using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Xml;

/// <summary>A model in the Predictive Model Markup Language (dmg.org, PMML 4.4 and before): XML with a root <c>PMML</c>, fields, and one or more models.</summary>
internal sealed class PmmlFormat : ModelFormat
{
    public override string Name => "pmml";

    public override IReadOnlyList<string> Endings => [".pmml"];

    public override IReadOnlyList<FindingRule> Rules { get; } = [.. PmmlRules.All, .. XmlRules.All];

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) =>
        XmlProlog.Read(head, content) is { } prolog && (prolog.Root == "PMML" || (prolog.Root.Length == 0 && name.EndsWith(".pmml", StringComparison.OrdinalIgnoreCase)));

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        if (!BoundedXml.NoticeProlog(content, context))
            return;

        using BoundedXml xml = new(content);
        SortedDictionary<string, long> parts = new(StringComparer.Ordinal);
        List<KeyValuePair<string, string>> fields = [];
        HashSet<string> targets = [];
        context.Facts.Framework = "pmml";
        while (xml.Read())
        {
            context.Cancellation.ThrowIfCancellationRequested();
            xml.NoticeReferences(context);
            if (!xml.IsInstruction)
                TakeElement(xml, parts, fields, targets, context);
        }

        if (parts.TryGetValue("Extension", out var extensions))
            context.Add(PmmlRules.Extensions, $"Holds {extensions} extensions.");
        context.Facts.Parts = [.. parts];
        context.Facts.Inputs = [.. fields.Where(field => !targets.Contains(field.Key)).Select(field => new TensorFact(field.Key, field.Value, []))];
        context.Facts.Outputs = [.. fields.Where(field => targets.Contains(field.Key)).Select(field => new TensorFact(field.Key, field.Value, []))];
        context.Facts.FeatureCount = context.Facts.Inputs.Count > 0 ? context.Facts.Inputs.Count : null;
    }

    private static void TakeElement(
        BoundedXml xml, SortedDictionary<string, long> parts, List<KeyValuePair<string, string>> fields, HashSet<string> targets, InspectionContext context)
    {
        var element = xml.Name;
        if (parts.Count < MostParts || parts.ContainsKey(element))
            parts[element] = parts.GetValueOrDefault(element) + 1;
        if (xml.Depth == 1 && element.EndsWith("Model", StringComparison.Ordinal))
            context.Facts.Type ??= element;

        switch (element)
        {
            case "PMML" when xml.Depth == 0:
                context.Facts.FrameworkVersion = xml.Attribute("version");
                break;
            case "Application":
                context.Facts.Settings = [new("application", ScalarValue.From($"{xml.Attribute("name")} {xml.Attribute("version")}".Trim()))];
                break;
            case "DataField" when xml.Attribute("name") is { } field && fields.Count < MostFields:
                fields.Add(new(field, xml.Attribute("dataType") ?? ""));
                break;
            case "MiningField" when xml.Attribute("usageType") is "target" or "predicted" && xml.Attribute("name") is { } target && targets.Count < MostFields:
                targets.Add(target);
                break;
            case "Apply" when xml.Attribute("function") is { } function && function.Contains('.', StringComparison.Ordinal):
                context.Add(PmmlRules.ClassFunction, $"Calls the function '{Excerpt.Of(function)}'.", xml.Position);
                break;
        }
    }

    private const int MostParts = 10_000;
    private const int MostFields = 100_000;
}
