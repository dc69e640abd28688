using Precinto.Manifests;

namespace Precinto.Verification;

/// <summary>
/// What trusted signatures say of the model's name and version. As many different signers must say it as the policy demands signatures:
/// one stolen key and an old signature of another signer must not make a new version together. Where two disagree, that is a conflict.
/// </summary>
internal sealed class ModelIdentity
{
    private ModelIdentity(string? name, string? version, IReadOnlyList<string> conflicts)
    {
        Name = name;
        Version = version;
        Conflicts = conflicts;
    }

    public string? Name { get; }

    public string? Version { get; }

    public IReadOnlyList<string> Conflicts { get; }

    public static ModelIdentity Of(Evidence evidence, ModelRecord? recordFile)
    {
        List<string> conflicts = [];
        var statements = evidence.Trusted.SelectMany(assessment => Statements(evidence, assessment, recordFile)).ToArray();
        var name = Agreed("name", statements.Select(statement => (statement.Signer, statement.Name)), evidence.Policy.Threshold, conflicts);
        var version = Agreed("version", statements.Select(statement => (statement.Signer, statement.Version)), evidence.Policy.Threshold, conflicts);
        return new(name, version, conflicts);
    }

    private static IEnumerable<(Signer Signer, string? Name, string? Version)> Statements(Evidence evidence, SignatureAssessment assessment, ModelRecord? recordFile)
    {
        var signer = assessment.Signer;
        yield return (signer, assessment.Record?.Name ?? assessment.SubjectName, assessment.Record?.Version);
        if (recordFile is not null && evidence.Layout.Snapshot.IsFolder && evidence.Covers(assessment, ModelRecord.FileName))
            yield return (signer, recordFile.Name, recordFile.Version);
    }

    private static string? Agreed(string what, IEnumerable<(Signer Signer, string? Value)> statements, int threshold, List<string> conflicts)
    {
        var values = statements.Where(statement => statement.Value is not null).GroupBy(statement => statement.Value!, StringComparer.Ordinal).ToArray();
        if (values.Length > 1)
            conflicts.Add($"trusted signatures disagree about the {what}: {string.Join(", ", values.Select(value => $"'{value.Key}'"))}");
        return values.Length == 1 && DistinctSigners.Of(values[0].Select(statement => statement.Signer)).Count() >= threshold ? values[0].Key : null;
    }
}
