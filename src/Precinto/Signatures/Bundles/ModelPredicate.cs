using System.Globalization;
using System.Text.Json;
using Precinto.Digests;
using Precinto.Files;
using Precinto.Formats;
using Precinto.Manifests;

namespace Precinto.Signatures.Bundles;

/// <summary>
/// The predicate of OpenSSF Model Signing 1.0: how the model was serialized, and one resource a file (method <c>files</c>) or a part of a file (method <c>shards</c>).
/// What it leaves open, and what older tools wrote into bundles that exist, is read strictly and noted.
/// </summary>
internal static class ModelPredicate
{
    public const string Type = "https://model_signing/signature/v1.0";

    /// <exception cref="JsonException">It is no such predicate.</exception>
    public static Manifest Read(JsonElement body, List<string> notes)
    {
        var predicate = body.Closed("The predicate", "resources", "serialization");
        var serialization = predicate.Required("serialization", "the predicate")
            .Closed("'serialization'", "method", "hash_type", "allow_symlinks", "shard_size", "ignore_paths");
        var method = ReadMethod(serialization, notes);
        if (serialization.Required("allow_symlinks", "'serialization'").Boolean("'allow_symlinks'"))
            Note(notes, "its author allowed links; links are refused all the same");

        List<Resource> resources = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (var element in predicate.Required("resources", "the predicate").Array("'resources'"))
        {
            var resource = ReadResource(element, method, notes);
            if (!names.Add(resource.Name))
                throw new JsonException($"The resource '{resource.Name}' stands there twice.");
            resources.Add(resource);
        }

        if (resources.Count == 0)
            throw new JsonException("No resource was signed.");
        if (resources.Any(resource => resource.Path == Manifest.Nameless) && resources.Any(resource => resource.Path != Manifest.Nameless))
            throw new JsonException("The resource '.' stands for a single file, and others stand beside it.");

        RefuseDisorder(resources, notes);
        if (method.ShardSize is { } size)
            RefuseGaps(resources, size);
        return new(resources, ReadIgnoredPaths(serialization), method.ShardSize);
    }

