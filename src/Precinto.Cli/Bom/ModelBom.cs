using Precinto.Cli.Output;
using Precinto.Digests;
using Precinto.Inspection;
using Precinto.Manifests;
using Precinto.Verification;

namespace Precinto.Cli.Bom;

/// <summary>The bill of materials of a model: its files, what it states of itself, what it was made from, and who vouches for it.</summary>
internal static class ModelBom
{
    /// <param name="report">What was found; files, facts and signatures come from it.</param>
    /// <param name="isVerified">Whether somebody was trusted, so that the verdict is one.</param>
    /// <param name="licence">An SPDX expression.</param>
    /// <param name="name">The name where no trusted signature states one.</param>
    /// <param name="version">The version where no trusted signature states one.</param>
    /// <param name="timestamp">The time of the document, or null for the model's own.</param>
    public static BomDocument Make(VerificationReport report, bool isVerified, string? licence, string? name, string? version, DateTimeOffset? timestamp)
    {
        var record = report.Record;
        var data = TrainingData(record);
        BomComponent[] files = [.. report.Files.Select(file => File(file, report.Inspections.FirstOrDefault(inspection => inspection.Path == file.Path)))];
        var isOneFile = report.Files.Any(file => file.Digest.Equals(report.Digest));
        BomComponent model = new("machine-learning-model", "model", report.Name ?? name ?? record?.Name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(report.ModelPath))))
        {
            Version = report.Version ?? version ?? record?.Version,
            Hashes = isOneFile ? [report.Digest!] : [],
            Licence = licence,
            ModelCard = Card(report.Facts, record, data),
            Links =
            [
                .. report.SignatureFiles.Select(file => new BomLink("digital-signature", Address(file.Path), file.Digest)),
                .. report.Attestations.Select(attestation => new BomLink("attestation", Address(attestation.Source), null)),
            ],
            Properties = [.. Properties(report, record, isVerified, isOneFile)],
        };
        BomComponent[] parts = data is null ? files : [.. files, data];
        return new(
            model, parts,
            [new(model.Reference, [.. parts.Select(part => part.Reference)]), .. parts.Select(part => new KeyValuePair<string, IReadOnlyList<string>>(part.Reference, []))],
            timestamp ?? record?.CreatedAt);
    }

    private static BomComponent File(Resource file, FileInspection? inspection) => new("file", $"file:{file.Path}", file.Path)
    {
        Hashes = [file.Digest],
        Properties = inspection is null ? [] : [new("precinto:format", inspection.Format), new("precinto:size", $"{inspection.Size}"), new("precinto:inspection", FactsJson.NameOf(inspection.Verdict))],
    };

    private static BomComponent? TrainingData(ModelRecord? record) =>
        Digest.TryParse(record?.TrainingDataDigest, out var digest) && digest.Algorithm == DigestAlgorithm.Sha256
            ? new("data", "training-data", record!.Training?.DataName ?? "training data") { Hashes = [digest] }
            : null;

    private static ModelCard? Card(ModelFacts? facts, ModelRecord? record, BomComponent? data)
    {
        ModelCard card = new(
            // Both trainers of ours learn from labels, and so did whatever tells classes apart.
            record?.Training?.Label is not null || facts?.Classes is not null ? "supervised" : null,
            record?.Training?.Label is not null || facts?.Classes is not null ? "classification" : null,
            record?.Training?.Algorithm,
            facts?.Type ?? record?.ModelType,
            data is null ? [] : [data.Reference],
            [.. (facts is { Inputs.Count: > 0 } ? facts.Inputs : record?.Inputs ?? []).Take(MaximumTensors).Select(Describe)],
            [.. (facts is { Outputs.Count: > 0 } ? facts.Outputs : record?.Outputs ?? []).Take(MaximumTensors).Select(Describe)]);
        return card is { Approach: null, Family: null, Architecture: null, DataReferences.Count: 0, Inputs.Count: 0, Outputs.Count: 0 } ? null : card;
    }

    private static string Describe(TensorFact tensor) => $"{tensor.Name} {tensor.ElementType} [{string.Join(", ", tensor.Shape.Select(length => length?.ToString() ?? "?"))}]";

    private static IEnumerable<KeyValuePair<string, string>> Properties(VerificationReport report, ModelRecord? record, bool isVerified, bool isOneFile)
    {
        yield return new("precinto:verdict", isVerified ? ReportText.NameOf(report.Verdict) : "not verified");
        foreach (var signer in report.Signers.Where(signer => signer.IsTrusted).Select(signer => $"{signer.Kind} {signer.Identity}").Distinct())
            yield return new("precinto:signer", signer);
        if (!isOneFile && report.Digest is { } root)
            yield return new("precinto:root-digest", root.ToString());
        if (report.Facts?.Framework is { } framework)
            yield return new("precinto:framework", report.Facts.FrameworkVersion is { } version ? $"{framework} {version}" : framework);
        if ((report.Facts?.ParameterCount ?? record?.ParameterCount) is { } parameters)
            yield return new("precinto:parameters", $"{parameters}");
        if (report.Facts is { Tensors.Count: > 0 } facts)
            yield return new("precinto:tensors", $"{facts.Tensors.Count}");
        if (report.Facts?.FeatureCount is { } features)
            yield return new("precinto:features", $"{features}");
    }

    // Relative to the model, and a URI reference whatever the file is called.
    private static string Address(string path) => string.Join('/', path.Replace(Path.DirectorySeparatorChar, '/').Split('/').Select(Uri.EscapeDataString));

    private const int MaximumTensors = 100;
}
