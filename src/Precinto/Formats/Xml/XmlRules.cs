using Precinto.Inspection;

namespace Precinto.Formats.Xml;

/// <summary>What can be wrong with any XML file.</summary>
internal static class XmlRules
{
    public static readonly FindingRule External = new("XML101", FindingSeverity.Danger, "A document type reaches for other files");
    public static readonly FindingRule DocumentType = new("XML102", FindingSeverity.Warning, "The file has a document type", isMalformed: true);
    public static readonly FindingRule OtherDocument = new("XML103", FindingSeverity.Warning, "The file refers to another document");

    public static IReadOnlyList<FindingRule> All { get; } = [External, DocumentType, OtherDocument];
}
