using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Precinto.Attestations;
using Precinto.Cli.Output;
using Precinto.Digests;

namespace Precinto.Cli.Bom;

/// <summary>
/// Writes CycloneDX 1.6 in JSON (ECMA-424). The same content gives the same bytes: the serial number is made of the content, and a time stands there
/// only where one was given.
/// </summary>
internal static class CycloneDxWriter
{
    public static byte[] Write(BomDocument document)
    {
        var content = Write(document, null);
        return Write(document, SerialNumber(content));
    }

    // RFC 9562, section 5.8: a UUID of version 8 is free to be a hash, where version 5 would have to be SHA-1.
    private static string SerialNumber(byte[] content)
    {
        var bytes = SHA256.HashData(content)[..16];
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return $"urn:uuid:{new Guid(bytes, bigEndian: true):D}";
    }

    private static byte[] Write(BomDocument document, string? serialNumber)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.Default }))
        {
            writer.WriteStartObject();
            writer.WriteString("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json");
            writer.WriteString("bomFormat", "CycloneDX");
            writer.WriteString("specVersion", "1.6");
            if (serialNumber is not null)
                writer.WriteString("serialNumber", serialNumber);
            writer.WriteNumber("version", 1);
            WriteMetadata(writer, document);
            writer.WriteStartArray("components");
            foreach (var component in document.Components)
                WriteComponent(writer, component);
            writer.WriteEndArray();
            writer.WriteStartArray("dependencies");
            foreach (var (reference, needed) in document.Dependencies)
                WriteDependency(writer, reference, needed);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteMetadata(Utf8JsonWriter writer, BomDocument document)
    {
        writer.WriteStartObject("metadata");
        if (document.Timestamp is { } time)
            writer.WriteString("timestamp", time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        writer.WriteStartObject("tools");
        writer.WriteStartArray("components");
        WriteComponent(writer, new("application", "tool:precinto", "precinto") { Version = ToolVersion.Text });
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WritePropertyName("component");
        WriteComponent(writer, document.Subject);
        writer.WriteEndObject();
    }

    private static void WriteComponent(Utf8JsonWriter writer, BomComponent component)
    {
        writer.WriteStartObject();
        writer.WriteString("type", component.Type);
        writer.WriteData("bom-ref", component.Reference);
        writer.WriteData("name", component.Name);
        if (component.Version is not null)
            writer.WriteData("version", component.Version);
        WriteHashes(writer, component.Hashes);
        if (component.Licence is not null)
        {
            writer.WriteStartArray("licenses");
            writer.WriteStartObject();
            writer.WriteString("expression", component.Licence);
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        if (component.PackageUrl is not null)
            writer.WriteData("purl", component.PackageUrl);
        WriteLinks(writer, component.Links);
        if (component.ModelCard is { } card)
            WriteModelCard(writer, card);
        if (component.Properties.Count > 0)
        {
            writer.WriteStartArray("properties");
            foreach (var (name, value) in component.Properties)
            {
                writer.WriteStartObject();
                writer.WriteString("name", name);
                writer.WriteData("value", value);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void WriteLinks(Utf8JsonWriter writer, IReadOnlyList<BomLink> links)
    {
        if (links.Count == 0)
            return;

        writer.WriteStartArray("externalReferences");
        foreach (var link in links)
        {
            writer.WriteStartObject();
            writer.WriteString("type", link.Type);
            writer.WriteString("url", link.Url);
            WriteHashes(writer, link.Hash is null ? [] : [link.Hash]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteModelCard(Utf8JsonWriter writer, ModelCard card)
    {
        writer.WriteStartObject("modelCard");
        writer.WriteStartObject("modelParameters");
        if (card.Approach is not null)
        {
            writer.WriteStartObject("approach");
            writer.WriteString("type", card.Approach);
            writer.WriteEndObject();
        }

        WriteText("task", card.Task);
        WriteText("architectureFamily", card.Family);
        WriteText("modelArchitecture", card.Architecture);
        WriteObjects("datasets", "ref", card.DataReferences);
        WriteObjects("inputs", "format", card.Inputs);
        WriteObjects("outputs", "format", card.Outputs);
        writer.WriteEndObject();
        writer.WriteEndObject();

        void WriteText(string name, string? value)
        {
            if (value is not null)
                writer.WriteData(name, value);
        }

        void WriteObjects(string name, string member, IReadOnlyList<string> values)
        {
            if (values.Count == 0)
                return;
            writer.WriteStartArray(name);
            foreach (var value in values)
            {
                writer.WriteStartObject();
                writer.WriteData(member, value);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }
    }

    private static void WriteHashes(Utf8JsonWriter writer, IReadOnlyList<Digest> hashes)
    {
        if (hashes.Count == 0)
            return;

        writer.WriteStartArray("hashes");
        foreach (var hash in hashes)
        {
            writer.WriteStartObject();
            writer.WriteString("alg", hash.Algorithm == DigestAlgorithm.Sha512 ? "SHA-512" : hash.Algorithm == DigestAlgorithm.Sha256 ? "SHA-256"
                : throw new ArgumentException($"{hash.Algorithm} is not written here.", nameof(hashes)));
            writer.WriteString("content", hash.Hex);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteDependency(Utf8JsonWriter writer, string reference, IReadOnlyList<string> needed)
    {
        writer.WriteStartObject();
        writer.WriteData("ref", reference);
        if (needed.Count > 0)
        {
            writer.WriteStartArray("dependsOn");
            foreach (var other in needed)
                writer.WriteStringValue(other);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
