using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Precinto.Formats;
using Precinto.Inspection;

namespace Precinto.Manifests;

/// <summary>
/// What is said of a model beside its bytes: <c>model_metadata.json</c>, and the annotations of a signed bundle. Every member may be absent.
/// </summary>
public sealed class ModelRecord
{
    /// <summary>The name of the file beside a model.</summary>
    public const string FileName = "model_metadata.json";

    /// <summary>When the model was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The kind of model, such as <c>RandomForestClassifier</c>.</summary>
    public string? ModelType { get; init; }

    /// <summary>The shape of the training data, rows first; null stands for a dimension that is not known.</summary>
    public IReadOnlyList<long?>? InputShape { get; init; }

    /// <summary>The size of the model file in bytes; of a folder with several model files, the sum of them.</summary>
    public long? FileSizeBytes { get; init; }

    /// <summary>The name under which the model is known.</summary>
    public string? Name { get; init; }

    /// <summary>The version of the model.</summary>
    public string? Version { get; init; }

    /// <summary>The format of the model file, such as <c>onnx</c>.</summary>
    public string? Format { get; init; }

    /// <summary>What made the model.</summary>
    public string? Framework { get; init; }

    /// <summary>The version of what made it.</summary>
    public string? FrameworkVersion { get; init; }

    /// <summary>The number of learned parameters.</summary>
    public long? ParameterCount { get; init; }

    /// <summary>The digest of the model, <c>sha256:…</c>.</summary>
    public string? Digest { get; init; }

    /// <summary>The digest of the training data, <c>sha256:…</c>.</summary>
    public string? TrainingDataDigest { get; init; }

    /// <summary>How it was trained; null where that is not known.</summary>
    public TrainingRecord? Training { get; init; }

    /// <summary>The inputs that the model declares.</summary>
    public IReadOnlyList<TensorFact>? Inputs { get; init; }

    /// <summary>The outputs that the model declares.</summary>
    public IReadOnlyList<TensorFact>? Outputs { get; init; }

    /// <summary>When the signature was made, as its signer says.</summary>
    public DateTimeOffset? SignedAt { get; init; }

    /// <summary>From when on the model is not to be used any more.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Why its signer signed a model with findings that would have stopped the signature.</summary>
    public string? SignedDespite { get; init; }

    /// <summary>The SHA-256 of an earlier signature, <c>sha256:…</c>, from which digests were taken over instead of reading the files again; null where every file was read.</summary>
    public string? DigestsFrom { get; init; }

    /// <summary>How many digests were taken over.</summary>
    public long? DigestsTakenOver { get; init; }

    /// <summary>Reads a record. Members that are not known are passed over: records of existing deployments have their own.</summary>
    /// <exception cref="JsonException">It is no JSON object, has a member twice, or a known member is of another type.</exception>
    public static ModelRecord Parse(ReadOnlyMemory<byte> utf8)
    {
        using var document = StrictJson.Parse(utf8);
        return Parse(document.RootElement);
    }

    internal static ModelRecord Parse(JsonElement element)
    {
        const string Record = "the record";
        element.Object(Record);
        return new()
        {
            CreatedAt = Time(element, "created_at"),
            ModelType = element.OptionalText("model_type", Record),
            InputShape = Shape(element.Optional("input_shape"), "'input_shape'"),
            FileSizeBytes = Number(element, "file_size_bytes"),
            Name = element.OptionalText("name", Record),
            Version = element.OptionalText("version", Record),
            Format = element.OptionalText("format", Record),
            Framework = element.OptionalText("framework", Record),
            FrameworkVersion = element.OptionalText("framework_version", Record),
            ParameterCount = Number(element, "parameter_count"),
            Digest = element.OptionalText("digest", Record),
            TrainingDataDigest = element.OptionalText("training_data_digest", Record),
            Training = element.Optional("training") is { } training ? TrainingRecord.Parse(training) : null,
            Inputs = Tensors(element, "inputs"),
            Outputs = Tensors(element, "outputs"),
            SignedAt = Time(element, "signed_at"),
            ExpiresAt = Time(element, "expires_at"),
            SignedDespite = element.OptionalText("signed_despite", Record),
            DigestsFrom = element.OptionalText("digests_from", Record),
            DigestsTakenOver = Number(element, "digests_taken_over"),
        };
    }

