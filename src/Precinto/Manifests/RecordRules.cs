using Precinto.Inspection;

namespace Precinto.Manifests;

/// <summary>How a record can disagree with the model that it speaks of.</summary>
internal static class RecordRules
{
    public static readonly FindingRule SizeDiffers = Rule("MET001", "The record states another size");
    public static readonly FindingRule TypeDiffers = Rule("MET002", "The record states another type of model");
    public static readonly FindingRule ShapeDiffers = Rule("MET003", "The record states another input shape");
    public static readonly FindingRule DigestDiffers = Rule("MET004", "The record states another digest");
    public static readonly FindingRule FormatDiffers = Rule("MET005", "The record states another format or framework");
    public static readonly FindingRule TensorsDiffer = Rule("MET006", "The record states other inputs or outputs");
    public static readonly FindingRule ParametersDiffer = Rule("MET007", "The record states another number of parameters");
    public static readonly FindingRule Unreadable = Rule("MET008", "The record cannot be read");
    public static readonly FindingRule DateDiffers = Rule("MET009", "The record states an impossible date");
    public static readonly FindingRule RecordsDiffer = Rule("MET010", "The record is not the one that was signed");

    public static IReadOnlyList<FindingRule> All { get; } =
        [SizeDiffers, TypeDiffers, ShapeDiffers, DigestDiffers, FormatDiffers, TensorsDiffer, ParametersDiffer, Unreadable, DateDiffers, RecordsDiffer];

    private static FindingRule Rule(string code, string title) => new(code, FindingSeverity.Danger, title);
}