    public static void Write(Utf8JsonWriter writer, Manifest manifest)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("serialization");
        writer.WriteString("method", manifest.Method.ShardSize is null ? Files : Shards);
        writer.WriteString("hash_type", manifest.Method.Algorithm.Name);
        if (manifest.Method.ShardSize is { } size)
            writer.WriteNumber("shard_size", size);
        writer.WriteBoolean("allow_symlinks", false);
        writer.WriteStartArray("ignore_paths");
        foreach (var path in manifest.IgnoredPaths)
            writer.WriteStringValue(path);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteStartArray("resources");
        foreach (var resource in manifest.Resources)
        {
            writer.WriteStartObject();
            writer.WriteString("name", resource.Name);
            writer.WriteString("digest", resource.Digest.Hex);
            writer.WriteString("algorithm", resource.Digest.Algorithm.Name);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static HashMethod ReadMethod(JsonElement serialization, List<string> notes)
    {
        var hash = serialization.RequiredText("hash_type", "'serialization'");
        if (!DigestAlgorithm.TryParse(hash, out var algorithm) || !SignableAlgorithms.Contains(algorithm))
            throw new JsonException($"The hash '{hash}' is not one of the specification's.");

        var size = serialization.Optional("shard_size");
        switch (serialization.RequiredText("method", "'serialization'"))
        {
            case Files:
                return size is null ? new(algorithm, null) : throw new JsonException("'shard_size' stands beside the method 'files'.");
            case Shards:
                return new(algorithm, ReadShardSize(size ?? throw new JsonException("The method 'shards' lacks its 'shard_size'."), notes));
            case var unknown:
                throw new JsonException($"The model was signed by the unknown method '{unknown}'.");
        }
    }

    // One tool writes the number as a fraction: 1000000000.0.
    private static long ReadShardSize(JsonElement element, List<string> notes)
    {
        var text = element.ValueKind == JsonValueKind.Number ? element.GetRawText() : "";
        if (text.EndsWith(".0", StringComparison.Ordinal))
        {
            Note(notes, "its shard_size is written as a fraction, as an older tool writes it");
            text = text[..^2];
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0
            ? size
            : throw new JsonException("'shard_size' is no whole number of bytes.");
    }

    private static Resource ReadResource(JsonElement element, HashMethod method, List<string> notes)
    {
        // Unknown members of a resource are to be ignored (OMS 1.0, section 5.2.1).
        var name = element.Object("A resource").RequiredText("name", "a resource");
        var (path, shard) = method.ShardSize is null ? (name, null) : SplitName(name);
        if (path == Manifest.Nameless)
            Note(notes, "its resource is named '.', as older tools name a single file");
        else if (!ModelPath.IsProper(path))
            throw new JsonException($"The resource '{name}' has no proper path.");

        var algorithm = element.RequiredText("algorithm", "a resource");
        if (method.ShardSize is { } size && algorithm == string.Create(CultureInfo.InvariantCulture, $"{method.Algorithm.Name}-sharded-{size}"))
            Note(notes, "its resources name the size of the parts beside the hash, as older tools write it");
        else if (algorithm != method.Algorithm.Name)
            throw new JsonException($"The resource '{name}' was hashed by another algorithm than the bundle states.");
        if (!Digest.TryParseHex(method.Algorithm, element.RequiredText("digest", "a resource"), out var digest))
            throw new JsonException($"The digest of '{name}' is no {method.Algorithm.Name} digest in lower-case hexadecimal.");
        return new(path, digest, shard);
    }

    // A path may hold colons of its own: the last two are ours.
    private static (string Path, Shard Shard) SplitName(string name)
    {
        var second = name.LastIndexOf(':');
        var first = second > 0 ? name.LastIndexOf(':', second - 1) : -1;
        return first > 0 && TryReadOffset(name[(first + 1)..second], out var start) && TryReadOffset(name[(second + 1)..], out var end) && start < end
            ? (name[..first], new(start, end))
            : throw new JsonException($"The resource '{name}' names no part of a file.");
    }

    // One number, one text: another text for it would be another name for the same part.
    private static bool TryReadOffset(string text, out long offset) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out offset) && (text.Length == 1 || text[0] != '0');

    // Section 6.4 orders by code point; older tools wrote the order of path components and of numbers, and their bundles exist.
    private static void RefuseDisorder(List<Resource> resources, List<string> notes)
    {
        if (IsOrdered((left, right) => Snapshot.ComparePaths(left.Name, right.Name)))
            return;

        if (IsOrdered((left, right) => ThenByStart(Snapshot.ComparePaths(left.Path, right.Path), left, right)))
            Note(notes, "its parts are in the order of their numbers, as older tools write them");
        else if (IsOrdered((left, right) => ThenByStart(Snapshot.ComparePaths(ByComponents(left.Path), ByComponents(right.Path)), left, right)))
            Note(notes, "its resources are in the order of path components, as older tools write them");
        else
            throw new JsonException("The resources are not in order.");

        bool IsOrdered(Comparison<Resource> compare) => resources.Zip(resources.Skip(1)).All(pair => compare(pair.First, pair.Second) < 0);

        // A slash that sorts before every other character turns the one order into the other.
        static string ByComponents(string path) => path.Replace('/', '\0');

        static int ThenByStart(int order, Resource left, Resource right) => order != 0 ? order : (left.Shard?.Start ?? 0).CompareTo(right.Shard?.Start ?? 0);
    }

    // A part that is left out would not be protected, and a part that reaches into another one could be read in two ways.
    private static void RefuseGaps(List<Resource> resources, long size)
    {
        foreach (var file in resources.GroupBy(resource => resource.Path, StringComparer.Ordinal))
        {
            var expected = 0L;
            foreach (var shard in file.Select(resource => resource.Shard!).OrderBy(shard => shard.Start))
            {
                var isWhole = shard.End - shard.Start == size;
                if (shard.Start != expected || shard.Start % size != 0 || shard.End - shard.Start > size)
                    throw new JsonException($"The parts of '{file.Key}' do not cover it piece by piece.");
                expected = isWhole ? shard.End : -1;
            }
        }
    }

    private static string[] ReadIgnoredPaths(JsonElement serialization)
    {
        if (serialization.Optional("ignore_paths") is not { } element)
            return [];

        var paths = element.Array("'ignore_paths'").Select(path => path.Text("an ignored path")).ToArray();
        foreach (var path in paths)
            if (!ModelPath.IsProper(path))
                throw new JsonException($"The ignored path '{path}' is no path inside the model.");
        return paths;
    }

    // Each once, however many resources it is true of.
    private static void Note(List<string> notes, string note)
    {
        if (!notes.Contains(note))
            notes.Add(note);
    }

    private const string Files = "files";
    private const string Shards = "shards";
    private static readonly DigestAlgorithm[] SignableAlgorithms = [DigestAlgorithm.Sha256, DigestAlgorithm.Blake2b, DigestAlgorithm.Blake3];
}
