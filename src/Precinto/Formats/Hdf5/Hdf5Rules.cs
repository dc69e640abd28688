using Precinto.Inspection;

namespace Precinto.Formats.Hdf5;

/// <summary>How an HDF5 file reaches beyond itself. Nothing of it is ever followed.</summary>
internal static class Hdf5Rules
{
    public static readonly FindingRule ExternalLink = new("HDF101", FindingSeverity.Danger, "A link leads into another file");
    public static readonly FindingRule ExternalStorage = new("HDF102", FindingSeverity.Danger, "The data of a dataset is in another file");
    public static readonly FindingRule VirtualDataset = new("HDF103", FindingSeverity.Danger, "A dataset is composed of other datasets, which may be in other files");
    public static readonly FindingRule ForeignFilter = new("HDF104", FindingSeverity.Warning, "A dataset is read by a filter that is loaded as a library");
    public static readonly FindingRule UserDefinedLink = new("HDF105", FindingSeverity.Warning, "A link is of a kind that only some program knows");
    public static readonly FindingRule SeveralFiles = new("HDF106", FindingSeverity.Warning, "The file is one of several");
    public static readonly FindingRule UserBlock = new("HDF107", FindingSeverity.Warning, "Bytes precede the file");
    public static readonly FindingRule Contradiction = new("HDF108", FindingSeverity.Warning, "Two parts of the file contradict each other", isMalformed: true);
    public static readonly FindingRule NotRead = new("HDF109", FindingSeverity.Warning, "The file uses a structure that is not read", isMalformed: true);
    public static readonly FindingRule Expansion = new("HDF110", FindingSeverity.Warning, "The datasets declare far more than the file stores");

    public static IReadOnlyList<FindingRule> All { get; } =
        [ExternalLink, ExternalStorage, VirtualDataset, ForeignFilter, UserDefinedLink, SeveralFiles, UserBlock, Contradiction, NotRead, Expansion];
}
