using Precinto.Formats.Jinja;
using Precinto.Formats.Secrets;
using Precinto.Inspection;

namespace Precinto.Formats.Gguf;

/// <summary>The typed keys and values of a GGUF header; texts are searched for templates, arrays are measured and not kept.</summary>
internal sealed class GgufMetadata
{
    private readonly List<KeyValuePair<string, ScalarValue>> _values = [];
    private readonly InspectionContext _context;
    private readonly GgufReader _reader;

    private GgufMetadata(GgufReader reader, InspectionContext context)
    {
        _reader = reader;
        _context = context;
    }

    /// <summary>All values but arrays, in the file's order; long texts are cut.</summary>
    public IReadOnlyList<KeyValuePair<string, ScalarValue>> Values => _values;

    /// <summary>What offsets of tensors are multiples of.</summary>
    public long Alignment { get; private set; } = 32;

    public static GgufMetadata Read(GgufReader reader, long count, InspectionContext context)
    {
        if (count > MostKeys)
            throw new MalformedModelException(reader.Position, $"Declares {count} keys; {MostKeys} are read.");

        GgufMetadata metadata = new(reader, context);
        HashSet<string> keys = new(StringComparer.Ordinal);
        for (long index = 0; index < count; index++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var at = reader.Position;
            var key = reader.ReadText(LongestKey, "a key");
            if (!keys.Add(key))
                context.Add(GgufRules.DuplicateKey, $"'{key}' occurs twice.", at);
            metadata.ReadValue(key, (GgufValueType)reader.ReadUInt32(), at);
        }

        return metadata;
    }

    public string? Text(string key) =>
        _values.Find(entry => entry.Key == key).Value is { Kind: ScalarKind.Text } value ? value.AsText() : null;

    public long? Number(string key) =>
        _values.Find(entry => entry.Key == key).Value is { Kind: ScalarKind.Integer } value ? value.AsInteger() : null;

    private void ReadValue(string key, GgufValueType type, long at)
    {
        CheckType(key, type, at);
        switch (type)
        {
            case GgufValueType.Text:
                ReadText(key);
                break;
            case GgufValueType.Array:
                SkipArray();
                break;
            default:
                var value = ReadScalar(type, at);
                if (key == "general.alignment" && value.Kind == ScalarKind.Integer)
                    TakeAlignment(value.AsInteger(), at);
                _values.Add(new(key, value));
                break;
        }
    }

    private ScalarValue ReadScalar(GgufValueType type, long at)
    {
        switch (type)
        {
            case GgufValueType.UInt8:
                return ScalarValue.From((long)_reader.ReadByte());
            case GgufValueType.Int8:
                return ScalarValue.From((long)unchecked((sbyte)_reader.ReadByte()));
            case GgufValueType.UInt16:
                return ScalarValue.From((long)_reader.ReadUInt16());
            case GgufValueType.Int16:
                return ScalarValue.From((long)unchecked((short)_reader.ReadUInt16()));
            case GgufValueType.UInt32:
                return ScalarValue.From((long)_reader.ReadUInt32());
            case GgufValueType.Int32:
                return ScalarValue.From((long)unchecked((int)_reader.ReadUInt32()));
            case GgufValueType.Float32:
                return ScalarValue.From((double)BitConverter.UInt32BitsToSingle(_reader.ReadUInt32()));
            case GgufValueType.UInt64:
                var number = _reader.ReadUInt64();
                return number <= long.MaxValue ? ScalarValue.From((long)number) : ScalarValue.From((double)number);
            case GgufValueType.Int64:
                return ScalarValue.From(unchecked((long)_reader.ReadUInt64()));
            case GgufValueType.Float64:
                return ScalarValue.From(BitConverter.UInt64BitsToDouble(_reader.ReadUInt64()));
            case GgufValueType.Boolean:
                var truth = _reader.ReadByte();
                if (truth > 1)
                    _context.Add(GgufRules.ValueType, $"A truth value is {truth}.", at);
                return ScalarValue.From(truth != 0);
            default:
                throw new MalformedModelException(at, $"A value has the unknown type {(uint)type}.");
        }
    }

