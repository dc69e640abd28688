using System.Text.Json;
using System.Text.Unicode;

namespace Precinto.Formats.Json;

/// <summary>
/// Reads JSON (RFC 8259) token by token, without recursion and without building a tree; what is wrong with it is a
/// <see cref="MalformedModelException"/> at its offset, never another exception.
/// </summary>
internal ref struct BoundedJson
{
    private readonly long _start;
    private readonly bool _isPython;
    private Utf8JsonReader _reader;

    /// <summary>Begins before the first token.</summary>
    /// <param name="json">All of the text.</param>
    /// <param name="start">Where the text starts in the file.</param>
    /// <param name="depth">How deep arrays and objects may be nested.</param>
    /// <param name="isLines">Whether one value may follow another.</param>
    /// <param name="isPython">Whether half of a surrogate pair may be written by its escape, as Python writes and reads it.</param>
    public BoundedJson(ReadOnlySpan<byte> json, long start, int depth, bool isLines = false, bool isPython = false)
    {
        // The reader checks what texts hold only when they are asked for, and then throws something else.
        if (!Utf8.IsValid(json))
            throw new MalformedModelException(start, "Is no UTF-8.");

        _start = start;
        _isPython = isPython;
        _reader = new(json, new JsonReaderOptions { MaxDepth = depth, AllowMultipleValues = isLines });
    }

    public readonly JsonTokenType Token => _reader.TokenType;

    public readonly int Depth => _reader.CurrentDepth;

    /// <summary>Where the token starts in the file.</summary>
    public readonly long Offset => _start + _reader.TokenStartIndex;

    /// <summary>The bytes of the token as written, escapes and all.</summary>
    public readonly ReadOnlySpan<byte> Raw => _reader.ValueSpan;

    public readonly bool HasEscapes => _reader.ValueIsEscaped;

    /// <summary>Goes to the next token; false at the end of a complete document.</summary>
    public bool Read()
    {
        try
        {
            return _reader.Read();
        }
        catch (JsonException broken)
        {
            throw new MalformedModelException(_start + _reader.BytesConsumed, "Is no JSON: " + broken.Message, broken);
        }
    }

    /// <summary>Goes to the next token, which must be there.</summary>
    public JsonTokenType Next() => Read() ? Token : throw new MalformedModelException(_start + _reader.BytesConsumed, "The JSON ends too early.");

    public void Expect(JsonTokenType token, string what)
    {
        if (Token != token)
            throw new MalformedModelException(Offset, what);
    }

    /// <summary>The text of a name or a string.</summary>
    public readonly string ReadText()
    {
        try
        {
            return _reader.GetString() ?? "";
        }
        catch (InvalidOperationException broken)
        {
            // An escape that is half of a surrogate pair.
            if (_isPython)
                return PythonJson.Unescape(Raw);
            throw new MalformedModelException(Offset, "A text is no Unicode.", broken);
        }
    }

    /// <summary>A whole number of 63 bits, written without fraction and exponent.</summary>
    public readonly long ReadCount(string what)
    {
        if (Token == JsonTokenType.Number && _reader.TryGetInt64(out var value) && value >= 0 && !Raw.ContainsAny((byte)'.', (byte)'e', (byte)'E'))
            return value;
        throw new MalformedModelException(Offset, what);
    }

    /// <summary>Skips the value that the token begins.</summary>
    public void Skip()
    {
        if (Token is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return;

        var depth = Depth;
        do
            Next();
        while (Depth > depth);
    }

    public readonly bool TryGetInteger(out long value)
    {
        value = 0;
        return Token == JsonTokenType.Number && _reader.TryGetInt64(out value);
    }

    public readonly bool TryGetReal(out double value)
    {
        value = 0;
        return Token == JsonTokenType.Number && _reader.TryGetDouble(out value);
    }
}
