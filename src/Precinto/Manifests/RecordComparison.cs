using System.Globalization;
using Precinto.Inspection;

namespace Precinto.Manifests;

/// <summary>Holds a record against the content that it speaks of.</summary>
internal static class RecordComparison
{
    /// <summary>Says in what a record does not agree with the content; nothing where it agrees.</summary>
    public static IEnumerable<(FindingRule Rule, string Message)> FindDisagreements(ModelRecord record, ModelSubject subject, DateTimeOffset now)
    {
        var facts = subject.Facts;
        if (record.Digest is { } digest && digest != subject.Digest.ToString())
            yield return (RecordRules.DigestDiffers, $"digest is {digest} in the record, {subject.Digest} in the content");
        if (record.FileSizeBytes is { } size && size != subject.Size)
            yield return (RecordRules.SizeDiffers, $"file_size_bytes is {size} in the record, {subject.Size} in the content");
        if (record.Format is { } format && subject.Format is { } actualFormat && format != actualFormat)
            yield return (RecordRules.FormatDiffers, $"format is {format} in the record, {actualFormat} in the content");
        if (record.CreatedAt > now + TimeSpan.FromMinutes(5))
            yield return (RecordRules.DateDiffers, $"created_at is {ModelRecord.FormatTime(record.CreatedAt.Value)}, which is in the future");
        if (facts is null)
            yield break;

        if (record.ModelType is { } type && facts.Type is { } actualType && type != actualType)
            yield return (RecordRules.TypeDiffers, $"model_type is {type} in the record, {actualType} in the content");
        if (record.InputShape is [.., { } width] && facts.FeatureCount is { } features && width != features)
            yield return (RecordRules.ShapeDiffers, $"input_shape ends in {width} in the record, the content takes {features} features");
        if (record.Framework is { } framework && facts.Framework is { } actualFramework && framework != actualFramework)
            yield return (RecordRules.FormatDiffers, $"framework is {framework} in the record, {actualFramework} in the content");
        if (record.FrameworkVersion is { } version && facts.FrameworkVersion is { } actualVersion && version != actualVersion)
            yield return (RecordRules.FormatDiffers, $"framework_version is {version} in the record, {actualVersion} in the content");
        if (record.ParameterCount is { } parameters && facts.ParameterCount is { } actualParameters && parameters != actualParameters)
            yield return (RecordRules.ParametersDiffer, $"parameter_count is {parameters} in the record, {actualParameters} in the content");
        if (record.Inputs is { } inputs && !AreEqual(inputs, facts.Inputs))
            yield return (RecordRules.TensorsDiffer, "inputs in the record are not those in the content");
        if (record.Outputs is { } outputs && !AreEqual(outputs, facts.Outputs))
            yield return (RecordRules.TensorsDiffer, "outputs in the record are not those in the content");
        if (StatedCreation(facts) is { } created && record.CreatedAt is { } recorded && created != recorded)
            yield return (RecordRules.DateDiffers, $"created_at is {ModelRecord.FormatTime(recorded)} in the record, {ModelRecord.FormatTime(created)} in the content");
    }

    private static bool AreEqual(IReadOnlyList<TensorFact> left, IReadOnlyList<TensorFact> right) =>
        left.Count == right.Count && left.Zip(right).All(pair =>
            pair.First.Name == pair.Second.Name && pair.First.ElementType == pair.Second.ElementType && pair.First.Shape.SequenceEqual(pair.Second.Shape));

    public static DateTimeOffset? StatedCreation(ModelFacts? facts)
    {
        // As safetensors and as ONNX state what their metadata holds.
        var stated = facts?.Settings.FirstOrDefault(setting => setting.Key is "created_at" or "metadata.created_at").Value;
        return stated is { Kind: ScalarKind.Text } && DateTimeOffset.TryParse(stated.AsText(), CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }
}
