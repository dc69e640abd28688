using System.Buffers;
using System.Text.Json;
using Precinto.Digests;
using Precinto.Files;
using Precinto.Formats;

namespace Precinto.Trust;

/// <summary>
/// The highest version of each model that was accepted here, with its digest: a JSON document, <c>precinto.state/v1</c> (docs/spec/state-v1.md).
/// It only ever rises. Several processes may use one file at once.
/// </summary>
internal sealed class AcceptedVersions
{
    private readonly Dictionary<string, AcceptedVersion> _models;

    private AcceptedVersions(Dictionary<string, AcceptedVersion> models) => _models = models;

    /// <summary>Holds a model against what is remembered, without changing that.</summary>
    /// <exception cref="StateException">The file cannot be used.</exception>
    /// <exception cref="IOException">The world failed.</exception>
    public static StateAnswer Ask(string path, AcceptedVersion candidate) => Load(path).Judge(candidate);

    /// <summary>
    /// The same, and remembers the model unless that would go back. Between the look and the writing nobody else can write: of two processes that accept
    /// different versions at the same moment, the one that comes second is judged by what the first one wrote.
    /// </summary>
    /// <inheritdoc cref="Ask"/>
    public static StateAnswer Accept(string path, AcceptedVersion candidate)
    {
        using var held = FileLock.Take(RealPath.Of(path) + ".lock", Patience);
        var accepted = Load(path);
        var answer = accepted.Judge(candidate);
        if (answer.Standing is StateStanding.Newer)
        {
            accepted._models[candidate.Name] = candidate;
            DurableFile.Replace(RealPath.Of(path), accepted.Write());
        }

        return answer;
    }

    private StateAnswer Judge(AcceptedVersion candidate)
    {
        if (!_models.TryGetValue(candidate.Name, out var known) || candidate.Version > known.Version)
            return new(StateStanding.Newer, known);
        if (candidate.Version < known.Version)
            return new(StateStanding.Older, known);
        return new(candidate.Digest.Equals(known.Digest) ? StateStanding.Same : StateStanding.Other, known);
    }

    private static AcceptedVersions Load(string path)
    {
        byte[] bytes;
        try
        {
            bytes = SmallFile.Read(path, MaximumSize);
        }
        catch (FileNotFoundException) when (Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
        {
            // The first time; in a folder that is there, so that a slip of the pen is no fresh start.
            return new([]);
        }
        catch (InvalidDataException exception)
        {
            throw new StateException(path, exception.Message + ".", exception);
        }

        try
        {
            using var document = StrictJson.Parse(bytes);
            return new(Parse(document.RootElement));
        }
        catch (JsonException exception)
        {
            throw new StateException(path, $"cannot be used: {exception.Message} It is not reset by itself, since that would forget what was accepted: restore it, or remove it on purpose.", exception);
        }
    }

    private static Dictionary<string, AcceptedVersion> Parse(JsonElement root)
    {
        const string State = "the state";
        root.Closed("The state", "schema", "models");
        if (root.RequiredText("schema", State) is var schema && schema != Schema)
            throw new JsonException($"It is of the schema '{schema}', not {Schema}.");

        Dictionary<string, AcceptedVersion> models = new(StringComparer.Ordinal);
        foreach (var element in root.Required("models", State).Array("'models'"))
        {
            const string Model = "a model";
            element.Closed("A model", "name", "version", "digest", "acceptedAt");
            var text = element.RequiredText("version", Model);
            if (!ModelVersion.TryParse(text, out var version))
                throw new JsonException($"'{text}' is no version.");
            AcceptedVersion model = new(
                element.RequiredText("name", Model), version,
                RevocationDocument.ParseSha256(element.RequiredText("digest", Model), "The digest of a model"),
                PolicyTime.Parse(element.Required("acceptedAt", Model), "'acceptedAt'"));
            if (!models.TryAdd(model.Name, model))
                throw new JsonException($"The model '{model.Name}' stands there twice.");
        }

        return models;
    }

    private byte[] Write()
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, new() { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteString("schema", Schema);
            writer.WriteStartArray("models");
            foreach (var model in _models.Values.OrderBy(model => model.Name, StringComparer.Ordinal))
            {
                writer.WriteStartObject();
                writer.WriteString("name", model.Name);
                writer.WriteString("version", model.Version.ToString());
                writer.WriteString("digest", model.Digest.ToString());
                writer.WriteString("acceptedAt", PolicyTime.Write(model.AcceptedAt));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    private const string Schema = "precinto.state/v1";
    private const int MaximumSize = 64 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
}

/// <summary>A model that was accepted, or is about to be.</summary>
internal sealed record AcceptedVersion(string Name, ModelVersion Version, Digest Digest, DateTimeOffset AcceptedAt);

/// <summary>How a model stands to what is remembered; the default value refuses.</summary>
internal enum StateStanding
{
    /// <summary>A newer version was accepted before.</summary>
    Older,

    /// <summary>The same version was accepted before, with another digest.</summary>
    Other,

    /// <summary>The very same was accepted before.</summary>
    Same,

    /// <summary>It is the first of its name, or newer than all before.</summary>
    Newer,
}

/// <summary>How a model stands, and to what.</summary>
internal sealed record StateAnswer(StateStanding Standing, AcceptedVersion? Known);
