using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.SavedModel;

/// <summary>
/// A SavedModel as text (<c>saved_model.pbtxt</c>) or in chunks (<c>saved_model.cpb</c>). TensorFlow opens both by these names where there is no
/// <c>saved_model.pb</c> (tensorflow/python/saved_model/loader_impl.py). Neither is read here, so that neither is ever clean.
/// </summary>
internal sealed class UnreadSavedModelFormat : ModelFormat
{
    private UnreadSavedModelFormat(string name, string fileName)
    {
        Name = name;
        FileNames = [fileName];
    }

    public static UnreadSavedModelFormat Text { get; } = new("savedmodeltext", "saved_model.pbtxt");

    public static UnreadSavedModelFormat Chunks { get; } = new("savedmodelchunks", "saved_model.cpb");

    public override string Name { get; }

    public override IReadOnlyList<string> Endings => [];

    public override IReadOnlyList<string> FileNames { get; }

    public override IReadOnlyList<FindingRule> Rules => TensorFlowRules.All;

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) => IsClaimedBy(name);

    public override void Inspect(ModelContent content, string name, InspectionContext context) =>
        context.Add(TensorFlowRules.UnreadForm, $"TensorFlow loads '{FileNames[0]}'; it is not looked into.", 0);
}
