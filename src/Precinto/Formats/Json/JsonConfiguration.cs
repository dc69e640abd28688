using System.Text.Json;
using Precinto.Formats.Jinja;
using Precinto.Formats.Secrets;
using Precinto.Inspection;

namespace Precinto.Formats.Json;

/// <summary>Follows the tokens of a document: which keys stand where, which of them make a loader run code, and what the model says of itself.</summary>
internal sealed class JsonConfiguration(InspectionContext context)
{
    private readonly Stack<Frame> _open = [];
    private readonly List<string> _architectures = [];
    private readonly List<(string Library, string Name, long Offset)> _parts = [];
    private bool _hasMoreParts;
    private bool _isPipeline;
    private string? _modelType;
    private string? _version;
    private long _names;

    public void Take(ref BoundedJson reader)
    {
        switch (reader.Token)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                NoticeContainer(ref reader);
                _open.Push(new(reader.Token == JsonTokenType.StartObject));
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                var closed = _open.Pop();
                NoticeModule(closed, reader.Offset);
                _names -= closed.Names?.Count ?? 0;
                break;
            case JsonTokenType.PropertyName:
                TakeName(ref reader);
                break;
            case JsonTokenType.String:
                NoticeText(ref reader);
                break;
            case JsonTokenType.True when Key == "trust_remote_code":
                context.Add(JsonRules.TrustRemoteCode, "trust_remote_code is true: whoever loads this runs what the model's repository holds.", reader.Offset);
                break;
        }
    }

    public void WriteFacts()
    {
        var facts = context.Facts;
        facts.Type = _architectures.Count > 0 ? _architectures[0] : _modelType;
        if (_version is not null)
            (facts.Framework, facts.FrameworkVersion) = ("transformers", _version);

        List<KeyValuePair<string, ScalarValue>> settings = [];
        if (_modelType is not null)
            settings.Add(new("model_type", ScalarValue.From(_modelType)));
        foreach (var architecture in _architectures)
            settings.Add(new("architectures", ScalarValue.From(architecture)));
        facts.Settings = settings;
    }

    // The key under which the current value stands, or null in an array and at the top.
    private string? Key => _open.TryPeek(out var frame) && frame.IsObject ? frame.Key : null;

    private void TakeName(ref BoundedJson reader)
    {
        var frame = _open.Peek();
        var name = reader.ReadText();
        frame.Key = name;
        frame.Template = Template.IsRenderedUnder(name) ? TemplateStanding.Rendered
            : name.Contains("template", StringComparison.OrdinalIgnoreCase) ? TemplateStanding.Idle
            : TemplateStanding.None;
        if (_names == LargestNames)
        {
            context.Add(InspectionRules.LimitReached, $"More than {LargestNames} keys are open at once; others are not compared.", reader.Offset);
            _names++;
        }

        if (_names > LargestNames)
            return;
        frame.Names ??= new(StringComparer.Ordinal);
        if (frame.Names.Add(name))
            _names++;
        else
            context.Add(JsonRules.DuplicateKey, $"'{Excerpt.Of(name)}' occurs twice: one reader takes the first, another the last.", reader.Offset);
    }

    private void NoticeContainer(ref BoundedJson reader)
    {
        if (Key == "auto_map")
            context.Add(JsonRules.AutoMap, "auto_map names classes in files of the model's repository, which are run when it is loaded.", reader.Offset);
        else if (Key == "custom_pipelines")
            context.Add(JsonRules.CustomPipeline, "custom_pipelines names code that is run when the pipeline is made.", reader.Offset);
    }

    private void NoticeText(ref BoundedJson reader)
    {
        var key = Key ?? (_open.Count == 2 && _open.Peek() is { IsObject: false } ? Parent(1)?.Key : null);
        switch (key)
        {
            case "auto_map" when Key is not null:
                context.Add(JsonRules.AutoMap, $"auto_map names '{Excerpt.Of(reader.ReadText())}'.", reader.Offset);
                break;
            case "trust_remote_code" when reader.Raw.SequenceEqual("true"u8) || reader.Raw.SequenceEqual("True"u8):
                context.Add(JsonRules.TrustRemoteCode, "trust_remote_code is a text that means true.", reader.Offset);
                break;
            case not null when JsonRules.IsName(key) && JsonRules.IsAddress(reader.ReadText()):
                context.Add(JsonRules.RemoteName, $"{key} is the address '{Excerpt.Of(reader.ReadText())}'.", reader.Offset);
                break;
            case "custom_generate":
                context.Add(JsonRules.AutoMap, $"custom_generate names '{Excerpt.Of(reader.ReadText())}', whose code is run when the model generates.", reader.Offset);
                break;
            case "custom_pipeline" or "custom_pipelines":
                context.Add(JsonRules.CustomPipeline, $"{key} names '{Excerpt.Of(reader.ReadText())}'.", reader.Offset);
                break;
            case "model_type" when _open.Count == 1:
                _modelType = Excerpt.Of(reader.ReadText());
                break;
            case "transformers_version" when _open.Count == 1:
                _version = Excerpt.Of(reader.ReadText());
                break;
            case "_diffusers_version" when _open.Count == 1:
                _isPipeline = true;
                break;
            case "architectures" when _architectures.Count < MostArchitectures:
                _architectures.Add(Excerpt.Of(reader.ReadText()));
                break;
        }

        NotePart(ref reader);
        NoticeTemplate(ref reader);
        if (reader.Raw.Length >= SecretSearch.Shortest)
            SecretSearch.Notice(reader.ReadText(), $"'{Excerpt.Of(key ?? "")}'", reader.Offset, context);
        if (key is not null && ConfigurationTarget.StandingOf(key) is >= 0 and var standing)
            ConfigurationTarget.Notice(reader.ReadText(), key, standing > 0, reader.Offset, context);

        // transformers reads "repository--module.Class" as code of another repository, wherever a class is named.
        if (Parent(1)?.Key == "auto_map" && reader.ReadText() is var name && name.Contains("--", StringComparison.Ordinal))
            context.Add(JsonRules.RemoteLibrary, $"'{Excerpt.Of(name)}' is code of another repository.", reader.Offset);
    }

    // The parts of a pipeline are lists of a library and a class, each under its name (diffusers); modules are objects with a type and a path
    // (sentence-transformers). Both are imported by what stands there.
    private void NotePart(ref BoundedJson reader)
    {
        var frame = _open.Count > 0 ? _open.Peek() : null;
        if (frame is { IsObject: true, Key: "type" } && _open.Count == 2)
            frame.Type = reader.ReadText();
        else if (frame is { IsObject: false } && _open.Count == 2 && frame.Words.Count < 3)
            frame.Words.Add(reader.ReadText());
    }

    private void NoticeModule(Frame closed, long offset)
    {
        if (closed is { Type: { } type, Names: { } names } && _open.Count == 1 && _open.Peek() is { IsObject: false } && names.Contains("idx") && names.Contains("path"))
            ConfigurationTarget.Notice(type, "The type of a module", isCalled: true, offset, context);
        else if (closed is { IsObject: false, Words: [var library, var name] } && _open.Count == 1 && !ConfigurationTarget.IsOfPipelines(library))
            NotePart(library, name, offset);
        else if (_open.Count == 0 && _isPipeline)
            NoticeParts();
    }

    private void NotePart(string library, string name, long offset)
    {
        if (_parts.Count < MostParts)
            _parts.Add((library, name, offset));
        else
            _hasMoreParts = true;
    }

    private void NoticeParts()
    {
        foreach (var (library, name, offset) in _parts)
            ConfigurationTarget.Notice($"{library}.{name}", "A part of the pipeline", isCalled: true, offset, context);
        if (_hasMoreParts)
            context.Add(InspectionRules.LimitReached, $"The pipeline has more than the {MostParts} parts that are read.");
    }

    // One template, or named ones in a list or an object: what stands anywhere below a key that says so, or is such a text itself.
    private void NoticeTemplate(ref BoundedJson reader)
    {
        var standing = TemplateStanding.None;
        foreach (var frame in _open)
            standing = frame.IsObject && frame.Template > standing ? frame.Template : standing;
        if (standing == TemplateStanding.None)
            return;

        var text = reader.ReadText();
        if (Template.LooksLikeOne(text))
            Template.Inspect(text, $"'{Excerpt.Of(Key ?? "chat_template")}'", reader.Offset, standing == TemplateStanding.Rendered, context);
    }

    private Frame? Parent(int levels) => _open.ElementAtOrDefault(levels);

    private const long LargestNames = 2_000_000;
    private const int MostArchitectures = 16;
    private const int MostParts = 1000;

    private enum TemplateStanding
    {
        None,
        Idle,
        Rendered,
    }

    private sealed class Frame(bool isObject)
    {
        public bool IsObject => isObject;

        public string? Key { get; set; }

        // Whether the key that stands now is one under which templates are kept.
        public TemplateStanding Template { get; set; }

        public HashSet<string>? Names { get; set; }

        /// <summary>What an object in a list says of its type.</summary>
        public string? Type { get; set; }

        /// <summary>The first texts of a list.</summary>
        public List<string> Words { get; } = [];
    }
}
