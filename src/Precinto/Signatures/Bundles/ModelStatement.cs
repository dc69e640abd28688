using System.Text.Json;
using Precinto.Digests;
using Precinto.Files;
using Precinto.Formats;
using Precinto.Manifests;

namespace Precinto.Signatures.Bundles;

/// <summary>
/// An in-toto Statement v1 with the predicate of OpenSSF Model Signing 1.0: one subject (name, root digest, and here the record as annotations)
/// and one resource a file.
/// </summary>
internal sealed class ModelStatement(string subjectName, Manifest manifest, ModelRecord? record, IReadOnlyList<string> notes)
{
    public string SubjectName { get; } = subjectName;

    public Manifest Manifest { get; } = manifest;

    /// <summary>The record that was signed with it, or null for a bundle that carries none.</summary>
    public ModelRecord? Record { get; } = record;

    /// <summary>Where the statement leaves the specification in a way that is still understood.</summary>
    public IReadOnlyList<string> Notes { get; } = notes;

    /// <exception cref="JsonException">It is no such statement.</exception>
    public static ModelStatement Parse(ReadOnlyMemory<byte> payload)
    {
        using var document = StrictJson.Parse(payload);
        var statement = document.RootElement.Closed("The statement", "_type", "subject", "predicateType", "predicate");
        var (allSubjects, predicateType, body) = InTotoStatement.Read(statement);
        if (predicateType != PredicateType)
            throw new JsonException($"The statement is about '{predicateType}', not {PredicateType}.");

        var predicate = body.Closed("The predicate", "resources", "serialization");
        List<string> notes = [];
        var manifest = ParseManifest(predicate, notes);

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
        PredicateType,
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
        writer =>
        {
            writer.WriteStartObject();
            WriteSerialization(writer, manifest);
            writer.WriteStartArray("resources");
            foreach (var resource in manifest.Resources)
            {
                writer.WriteStartObject();
                writer.WriteString("name", resource.Path);
                writer.WriteString("digest", resource.Digest.Hex);
                writer.WriteString("algorithm", resource.Digest.Algorithm.Name);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });

    private static void WriteSerialization(Utf8JsonWriter writer, Manifest manifest)
    {
        writer.WriteStartObject("serialization");
        writer.WriteString("method", "files");
        writer.WriteString("hash_type", manifest.Resources[0].Digest.Algorithm.Name);
        writer.WriteBoolean("allow_symlinks", false);
        writer.WriteStartArray("ignore_paths");
        foreach (var path in manifest.IgnoredPaths)
            writer.WriteStringValue(path);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static Manifest ParseManifest(JsonElement predicate, List<string> notes)
    {
        var serialization = predicate.Required("serialization", "the predicate")
            .Closed("'serialization'", "method", "hash_type", "allow_symlinks", "shard_size", "ignore_paths");
        var method = serialization.RequiredText("method", "'serialization'");
        if (method == "shards")
            throw new JsonException("The model was signed by the method 'shards', which this version does not verify; sign it by the method 'files'.");
        if (method != "files")
            throw new JsonException($"The model was signed by the unknown method '{method}'.");
        if (serialization.Optional("shard_size") is not null)
            throw new JsonException("'shard_size' stands beside the method 'files'.");
        if (serialization.Required("allow_symlinks", "'serialization'").Boolean("'allow_symlinks'"))
            notes.Add("its author allowed links; links are refused all the same");

        var hash = serialization.RequiredText("hash_type", "'serialization'");
        if (!DigestAlgorithm.TryParse(hash, out var algorithm) || !SignableAlgorithms.Contains(algorithm))
            throw new JsonException($"The hash '{hash}' is not one of the specification's.");

        List<Resource> resources = [];
        HashSet<string> paths = new(StringComparer.Ordinal);
        foreach (var element in predicate.Required("resources", "the predicate").Array("'resources'"))
        {
            var resource = ParseResource(element, algorithm, notes);
            if (!paths.Add(resource.Path))
                throw new JsonException($"The resource '{resource.Path}' stands there twice.");
            resources.Add(resource);
        }

        if (resources.Count == 0)
            throw new JsonException("No resource was signed.");
        if (resources.Count > 1 && paths.Contains("."))
            throw new JsonException("The resource '.' stands for a single file, and others stand beside it.");

        RefuseDisorder(resources, notes);

        return new(resources, ParseIgnoredPaths(serialization));
    }

    // Section 6.4 orders by code point; older tools wrote the order of path components, and their bundles exist.
    private static void RefuseDisorder(List<Resource> resources, List<string> notes)
    {
        if (resources.Zip(resources.Skip(1)).All(pair => Snapshot.ComparePaths(pair.First.Path, pair.Second.Path) < 0))
            return;

        // A slash that sorts before every other character turns the one order into the other.
        static string ByComponents(string path) => path.Replace('/', '\0');
        if (!resources.Zip(resources.Skip(1)).All(pair => Snapshot.ComparePaths(ByComponents(pair.First.Path), ByComponents(pair.Second.Path)) < 0))
            throw new JsonException("The resources are not in order.");

        notes.Add("its resources are in the order of path components, as older tools write them");
    }

    private static Resource ParseResource(JsonElement element, DigestAlgorithm algorithm, List<string> notes)
    {
        // Unknown members of a resource are to be ignored (OMS 1.0, section 5.2.1).
        var path = element.Object("A resource").RequiredText("name", "a resource");
        if (path == ".")
            notes.Add("its resource is named '.', as older tools name a single file");
        else if (!ModelPath.IsProper(path))
            throw new JsonException($"The resource '{path}' has no proper path.");
        if (element.RequiredText("algorithm", "a resource") != algorithm.Name)
            throw new JsonException($"The resource '{path}' was hashed by another algorithm than the bundle states.");
        if (!Digest.TryParseHex(algorithm, element.RequiredText("digest", "a resource"), out var digest))
            throw new JsonException($"The digest of '{path}' is no {algorithm.Name} digest in lower-case hexadecimal.");
        return new(path, digest);
    }

    private static string[] ParseIgnoredPaths(JsonElement serialization)
    {
        if (serialization.Optional("ignore_paths") is not { } element)
            return [];

        var paths = element.Array("'ignore_paths'").Select(path => path.Text("an ignored path")).ToArray();
        foreach (var path in paths)
            if (!ModelPath.IsProper(path))
                throw new JsonException($"The ignored path '{path}' is no path inside the model.");
        return paths;
    }

    private static readonly DigestAlgorithm[] SignableAlgorithms = [DigestAlgorithm.Sha256, DigestAlgorithm.Blake2b, DigestAlgorithm.Blake3];

    private const string PredicateType = "https://model_signing/signature/v1.0";
}
