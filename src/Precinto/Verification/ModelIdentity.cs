using Precinto.Manifests;

namespace Precinto.Verification;

/// <summary>
/// What trusted signatures say of the model's name and version. As many different signers must say it as the policy demands signatures:
/// one stolen key and an old signature of another signer must not make a new version together, and they must say it of every file.
/// Where two disagree, that is a conflict.
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
        var name = Agreed("name", statements.Select(statement => (statement.By, statement.Name)), evidence, conflicts);
        var version = Agreed("version", statements.Select(statement => (statement.By, statement.Version)), evidence, conflicts);
        return new(name, version, conflicts);
    }

    private static IEnumerable<(SignatureAssessment By, string? Name, string? Version)> Statements(Evidence evidence, SignatureAssessment assessment, ModelRecord? recordFile)
    {
        yield return (assessment, assessment.Record?.Name ?? assessment.SubjectName, assessment.Record?.Version);
        if (recordFile is not null && evidence.Layout.Snapshot.IsFolder && evidence.Covers(assessment, ModelRecord.FileName))
            yield return (assessment, recordFile.Name, recordFile.Version);
    }

    private static string? Agreed(string what, IEnumerable<(SignatureAssessment By, string? Value)> statements, Evidence evidence, List<string> conflicts)
    {
        var values = statements.Where(statement => statement.Value is not null).GroupBy(statement => statement.Value!, StringComparer.Ordinal).ToArray();
        if (values.Length > 1)
            conflicts.Add($"trusted signatures disagree about the {what}: {string.Join(", ", values.Select(value => $"'{value.Key}'"))}");
        return values.Length == 1 && evidence.IsSaidOfAll([.. values[0].Select(statement => statement.By).Distinct()]) ? values[0].Key : null;
    }
}