    private void ReadText(string key)
    {
        var at = _reader.Position;
        var (text, length, isText) = _reader.ReadLongText(_context.Limits.TextBytes);
        if (!isText)
            _context.Add(InspectionRules.Malformed, $"The text of '{key}' is no UTF-8.", at);
        if (length > _context.Limits.TextBytes)
            _context.Add(InspectionRules.LimitReached, $"The text of '{key}' has {length} bytes; {_context.Limits.TextBytes} are read.", at);

        SecretSearch.Notice(text, $"'{key}'", at, _context);
        // Only the templates of the tokenizer are rendered.
        if (Template.LooksLikeOne(text))
            Template.Inspect(text, $"'{key}'", at, key.Contains("chat_template", StringComparison.Ordinal), _context);
        _values.Add(new(key, ScalarValue.From(Excerpt.Of(text, KeptText))));
    }

    // Arrays may hold arrays; an open one is a pair of its type and how many elements are to come.
    private void SkipArray()
    {
        Stack<(GgufValueType Type, long Left)> open = [];
        open.Push(ReadArrayHeader());
        while (open.TryPop(out var array))
        {
            switch (array.Type)
            {
                case GgufValueType.Array when array.Left == 0:
                    break;
                case GgufValueType.Array:
                    open.Push((array.Type, array.Left - 1));
                    if (open.Count > _context.Limits.Nesting)
                        throw new MalformedModelException(_reader.Position, $"Arrays are nested more than {_context.Limits.Nesting} deep.");
                    _context.Cancellation.ThrowIfCancellationRequested();
                    open.Push(ReadArrayHeader());
                    break;
                case GgufValueType.Text:
                    for (var left = array.Left; left > 0; left--)
                        _reader.SkipText();
                    break;
                default:
                    _reader.Skip(array.Left * SizeOf(array.Type));
                    break;
            }
        }
    }

    private (GgufValueType Type, long Count) ReadArrayHeader()
    {
        var at = _reader.Position;
        var type = (GgufValueType)_reader.ReadUInt32();
        var smallest = type switch
        {
            GgufValueType.Text => _reader.LengthSize,
            GgufValueType.Array => 4 + _reader.LengthSize,
            _ => SizeOf(type),
        };
        if (smallest == 0)
            throw new MalformedModelException(at, $"An array has elements of the unknown type {(uint)type}.");
        return (type, _reader.ReadCount(smallest, "elements"));
    }

    private static int SizeOf(GgufValueType type) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Boolean => 1,
        GgufValueType.UInt16 or GgufValueType.Int16 => 2,
        GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
        GgufValueType.UInt64 or GgufValueType.Int64 or GgufValueType.Float64 => 8,
        _ => 0,
    };

    // A loader that asks for the key's type without looking reads other bytes as a text or as a number.
    private void CheckType(string key, GgufValueType type, long at)
    {
        var fits = key switch
        {
            "general.alignment" => type == GgufValueType.UInt32,
            "general.architecture" or "general.name" or "general.license" or "tokenizer.ggml.model" or "tokenizer.chat_template" => type == GgufValueType.Text,
            "tokenizer.ggml.tokens" or "tokenizer.ggml.scores" or "tokenizer.ggml.token_type" or "tokenizer.ggml.merges" => type == GgufValueType.Array,
            _ => true,
        };
        if (!fits)
            _context.Add(GgufRules.ValueType, $"'{key}' has a value of type {type}.", at);
    }

    private void TakeAlignment(long alignment, long at)
    {
        if (alignment > 0 && long.IsPow2(alignment))
            Alignment = alignment;
        else
            _context.Add(GgufRules.Alignment, $"The alignment {alignment} is no power of two.", at);
    }

    private const int MostKeys = 100_000;
    private const int LongestKey = 65_535;
    private const int KeptText = 200;
}
