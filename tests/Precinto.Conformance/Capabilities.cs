using System.Text.Json;
using Precinto.Verification;

namespace Precinto.Conformance;

/// <summary>What the adapter can do beyond what the suite takes for granted.</summary>
internal static class Capabilities
{
    public static int Run()
    {
        using var output = Console.OpenStandardOutput();
        using Utf8JsonWriter writer = new(output);
        writer.WriteStartObject();
        writer.WriteStartArray("flags");
        foreach (var name in AdapterArguments.OptionalNames)
            writer.WriteStringValue(name);
        writer.WriteEndArray();
        writer.WriteStartArray("hash_algorithms");
        foreach (var name in new[] { "sha256", "blake2b", "blake3" })
            writer.WriteStringValue(name);
        writer.WriteEndArray();
        writer.WriteBoolean("benchmark_model", true);
        writer.WriteString("client_version", typeof(Verifier).Assembly.GetName().Version?.ToString(3));
        writer.WriteEndObject();
        return 0;
    }
}
