using Precinto.Inspection;

namespace Precinto.Formats.Oci;

/// <summary>What can be wrong with an OCI image layout. That blobs have the digests that they are called by is looked at with every file.</summary>
internal static class OciRules
{
    public static readonly FindingRule Missing = new("OCI101", FindingSeverity.Warning, "The layout names a blob that is not there");
    public static readonly FindingRule WrongSize = new("OCI102", FindingSeverity.Warning, "A blob of the layout has another size than is stated", isMalformed: true);
    public static readonly FindingRule BadDigest = new("OCI103", FindingSeverity.Danger, "What the layout names as a digest is none");
    public static readonly FindingRule ForeignLayer = new("OCI104", FindingSeverity.Warning, "A layer is fetched from elsewhere");
    public static readonly FindingRule LeavesFolder = new("OCI105", FindingSeverity.Danger, "A layer is written outside of the folder that it is pulled into");
    public static readonly FindingRule Unreferenced = new("OCI106", FindingSeverity.Info, "Blobs belong to nothing that the layout names");
    public static readonly FindingRule Contradiction = new("OCI107", FindingSeverity.Warning, "A manifest is read differently by different programs", isMalformed: true);
    public static readonly FindingRule UnknownAlgorithm = new("OCI108", FindingSeverity.Warning, "A blob is named by a digest that is not computed", isUnread: true);

    public static IReadOnlyList<FindingRule> All { get; } = [Missing, WrongSize, BadDigest, ForeignLayer, LeavesFolder, Unreferenced, Contradiction, UnknownAlgorithm];
}
