using System.Text.Json;
using Precinto.Formats;
using Precinto.Manifests;

namespace Precinto.Signatures.Bundles;

/// <summary>
/// An in-toto Statement v1 with the predicate of OpenSSF Model Signing 1.0: one subject (name, root digest, and here the record as annotations).
/// </summary>
internal sealed class ModelStatement(string? subjectName, Manifest manifest, ModelRecord? record, IReadOnlyList<string> notes)
{
    /// <summary>The name under which the model was signed; null where the statement has none.</summary>
    public string? SubjectName { get; } = subjectName;

    public Manifest Manifest { get; } = manifest;

    /// <summary>The record that was signed with it, or null for a bundle that carries none.</summary>
    public ModelRecord? Record { get; } = record;

    /// <summary>Where the statement leaves the specification in a way that is still understood.</summary>
    public IReadOnlyList<string> Notes { get; } = notes;

    /// <summary>Whether what was signed is <see cref="DsseEnvelope.EncodeAsBefore"/>, with SHA-256 whatever the curve.</summary>
    public bool IsOldEncoding { get; init; }

    /// <exception cref="JsonException">It is no such statement.</exception>
    public static ModelStatement Parse(ReadOnlyMemory<byte> payload)
    {
        using var document = StrictJson.Parse(payload);
        var statement = document.RootElement.Closed("The statement", "_type", "subject", "predicateType", "predicate");
        var (allSubjects, predicateType, body) = InTotoStatement.Read(statement);
        if (predicateType == OldStatement.Type)
            return OldStatement.Read(allSubjects, body);
        if (predicateType != ModelPredicate.Type)
            throw new JsonException($"The statement is about '{predicateType}', not {ModelPredicate.Type}.");

        List<string> notes = [];
        var manifest = ModelPredicate.Read(body, notes);

        var subjects = allSubjects.Array("'subject'").ToArray();
        if (subjects.Length != 1)
            throw new JsonException($"The statement has {subjects.Length} subjects instead of one.");

        var subject = subjects[0].Object("The subject");
        var name = subject.RequiredText("name", "the subject");
        if (name.Length == 0)
            throw new JsonException("The subject has no name.");

        var rootDigest = subject.Required("digest", "the subject").Closed("'digest' of the subject", "sha256").RequiredText("sha256", "the subject's digest");
        if (rootDigest != manifest.RootDigest.Hex)
            throw new JsonException("The subject's digest is not the root digest of its resources.");

        var record = subject.Optional("annotations") is { } annotations ? ModelRecord.Parse(annotations) : null;
        if (record?.Name is { } recorded && recorded != name)
            throw new JsonException($"The subject is named '{name}' and its record '{recorded}'.");

        return new(name, manifest, record, notes);
    }

    public static byte[] Write(string subjectName, Manifest manifest, ModelRecord record) => InTotoStatement.Write(
        ModelPredicate.Type,
        writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("name", subjectName);
            writer.WriteStartObject("digest");
            writer.WriteString("sha256", manifest.RootDigest.Hex);
            writer.WriteEndObject();
            writer.WritePropertyName("annotations");
            record.WriteTo(writer);
            writer.WriteEndObject();
        },
        writer => ModelPredicate.Write(writer, manifest));
}