    /// <summary>The record as an indented JSON document that ends with a line feed.</summary>
    public byte[] ToJson()
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.Default }))
            WriteTo(writer);
        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        Write(writer, "created_at", CreatedAt);
        Write(writer, "model_type", ModelType);
        if (InputShape is not null)
            WriteShape(writer, "input_shape", InputShape);
        Write(writer, "file_size_bytes", FileSizeBytes);
        Write(writer, "name", Name);
        Write(writer, "version", Version);
        Write(writer, "format", Format);
        Write(writer, "framework", Framework);
        Write(writer, "framework_version", FrameworkVersion);
        WriteTensors(writer, "inputs", Inputs);
        WriteTensors(writer, "outputs", Outputs);
        Write(writer, "parameter_count", ParameterCount);
        Write(writer, "digest", Digest);
        Write(writer, "training_data_digest", TrainingDataDigest);
        Training?.WriteTo(writer);
        Write(writer, "signed_at", SignedAt);
        Write(writer, "expires_at", ExpiresAt);
        Write(writer, "signed_despite", SignedDespite);
        Write(writer, "digests_from", DigestsFrom);
        Write(writer, "digests_taken_over", DigestsTakenOver);
        writer.WriteEndObject();
    }

    /// <summary>The one form in which we write a time: UTC, a fraction only where there is one.</summary>
    internal static string FormatTime(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    private static DateTimeOffset? Time(JsonElement element, string name)
    {
        if (element.OptionalText(name, "the record") is not { } text)
            return null;

        // A time without an offset is one of the Python demo's; it is taken as UTC.
        // What does not begin with a full date would be completed with today's: an expiry at "23:00" would never come.
        return BeginsWithDate(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new JsonException($"'{name}' is no time.");
    }

    private static bool BeginsWithDate(string text) =>
        text.Length is >= 10 and <= 64 && text[4] == '-' && text[7] == '-'
        && text[..4].All(char.IsAsciiDigit) && text[5..7].All(char.IsAsciiDigit) && text[8..10].All(char.IsAsciiDigit)
        && (text.Length == 10 || text[10] is 'T' or ' ');

    private static long? Number(JsonElement element, string name) => element.Optional(name)?.WholeNumber($"'{name}'");

    private static long?[]? Shape(JsonElement? element, string what) =>
        element is { } shape
            ? [.. shape.Array(what).Select(dimension => dimension.ValueKind == JsonValueKind.Null ? (long?)null : dimension.WholeNumber($"a dimension of {what}"))]
            : null;

    private static TensorFact[]? Tensors(JsonElement element, string name) => element.Optional(name) is not { } list
        ? null
        : [.. list.Array($"'{name}'").Select(tensor => new TensorFact(
            tensor.Object($"an entry of '{name}'").RequiredText("name", name),
            tensor.RequiredText("type", name),
            Shape(tensor.Required("shape", name), $"a shape of '{name}'")!))];

    private static void Write(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
            writer.WriteString(name, value);
    }

    private static void Write(Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } number)
            writer.WriteNumber(name, number);
    }

    private static void Write(Utf8JsonWriter writer, string name, DateTimeOffset? value)
    {
        if (value is { } time)
            writer.WriteString(name, FormatTime(time));
    }

    private static void WriteTensors(Utf8JsonWriter writer, string name, IReadOnlyList<TensorFact>? tensors)
    {
        if (tensors is null)
            return;

        writer.WriteStartArray(name);
        foreach (var tensor in tensors)
        {
            writer.WriteStartObject();
            writer.WriteString("name", tensor.Name);
            writer.WriteString("type", tensor.ElementType);
            WriteShape(writer, "shape", tensor.Shape);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteShape(Utf8JsonWriter writer, string name, IReadOnlyList<long?> shape)
    {
        writer.WriteStartArray(name);
        foreach (var dimension in shape)
        {
            if (dimension is { } length)
                writer.WriteNumberValue(length);
            else
                writer.WriteNullValue();
        }

        writer.WriteEndArray();
    }
}
