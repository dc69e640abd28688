using System.Text.Json;
using Precinto.Digests;
using Precinto.Formats;
using Precinto.Manifests;

namespace Precinto.Signatures.Bundles;

/// <summary>The statement of version 0.2.0 of the specification's own tool: one subject a file with its SHA-256, no root digest, and a predicate that says nothing.</summary>
internal static class OldStatement
{
    public const string Type = "https://model_signing/Digests/v0.1";

    /// <exception cref="JsonException">It is no such statement.</exception>
    public static ModelStatement Read(JsonElement subjects, JsonElement predicate)
    {
        predicate.Closed("The predicate", "unused");
        List<Resource> resources = [];
        HashSet<string> paths = new(StringComparer.Ordinal);
        foreach (var element in subjects.Array("'subject'"))
        {
            var subject = element.Closed("A subject", "name", "digest", "annotations");
            var path = subject.RequiredText("name", "a subject");
            if (!ModelPath.IsProper(path) || !paths.Add(path))
                throw new JsonException($"The subject '{path}' has no proper path, or stands there twice.");

            var annotations = subject.Required("annotations", "a subject").Closed("'annotations'", "actual_hash_algorithm");
            if (annotations.RequiredText("actual_hash_algorithm", "'annotations'") != "file-sha256")
                throw new JsonException($"'{path}' was hashed by another algorithm than SHA-256 of the whole file.");
            var hex = subject.Required("digest", "a subject").Closed("'digest' of a subject", "sha256").RequiredText("sha256", "a subject's digest");
            if (!Digest.TryParseHex(DigestAlgorithm.Sha256, hex, out var digest))
                throw new JsonException($"The digest of '{path}' is no SHA-256 in lower-case hexadecimal.");
            resources.Add(new(path, digest));
        }

        return resources.Count > 0
            ? new(null, new(resources), null, ["it is of version 0.2.0, whose encoding is accepted of this old kind of statement alone"]) { IsOldEncoding = true }
            : throw new JsonException("No resource was signed.");
    }
}
