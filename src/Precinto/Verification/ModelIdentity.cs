namespace Precinto.Verification;

/// <summary>What trusted signatures say of the model's name and version; where two of them disagree, that is a conflict.</summary>
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

    public static ModelIdentity Of(Evidence evidence, Manifests.ModelRecord? signedRecordFile)
    {
        List<string> conflicts = [];
        var records = evidence.Trusted.Select(assessment => assessment.Record).Append(signedRecordFile).ToArray();
        var name = Single("name", records.Select(record => record?.Name), conflicts)
            ?? Single("name", evidence.Trusted.Select(assessment => assessment.SubjectName), conflicts);
        return new(name, Single("version", records.Select(record => record?.Version), conflicts), conflicts);
    }

    private static string? Single(string what, IEnumerable<string?> values, List<string> conflicts)
    {
        var distinct = values.OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        if (distinct.Length > 1)
            conflicts.Add($"trusted signatures disagree about the {what}: {string.Join(", ", distinct.Select(value => $"'{value}'"))}");
        return distinct.Length == 1 ? distinct[0] : null;
    }
}
