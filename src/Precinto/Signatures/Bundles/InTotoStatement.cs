using System.Buffers;
using System.Text.Json;
using Precinto.Formats;

namespace Precinto.Signatures.Bundles;

/// <summary>
/// An in-toto Statement v1: some subjects, and one predicate about them whose type tells what is said. The type stands under the signature,
/// so that a statement of one kind never counts as one of another.
/// </summary>
internal static class InTotoStatement
{
    public const string Type = "https://in-toto.io/Statement/v1";

    /// <exception cref="JsonException">It is no such statement.</exception>
    public static (JsonElement Subjects, string PredicateType, JsonElement Predicate) Read(JsonElement statement)
    {
        if (statement.Object("The statement").RequiredText("_type", "the statement") != Type)
            throw new JsonException($"The statement is no {Type}.");

        var predicateType = statement.RequiredText("predicateType", "the statement");
        return (statement.Required("subject", "the statement"), predicateType, statement.Required("predicate", "the statement"));
    }

    public static byte[] Write(string predicateType, Action<Utf8JsonWriter> writeSubjects, Action<Utf8JsonWriter> writePredicate)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("_type", Type);
            writer.WriteStartArray("subject");
            writeSubjects(writer);
            writer.WriteEndArray();
            writer.WriteString("predicateType", predicateType);
            writer.WritePropertyName("predicate");
            writePredicate(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
