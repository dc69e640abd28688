using System.Text;
using System.Text.Json;
using Precinto.Digests;
using Precinto.Files;
using Precinto.Inspection;
using Precinto.Manifests;

namespace Precinto.Signatures;

/// <summary>The record that is signed, and the record and hash files that are written where there are none.</summary>
internal sealed class SigningRecord
{
    private readonly byte[]? _recordFile;
    private readonly byte[]? _hashFile;
    private readonly bool _overwrite;

    private SigningRecord(ModelRecord signed, byte[]? recordFile, byte[]? hashFile, bool overwrite)
    {
        Signed = signed;
        _recordFile = recordFile;
        _hashFile = hashFile;
        _overwrite = overwrite;
    }

    /// <summary>What goes into the bundle as annotations.</summary>
    public ModelRecord Signed { get; }

    /// <exception cref="SigningRefusedException">The record or hash that is there speaks of another model.</exception>
    public static SigningRecord Prepare(ModelLayout layout, ModelSubject subject, SigningOptions options, DigestsTakenOver? takenOver, DateTimeOffset now)
    {
        var existing = ReadExisting(layout, subject, options, now);
        var hash = layout.FindHash();
        if (hash is not null && !options.Overwrite && !Holds(hash, subject.Digest))
            throw new SigningRefusedException([$"{ModelLayout.HashFileName} does not hold the digest of this model; remove it, or sign with --force to replace it"]);

        var signed = Combine(existing, subject, layout.Snapshot, options, takenOver, now);
        var isRecordWritten = !options.SignatureOnly && (existing is null || options.Overwrite);
        var isHashWritten = !options.SignatureOnly && (hash is null || (options.Overwrite && !Holds(hash, subject.Digest)));
        return new(
            signed,
            isRecordWritten ? WithoutSignature(signed).ToJson() : null,
            isHashWritten ? Encoding.ASCII.GetBytes(subject.Digest.Hex) : null,
            options.Overwrite);
    }

    /// <summary>Writes the files that are needed.</summary>
    /// <returns>What was written, as resources of a folder.</returns>
    public IReadOnlyList<Resource> WriteFiles(string folder, List<string> written)
    {
        List<Resource> resources = [];
        Write(ModelRecord.FileName, _recordFile);
        Write(ModelLayout.HashFileName, _hashFile);
        return resources;

        void Write(string name, byte[]? content)
        {
            if (content is null)
                return;
            NewFile.Write(Path.Combine(folder, name), content, _overwrite);
            written.Add(Path.Combine(folder, name));
            resources.Add(new(name, Hashing.Compute(content, DigestAlgorithm.Sha256)));
        }
    }

    private static ModelRecord? ReadExisting(ModelLayout layout, ModelSubject subject, SigningOptions options, DateTimeOffset now)
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
            return options.Overwrite ? null : throw new SigningRefusedException([$"{file.Name} cannot be read: {exception.Message.TrimEnd('.')}"]);
        }

        var reasons = RecordComparison.FindDisagreements(record, subject, now).Select(disagreement => $"{file.Name}: {disagreement.Message}").ToList();
        AddConflict("name", options.Name, record.Name);
        AddConflict("version", options.Version, record.Version);
        if (options.ExpiresAt is { } expiry && record.ExpiresAt is { } recorded && expiry != recorded)
            reasons.Add($"{file.Name}: expires_at is {ModelRecord.FormatTime(recorded)}, and {ModelRecord.FormatTime(expiry)} is to be signed");
        if (reasons.Count == 0)
            return record;
        if (!options.Overwrite)
            throw new SigningRefusedException([.. reasons, $"remove {file.Name}, or sign with --force to rewrite it from the model"]);

        // What disagrees with the model is dropped, the rest of the record stays.
        return RecordComparison.FindDisagreements(record, subject, now).Any() ? null : record;

        void AddConflict(string what, string? asked, string? recorded)
        {
            if (asked is not null && recorded is not null && asked != recorded)
                reasons.Add($"{file.Name}: {what} is '{recorded}', and '{asked}' is to be signed");
        }
    }

    private static ModelRecord Combine(
        ModelRecord? existing, ModelSubject subject, Snapshot snapshot, SigningOptions options, DigestsTakenOver? takenOver, DateTimeOffset now)
    {
        var facts = subject.Facts;
        return new()
        {
            CreatedAt = existing?.CreatedAt ?? RecordComparison.StatedCreation(facts) ?? WholeSeconds(now),
            ModelType = existing?.ModelType ?? facts?.Type,
            InputShape = existing?.InputShape ?? (facts?.FeatureCount is { } features ? [null, features] : null),
            FileSizeBytes = subject.Size,
            Name = options.Name ?? existing?.Name ?? (snapshot.IsFolder ? snapshot.Name : (Path.GetFileNameWithoutExtension(snapshot.Name) is { Length: > 0 } stem ? stem : snapshot.Name)),
            Version = options.Version ?? existing?.Version,
            Format = subject.Format,
            Framework = facts?.Framework ?? existing?.Framework,
            FrameworkVersion = facts?.FrameworkVersion ?? existing?.FrameworkVersion,
            ParameterCount = facts?.ParameterCount ?? existing?.ParameterCount,
            Digest = subject.Digest.ToString(),
            TrainingDataDigest = existing?.TrainingDataDigest,
            Training = existing?.Training,
            Inputs = facts is { Inputs.Count: > 0 } ? facts.Inputs : existing?.Inputs,
            Outputs = facts is { Outputs.Count: > 0 } ? facts.Outputs : existing?.Outputs,
            SignedAt = WholeSeconds(now),
            ExpiresAt = options.ExpiresAt ?? existing?.ExpiresAt,
            SignedDespite = options.DangerouslySignDespite,
            DigestsFrom = takenOver?.From,
            DigestsTakenOver = takenOver?.Count,
        };
    }

    // The file beside the model describes the model; when and why it was signed stands in the signature alone.
    private static ModelRecord WithoutSignature(ModelRecord record) => new()
    {
        CreatedAt = record.CreatedAt,
        ModelType = record.ModelType,
        InputShape = record.InputShape,
        FileSizeBytes = record.FileSizeBytes,
        Name = record.Name,
        Version = record.Version,
        Format = record.Format,
        Framework = record.Framework,
        FrameworkVersion = record.FrameworkVersion,
        ParameterCount = record.ParameterCount,
        Digest = record.Digest,
        TrainingDataDigest = record.TrainingDataDigest,
        Training = record.Training,
        Inputs = record.Inputs,
        Outputs = record.Outputs,
        ExpiresAt = record.ExpiresAt,
    };

    private static DateTimeOffset WholeSeconds(DateTimeOffset time) => new(time.Ticks - time.Ticks % TimeSpan.TicksPerSecond, time.Offset);

    private static bool Holds(SidecarFile hash, Digest digest) =>
        hash.Bytes is { } bytes && Checksums.TryParseBare(bytes, digest.Algorithm, out var stated) && stated.Equals(digest);
}
