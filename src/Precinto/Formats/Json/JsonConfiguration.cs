using System.Text;
using System.Text.Json;
using Precinto.Files;
using Precinto.Formats.Jinja;
using Precinto.Formats.Paddle;
using Precinto.Formats.Python;
using Precinto.Formats.Secrets;
using Precinto.Inspection;

namespace Precinto.Formats.Json;

/// <summary>Follows the tokens of a document: which keys stand where, which of them make a loader run code, and what the model says of itself.</summary>
internal sealed class JsonConfiguration(string file, InspectionContext context)
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
        NoticeElement(ref reader);
        switch (reader.Token)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                _open.Push(new(reader.Token == JsonTokenType.StartObject, Key, ListKey, Section, reader.Offset, _open.TryPeek(out var outside) ? outside : null));
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                var closed = _open.Pop();
                NoticeModule(closed);
                _names -= closed.Names?.Count ?? 0;
                break;
            case JsonTokenType.PropertyName:
                TakeName(ref reader);
                break;
            case JsonTokenType.String:
                NoticeText(ref reader);
                break;
            // As for Python, any number but zero is true.
            case JsonTokenType.True:
            case JsonTokenType.Number when !(reader.TryGetReal(out var number) && number == 0):
                if (Key is { } sized && reader.TryGetReal(out var size))
                    ConfigurationSizes.Notice(sized, size, reader.Offset, context);
                if (Key is { } key && ConfigurationValue.IsTrust(key))
                    ConfigurationValue.Notice(key, Section, Encoding.ASCII.GetString(reader.Raw), file, reader.Offset, context);
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

    // The key of the list whose element the current value is.
    private string? ListKey => _open.TryPeek(out var frame) && !frame.IsObject ? frame.Owner : null;

    private ConfigurationSection Section => !_open.TryPeek(out var frame) ? ConfigurationSection.None : frame.IsObject ? frame.Section : frame.Outer;

    private void TakeName(ref BoundedJson reader)
    {
        var frame = _open.Peek();
        var name = reader.ReadText();
        frame.Key = name;
        frame.Section = ConfigurationValue.SectionOf(name, frame.Outer);
        frame.IsChat = frame.IsInChat || name == "chat_template";
        var template = Template.IsRenderedUnder(name) ? TemplateStanding.Rendered
            : name.Contains("template", StringComparison.OrdinalIgnoreCase) ? TemplateStanding.Idle
            : TemplateStanding.None;
        frame.Standing = template > frame.Inherited ? template : frame.Inherited;
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

    // A list or an object with anything in it is true for Python.
    private void NoticeElement(ref BoundedJson reader)
    {
        if (!_open.TryPeek(out var frame) || frame.HasElements || reader.Token is JsonTokenType.EndObject or JsonTokenType.EndArray)
            return;
        frame.HasElements = true;
        NoticeCode(frame);
        if (ConfigurationValue.IsTrust(frame.Owner))
            ConfigurationValue.Notice(frame.Owner!, Section, frame.IsObject ? "{…}" : "[…]", file, reader.Offset, context);
    }

    // An empty list or object names nothing.
    private void NoticeCode(Frame frame)
    {
        if (frame.Named == "auto_map")
            context.Add(JsonRules.AutoMap, "auto_map names classes in files of the model's repository, which are run when it is loaded.", frame.Start);
        else if (frame.Named == "custom_pipelines")
            context.Add(JsonRules.CustomPipeline, "custom_pipelines names code that is run when the pipeline is made.", frame.Start);
    }

    private void NoticeText(ref BoundedJson reader)
    {
        var key = Key ?? ListKey ?? "";
        switch (key)
        {
            case "auto_map" when Key is not null:
                context.Add(JsonRules.AutoMap, $"auto_map names '{Excerpt.Of(reader.ReadText())}'.", reader.Offset);
                break;
            case "model_type" when _open.Count == 1:
                _modelType = Excerpt.Of(reader.ReadText());
                break;
            case "transformers_version" when _open.Count == 1:
                _version = Excerpt.Of(reader.ReadText());
                break;
            case "architectures" when _open.Count == 2 && _architectures.Count < MostArchitectures:
                _architectures.Add(Excerpt.Of(reader.ReadText()));
                break;
            // The name of an operator in a program of PaddlePaddle.
            case "#":
                PaddleOperators.JudgeName(reader.ReadText(), reader.Offset, context);
                break;
            case "_diffusers_version" or "_class_name" when _open.Count == 1:
                _isPipeline = true;
                break;
        }

        NoticeCodec(ref reader);
        NotePart(ref reader);
        NoticeTemplate(ref reader);
        NoticeEvaluated(ref reader, key);
        if (reader.Raw.Length >= SecretSearch.Shortest)
            SecretSearch.Notice(reader.ReadText(), $"'{Excerpt.Of(key)}'", reader.Offset, context);
        if (reader.Raw.Length > 0 && ConfigurationValue.IsJudged(key, Section) && !(Key is null && ConfigurationValue.IsTrust(key)))
            ConfigurationValue.Notice(key, Section, reader.ReadText(), file, reader.Offset, context);
    }

    // Texts that loaders decode or evaluate.
    private void NoticeEvaluated(ref BoundedJson reader, string key)
    {
        if (reader.Raw is [(byte)'$' or (byte)'\\', ..])
            EvaluatedText.NoticeExpression(reader.ReadText(), key, reader.Offset, context);
        // What stable-baselines3 (save_util.py) and NNI keep of an object is a pickle in base64.
        var text = key is ":serialized:" or "__nni_type__" ? reader.ReadText() : "";
        var pickle = key == ":serialized:" ? text : text.StartsWith("bytes:", StringComparison.Ordinal) ? text["bytes:".Length..] : "";
        if (pickle.Length == 0)
        {
            if (text.Length > 0)
                ConfigurationTarget.Notice(text, key, TargetStanding.Called, reader.Offset, context);
            return;
        }

        var bytes = new byte[pickle.Length];
        // Python passes over whatever is no letter of base64.
        if (Convert.TryFromBase64String(new([.. pickle.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '/' or '=')]), bytes, out var length) && length > 0)
            context.InspectMember(ModelContent.FromBytes(bytes.AsMemory(0, length)), key + ".pkl");
        else
            context.Add(InspectionRules.Malformed, $"{Excerpt.Of(key)} is no base64.", reader.Offset);
    }

    // Zarr's layouts 2 and 3. The chunks are files of their own, mostly compressed, and unpickled when they are read.
    private void NoticeCodec(ref BoundedJson reader)
    {
        if (!_open.TryPeek(out var frame) || !frame.IsObject)
            return;
        var isPickle = frame.Key == "id" && frame.Owner is "filters" or "compressor" ? reader.ReadText() == "pickle" : frame.Key == "name" && frame.Owner == "codecs" && reader.ReadText() == "numcodecs.pickle";
        if (isPickle)
            context.Add(JsonRules.PickledArray, "The codec of an array is pickle.", reader.Offset);
    }

    // The parts of a pipeline are lists of a library and a class, each under its name (diffusers); modules are objects with a type and a path
    // (sentence-transformers). Both are imported by what stands there.
    private void NotePart(ref BoundedJson reader)
    {
        var frame = _open.Count > 0 ? _open.Peek() : null;
        if (frame is { IsObject: true, Key: "type" } && _open.Count == 2)
            frame.Type = reader.ReadText();
        else if (frame is { IsObject: true, Key: "path" } && _open.Count == 2)
            frame.Path = reader.ReadText();
        else if (frame is { IsObject: false } && (_open.Count == 2 || frame.Named is "type_hint" or "id") && (frame.Words ??= []).Count < MostWords)
            frame.Words.Add(reader.ReadText());
    }

    private void NoticeModule(Frame closed)
    {
        var offset = closed.Start;
        if (closed is { Type: { } type, Names: { } names } && _open.Count == 1 && _open.Peek() is { IsObject: false }
            && (names.Contains("idx") || file.EndsWith("modules.json", StringComparison.OrdinalIgnoreCase)) && names.Contains("path"))
        {
            ConfigurationTarget.Notice(type, "The type of a module", TargetStanding.Called, offset, context);
            ConfigurationValue.NoticePath(closed.Path ?? "", "The path of a module", offset, context);
        }
        else if (closed is { IsObject: false, Owner: "_class_name" } && _open.Count == 1)
        {
            context.Add(JsonRules.CustomPipeline, "_class_name is a list: it names a file of the model's repository, which is run when the pipeline is made.", offset);
        }
        // LangChain makes what is named so, of the packages that it trusts.
        else if (closed is { IsObject: false, Named: "id", Words: { Count: > 1 } path } && _open.TryPeek(out var owner) && owner.Names?.Contains("lc") == true)
        {
            if (!path[0].StartsWith("langchain", StringComparison.Ordinal))
                ConfigurationTarget.Notice(string.Join('.', path), "A constructor", TargetStanding.Called, offset, context);
        }
        else if (closed is { IsObject: false, Words: [var library, var name, ..] words } && (closed.Named == "type_hint" || (_open.Count == 1 && words.Count == 2)))
        {
            // transformers.pipeline and AutoTokenizer.from_pretrained are no classes.
            if (!ConfigurationTarget.IsOfPipelines(library) || name.Contains('.') || (name.Length > 0 && char.IsAsciiLetterLower(name[0])))
                NotePart(library, name, offset);
            if (file.EndsWith("model_index.json", StringComparison.OrdinalIgnoreCase) && _open.Count == 1)
                ConfigurationValue.NoticePath(closed.Named ?? "", "The folder of a part", offset, context);
        }
        else if (_open.Count == 0)
        {
            NoticeParts();
        }
    }

    private void NotePart(string library, string name, long offset)
    {
        if (_parts.Count < MostParts)
            _parts.Add((library, name, offset));
        else
            _hasMoreParts = true;
    }

    // Only the index of a pipeline has its parts made; other configurations of diffusers have lists of two names, too, such as those of blocks.
    private void NoticeParts()
    {
        var isIndex = file.EndsWith("model_index.json", StringComparison.OrdinalIgnoreCase);
        if (!isIndex && !_isPipeline)
            return;
        foreach (var (library, name, offset) in _parts)
            ConfigurationTarget.Notice($"{library}.{name}", "A part of the pipeline", isIndex ? TargetStanding.Called : TargetStanding.Possible, offset, context);
        if (_hasMoreParts)
            context.Add(InspectionRules.LimitReached, $"The pipeline has more than the {MostParts} parts that are read.");
    }

    // One template, or named ones in a list or an object: what stands anywhere below a key that says so, or is such a text itself.
    private void NoticeTemplate(ref BoundedJson reader)
    {
        if (!_open.TryPeek(out var frame) || frame.Standing == TemplateStanding.None)
            return;

        var text = reader.ReadText();
        var standing = frame.Standing;
        // transformers saves each template as a file of its name (CVE-2026-9856).
        if (standing == TemplateStanding.Rendered && frame.IsChat)
            ConfigurationValue.NoticePath(Key == "name" ? text : Key ?? "", "The name of a template", reader.Offset, context);
        if (Template.LooksLikeOne(text))
            Template.Inspect(text, $"'{Excerpt.Of(Key ?? "chat_template")}'", reader.Offset, standing == TemplateStanding.Rendered, context);
    }

    private const long LargestNames = 2_000_000;
    private const int MostArchitectures = 16;
    private const int MostParts = 1000;
    private const int MostWords = 8;

    private enum TemplateStanding
    {
        None,
        Idle,
        Rendered,
    }

    private sealed class Frame(bool isObject, string? named, string? list, ConfigurationSection outer, long start, Frame? outside)
    {
        public bool IsObject => isObject;

        /// <summary>The key of which it is the value.</summary>
        public string? Named => named;

        /// <summary>The key under which it stands itself, also as an element of a list.</summary>
        public string? Owner => named ?? list;

        public ConfigurationSection Outer => outer;

        /// <summary>Where it begins in the file.</summary>
        public long Start => start;

        /// <summary>The section of the value that stands now.</summary>
        public ConfigurationSection Section { get; set; }

        public string? Key { get; set; }

        public bool HasElements { get; set; }

        /// <summary>What becomes of templates below it, whatever its keys are.</summary>
        public TemplateStanding Inherited { get; } = outside?.Standing ?? TemplateStanding.None;

        /// <summary>What becomes of templates below the key that stands now.</summary>
        public TemplateStanding Standing { get; set; } = outside?.Standing ?? TemplateStanding.None;

        public bool IsInChat { get; } = outside is { IsChat: true };

        /// <summary>Whether the value that stands now is one of a chat template, or lies in one.</summary>
        public bool IsChat { get; set; } = outside is { IsChat: true };

        public HashSet<string>? Names { get; set; }

        /// <summary>What an object in a list says of its type.</summary>
        public string? Type { get; set; }

        /// <summary>Where it says that its files lie.</summary>
        public string? Path { get; set; }

        /// <summary>The first texts of a list.</summary>
        public List<string>? Words { get; set; }
    }
}
