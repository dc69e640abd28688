using Precinto.Manifests;

namespace Precinto.Verification;

/// <summary>Does the record agree with the content?</summary>
internal static class MetadataCheck
{
    public static Check Run(Evidence evidence)
    {
        CheckInProgress check = new(CheckName.Metadata);
        var recordFile = evidence.RecordFile?.Content;
        if (evidence.RecordFile is { Problem: { } problem } file)
            check.Fail(RecordRules.Unreadable, $"{file.Name} {problem}");
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

        if (check.IsEmpty)
            check.Note("there is no record");
        return check.Finish();
    }

    private static void Compare(CheckInProgress check, string source, ModelRecord record, ModelSubject subject, DateTimeOffset now)
    {
        var disagreements = RecordComparison.FindDisagreements(record, subject, now).ToArray();
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
        Compare("training", signed.Training, file.Training);
        if (signed.InputShape is not null && file.InputShape is not null && !signed.InputShape.SequenceEqual(file.InputShape))
            check.Fail(RecordRules.RecordsDiffer, $"input_shape in {ModelRecord.FileName} is not what was signed");

        void Compare<T>(string name, T? inSignature, T? inFile)
        {
            if (inSignature is not null && inFile is not null && !inSignature.Equals(inFile))
                check.Fail(RecordRules.RecordsDiffer, $"{name} in {ModelRecord.FileName} is not what was signed");
        }
    }
}
