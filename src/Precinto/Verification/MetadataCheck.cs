using System.Text.Json;
using Precinto.Files;
using Precinto.Inspection;
using Precinto.Manifests;

namespace Precinto.Verification;

/// <summary>Does the record agree with the content?</summary>
internal static class MetadataCheck
{
    public static Check Run(Evidence evidence, ModelRecord? recordFile)
    {
        CheckInProgress check = new(CheckName.Metadata);
        if (evidence.RecordFile is { } file && !TryRead(file, out _))
            check.Fail(CheckRules.UnreadableRecord, $"{file.Name} {file.Problem ?? "is no record: " + Explain(file)}");
        if (evidence.Subject is null)
            return check.Finish();

        if (recordFile is not null)
        {
            var isSigned = evidence.Layout.Snapshot.IsFolder && evidence.IsSigned(ModelRecord.FileName);
            Compare(check, isSigned ? ModelRecord.FileName : $"{ModelRecord.FileName} (unsigned)", recordFile, evidence.Subject, evidence.Now);
        }

        foreach (var assessment in evidence.Assessments)
        {
            if (assessment.Record is not { } signed)
                continue;
            Compare(check, assessment.Standing == SignatureStanding.Trusted ? "the signed record" : "the record in an untrusted signature", signed, evidence.Subject, evidence.Now);
            if (recordFile is not null)
                CompareRecords(check, signed, recordFile);
        }

        var result = check.Finish();
        if (result.Observations.Count == 0)
            check.Note("there is no record");
        return check.Finish();
    }

    /// <summary>Reads a record file: false where it cannot be read; true with null where there is none.</summary>
    public static bool TryRead(SidecarFile? file, out ModelRecord? record)
    {
        record = null;
        if (file is null)
            return true;
        if (file.Bytes is null)
            return false;

        try
        {
            record = ModelRecord.Parse(file.Bytes);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Says in what a record does not agree with the content; nothing where it agrees.</summary>
    public static IEnumerable<(FindingRule Rule, string Message)> FindDisagreements(ModelRecord record, ModelSubject subject, DateTimeOffset now)
    {
        var facts = subject.Facts;
        if (record.Digest is { } digest && digest != subject.Digest.ToString())
            yield return (CheckRules.RecordedDigestDiffers, $"digest is {digest} in the record, {subject.Digest} in the content");
        if (record.FileSizeBytes is { } size && size != subject.Size)
            yield return (CheckRules.SizeDiffers, $"file_size_bytes is {size} in the record, {subject.Size} in the content");
        if (record.Format is { } format && subject.Format is { } actualFormat && format != actualFormat)
            yield return (CheckRules.FormatDiffers, $"format is {format} in the record, {actualFormat} in the content");
        if (record.CreatedAt > now + TimeSpan.FromMinutes(5))
            yield return (CheckRules.DateDiffers, $"created_at is {ModelRecord.FormatTime(record.CreatedAt.Value)}, which is in the future");
        if (facts is null)
            yield break;

        if (record.ModelType is { } type && facts.Type is { } actualType && type != actualType)
            yield return (CheckRules.TypeDiffers, $"model_type is {type} in the record, {actualType} in the content");
        if (record.InputShape is [.., { } width] && facts.FeatureCount is { } features && width != features)
            yield return (CheckRules.ShapeDiffers, $"input_shape ends in {width} in the record, the content takes {features} features");
        if (record.Framework is { } framework && facts.Framework is { } actualFramework && framework != actualFramework)
            yield return (CheckRules.FormatDiffers, $"framework is {framework} in the record, {actualFramework} in the content");
        if (record.FrameworkVersion is { } version && facts.FrameworkVersion is { } actualVersion && version != actualVersion)
            yield return (CheckRules.FormatDiffers, $"framework_version is {version} in the record, {actualVersion} in the content");
        if (record.ParameterCount is { } parameters && facts.ParameterCount is { } actualParameters && parameters != actualParameters)
            yield return (CheckRules.ParametersDiffer, $"parameter_count is {parameters} in the record, {actualParameters} in the content");
        if (record.Inputs is { } inputs && !AreEqual(inputs, facts.Inputs))
            yield return (CheckRules.SignatureOfModelDiffers, "inputs in the record are not those in the content");
        if (record.Outputs is { } outputs && !AreEqual(outputs, facts.Outputs))
            yield return (CheckRules.SignatureOfModelDiffers, "outputs in the record are not those in the content");
        if (StatedCreation(facts) is { } created && record.CreatedAt is { } recorded && created != recorded)
            yield return (CheckRules.DateDiffers, $"created_at is {ModelRecord.FormatTime(recorded)} in the record, {ModelRecord.FormatTime(created)} in the content");
    }

    private static void Compare(CheckInProgress check, string source, ModelRecord record, ModelSubject subject, DateTimeOffset now)
    {
        var disagreements = FindDisagreements(record, subject, now).ToArray();
        foreach (var (rule, message) in disagreements)
            check.Fail(rule, $"{source}: {message}");
        if (disagreements.Length == 0)
            check.Confirm($"{source} agrees with the content");
    }

    // The file is what people read: where it says something else than what was signed, it misleads them.
    private static void CompareRecords(CheckInProgress check, ModelRecord signed, ModelRecord file)
    {
        Compare("created_at", signed.CreatedAt, file.CreatedAt);
        Compare("model_type", signed.ModelType, file.ModelType);
        Compare("name", signed.Name, file.Name);
        Compare("version", signed.Version, file.Version);
        Compare("expires_at", signed.ExpiresAt, file.ExpiresAt);
        Compare("training_data_digest", signed.TrainingDataDigest, file.TrainingDataDigest);
        if (signed.InputShape is not null && file.InputShape is not null && !signed.InputShape.SequenceEqual(file.InputShape))
            check.Fail(CheckRules.RecordsDiffer, $"input_shape in {ModelRecord.FileName} is not what was signed");

        void Compare<T>(string name, T? inSignature, T? inFile)
        {
            if (inSignature is not null && inFile is not null && !inSignature.Equals(inFile))
                check.Fail(CheckRules.RecordsDiffer, $"{name} in {ModelRecord.FileName} is not what was signed");
        }
    }

    private static bool AreEqual(IReadOnlyList<TensorFact> left, IReadOnlyList<TensorFact> right) =>
        left.Count == right.Count && left.Zip(right).All(pair =>
            pair.First.Name == pair.Second.Name && pair.First.ElementType == pair.Second.ElementType && pair.First.Shape.SequenceEqual(pair.Second.Shape));

    private static DateTimeOffset? StatedCreation(ModelFacts facts)
    {
        var stated = facts.Settings.FirstOrDefault(setting => setting.Key == "created_at").Value;
        return stated is { Kind: ScalarKind.Text } && DateTimeOffset.TryParse(stated.AsText(), System.Globalization.CultureInfo.InvariantCulture,
            System.Globalization.DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }

    private static string Explain(SidecarFile file)
    {
        try
        {
            ModelRecord.Parse(file.Bytes);
            return "";
        }
        catch (JsonException exception)
        {
            return exception.Message.TrimEnd('.');
        }
    }
}
