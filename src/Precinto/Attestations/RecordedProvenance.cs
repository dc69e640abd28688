using System.Text.Json;
using Precinto.Digests;
using Precinto.Files;
using Precinto.Inspection;
using Precinto.Manifests;
using Precinto.Signatures;
using Precinto.Signatures.Bundles;

namespace Precinto.Attestations;

/// <summary>How a model was made, as far as its record says it and its attester states it.</summary>
internal static class RecordedProvenance
{
    /// <summary>The provenance of a model that was just trained, or of which its record states how.</summary>
    /// <param name="record">What the record says.</param>
    /// <param name="data">What it was made from, as the attester has it; where empty, as the record states it.</param>
    /// <param name="builderId">Who made it; null for <see cref="Provenance.LocalBuilder"/>.</param>
    public static Provenance Of(ModelRecord? record, IReadOnlyList<ResourceDescriptor> data, string? builderId)
    {
        var training = record?.Training;
        Dictionary<string, string> versions = [];
        if (training?.ToolVersion is { } tool)
            versions["precinto"] = tool;

        return new()
        {
            BuildType = training is null ? Provenance.StatedBuildType : Provenance.TrainBuildType,
            BuilderId = builderId ?? Provenance.LocalBuilder,
            BuilderVersions = versions,
            Parameters = [.. Parameters(training)],
            Dependencies = data.Count > 0 ? data : RecordedData(record),
            FinishedOn = training is null ? null : record!.CreatedAt,
        };
    }

    /// <summary>Reads a model and its record, and says of which files they speak and how these were made.</summary>
    /// <exception cref="SigningRefusedException">The record disagrees with the model or the data, or nothing is known of how it was made.</exception>
    /// <exception cref="ModelChangedException">A file changed while it was read.</exception>
    public static (IReadOnlyList<ResourceDescriptor> Subjects, Provenance Provenance) Read(
        string model, IReadOnlyList<ResourceDescriptor> data, string? builderId, DateTimeOffset now, IProgress<long>? progress, CancellationToken cancellation)
    {
        using var snapshot = Snapshot.Open(model);
        IgnoredPaths ignored = new(snapshot.IsFolder ? IgnoredPaths.Default : []);
        var irregular = snapshot.Irregularities.Where(irregularity => !ignored.Covers(irregularity.Path)).Select(irregularity => $"{irregularity.Path} {irregularity.Reason}").ToArray();
        if (irregular.Length > 0)
            throw new SigningRefusedException(irregular);

        var layout = ModelLayout.Of(snapshot, ignored, [.. AttestationFiles.Find(snapshot, ignored).Select(file => file.Name)]);
        if (layout.Payload.Count == 0)
            throw new SigningRefusedException(["the model holds no file"]);

        var examination = Examination.Run([.. layout.Payload.Select(file => new ExaminationRequest(file, [], [], Inspect: true))], progress, cancellation);
        var record = ReadRecord(layout, ModelSubject.Of(examination.Files), now);
        var recorded = RecordedData(record);
        if (data.Count == 0 && recorded.Count == 0)
            throw new SigningRefusedException([$"nothing is known of how it was made: {ModelRecord.FileName} states no training data, and no data was named"]);
        if (data.Count > 0 && recorded is [{ Digest: { } stated }] && !data.Any(one => stated.Equals(one.Digest)))
            throw new SigningRefusedException([$"{ModelRecord.FileName} states the training data {stated}, which is none of the data that was named"]);

        return ([.. examination.Files.Select(file => new ResourceDescriptor(file.Path, file.Digest))], Of(record, data, builderId));
    }

    private static ModelRecord? ReadRecord(ModelLayout layout, ModelSubject subject, DateTimeOffset now)
    {
        if (layout.FindRecord() is not { } file)
            return null;

        ModelRecord record;
        try
        {
            record = ModelRecord.Parse(file.Bytes ?? throw new JsonException(file.Problem));
        }
        catch (JsonException exception)
        {
            throw new SigningRefusedException([$"{file.Name} cannot be read: {exception.Message.TrimEnd('.')}"]);
        }

        // Beside a file the record may be another's; what it says of another model's making would be attested of this one.
        var reasons = RecordComparison.FindDisagreements(record, subject, now).Select(disagreement => $"{file.Name}: {disagreement.Message}").ToArray();
        return reasons.Length == 0 ? record : throw new SigningRefusedException(reasons);
    }

    private static IReadOnlyList<ResourceDescriptor> RecordedData(ModelRecord? record) =>
        Digest.TryParse(record?.TrainingDataDigest, out var digest) && digest.Algorithm == DigestAlgorithm.Sha256
            ? [new(record!.Training?.DataName ?? "training-data", digest)]
            : [];

    private static IEnumerable<KeyValuePair<string, ScalarValue>> Parameters(TrainingRecord? training)
    {
        if (training?.Label is { } label)
            yield return new("label", ScalarValue.From(label));
        if (training?.Algorithm is { } algorithm)
            yield return new("algorithm", ScalarValue.From(algorithm));
        if (training?.Seed is { } seed)
            yield return new("seed", ScalarValue.From(seed));
    }
}
