using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Precinto.Signatures.Bundles;
using Precinto.Signatures.Keys;

namespace Precinto.Tests.Signatures.Bundles;

/// <summary>A bundle made by hand and properly signed, whatever it says.</summary>
internal static class ForgedBundle
{
    public const string Content = "the weights of a model";

    public static string Hex(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));

    /// <summary>A statement about files by name and content.</summary>
    public static JsonObject Statement(params (string Name, string Content)[] files)
    {
        JsonArray resources = [];
        foreach (var (name, content) in files)
            resources.Add(new JsonObject { ["name"] = name, ["digest"] = Hex(content), ["algorithm"] = "sha256" });

        JsonObject statement = new()
        {
            ["_type"] = "https://in-toto.io/Statement/v1",
            ["subject"] = new JsonArray(new JsonObject { ["name"] = "model", ["digest"] = new JsonObject() }),
            ["predicateType"] = "https://model_signing/signature/v1.0",
            ["predicate"] = new JsonObject
            {
                ["resources"] = resources,
                ["serialization"] = new JsonObject { ["method"] = "files", ["hash_type"] = "sha256", ["allow_symlinks"] = false, ["ignore_paths"] = new JsonArray() },
            },
        };
        Rehash(statement);
        return statement;
    }

    /// <summary>Makes the root digest fit again, so that only what a test meant to be wrong is wrong.</summary>
    public static void Rehash(JsonObject statement)
    {
        var resources = statement["predicate"]!["resources"]!.AsArray();
        byte[] digests = [.. resources.SelectMany(resource => Convert.FromHexString(resource!["digest"]!.GetValue<string>()))];
        statement["subject"]![0]!["digest"]!["sha256"] = Convert.ToHexStringLower(SHA256.HashData(digests));
    }

    public static byte[] Sign(JsonObject statement, SigningKey key) => Sign(statement.ToJsonString(), key);

    public static byte[] Sign(string payload, SigningKey key) => ModelBundle.Sign(Encoding.UTF8.GetBytes(payload), key);

    public static byte[] Sign(byte[] payload, SigningKey key) => ModelBundle.Sign(payload, key);

    /// <summary>Changes the bundle around a signature that still holds.</summary>
    public static byte[] Change(byte[] bundle, Action<JsonObject> change)
    {
        var node = JsonNode.Parse(bundle)!.AsObject();
        change(node);
        return Encoding.UTF8.GetBytes(node.ToJsonString());
    }
}
