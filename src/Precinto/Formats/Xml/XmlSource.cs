using System.Text;
using Precinto.Files;

namespace Precinto.Formats.Xml;

/// <summary>The characters of an XML document, from the front to the end, a buffer at a time; what is not there is a <see cref="MalformedModelException"/>.</summary>
internal sealed class XmlSource : IDisposable
{
    private readonly StreamReader _source;
    private readonly Encoding _encoding;
    private readonly char[] _buffer = new char[BufferSize];
    private readonly char[] _name = new char[LongestName];
    private int _at;
    private int _end;
    private long _line = 1;
    private long _position;
    private int _counted;

    /// <exception cref="MalformedModelException">The document is larger than what is read.</exception>
    public XmlSource(ModelContent content, Encoding encoding)
    {
        if (content.Length > LargestDocument)
            throw new MalformedModelException(0, $"Has {content.Length} bytes; {LargestDocument} are read.");
        _encoding = encoding;
        var mark = new byte[(int)Math.Min(encoding.Preamble.Length, content.Length)];
        content.Read(0, mark);
        _position = mark.AsSpan().SequenceEqual(encoding.Preamble) ? mark.Length : 0;
        _source = new(new ContentStream(content), encoding, detectEncodingFromByteOrderMarks: false);
    }

    /// <summary>Where the next character stands, in bytes from the start.</summary>
    public long Position
    {
        get
        {
            _position += BytesOf(_buffer.AsSpan(_counted, _at - _counted));
            _counted = _at;
            return _position;
        }
    }

    /// <summary>The characters that are buffered and not consumed yet; none at the end of the document.</summary>
    public ReadOnlySpan<char> Window => Peek() == End ? [] : _buffer.AsSpan(_at, _end - _at);

    public static bool IsSpace(int character) => character is ' ' or '\t' or '\r' or '\n';

    public void Dispose() => _source.Dispose();

    public void Skip(int count) => _at += count;

    public bool SkipSpace()
    {
        var hasSpace = false;
        while (IsSpace(Peek()))
        {
            _at++;
            hasSpace = true;
        }

        return hasSpace;
    }

    public void Expect(char expected)
    {
        if (Next() != expected)
            throw Broken($"There is no '{expected}' where one must be");
    }

    public char Next()
    {
        var next = Peek();
        if (next == End)
            throw Broken("The document ends in its markup");
        _at++;
        return (char)next;
    }

    /// <summary>Whether these few characters come next.</summary>
    public bool StartsWith(string text)
    {
        if (_end - _at <= text.Length)
            Fill();
        return _buffer.AsSpan(_at, _end - _at).StartsWith(text);
    }

    /// <summary>The next character, which stays; <see cref="End"/> where there is none.</summary>
    public int Peek()
    {
        if (_at == _end)
            Fill();
        return _at < _end ? _buffer[_at] : End;
    }

    /// <summary>Consumes all up to and with a character.</summary>
    public void SkipBehind(char mark)
    {
        while (Next() != mark)
        {
        }
    }

    /// <summary>Consumes all up to and with a mark of two characters, or of three whose first two are equal.</summary>
    public void SkipBehind(string mark)
    {
        var matched = 0;
        while (matched < mark.Length)
        {
            var next = Next();
            if ((next < ' ' && !IsSpace(next)) || next >= '\uFFFE')
                throw Broken("There is a character that may not be there");
            if (next == mark[matched])
                matched++;
            else if (!(matched == 2 && next == mark[0] && mark[1] == mark[0]))
                matched = next == mark[0] ? 1 : 0;
        }
    }

    public string ReadName()
    {
        var length = 0;
        while (Peek() is >= 0 and var next && IsNamed((char)next, length == 0))
        {
            if (length == LongestName)
                throw Broken($"A name has more than {LongestName} characters");
            _name[length++] = (char)next;
            _at++;
        }

        return length > 0 ? new(_name, 0, length) : throw Broken("There is no name where one must be");
    }

    /// <summary>What is thrown for a document that is not well-formed at this place.</summary>
    public MalformedModelException Broken(string what) => new(Position, $"Is no XML: {what}, in line {_line + _buffer.AsSpan(0, _at).Count('\n')}.");

    private void Fill()
    {
        _ = Position;
        _line += _buffer.AsSpan(0, _at).Count('\n');
        _buffer.AsSpan(_at, _end - _at).CopyTo(_buffer);
        _end -= _at;
        _at = _counted = 0;
        try
        {
            while (_end < LongestMark && _source.Read(_buffer, _end, _buffer.Length - _end) is > 0 and var read)
                _end += read;
        }
        catch (DecoderFallbackException broken)
        {
            throw new MalformedModelException(Position, $"Behind line {_line} there are bytes that are no characters.", broken);
        }
    }

    // Half a pair counts for half of its bytes, for a buffer may end between the two.
    private long BytesOf(ReadOnlySpan<char> text)
    {
        var narrow = _encoding.GetByteCount("<");
        if (_encoding is not UTF8Encoding && narrow < 4)
            return (long)text.Length * narrow;
        if (narrow == 1 && Ascii.IsValid(text))
            return text.Length;
        long count = 0;
        foreach (var character in text)
            count += char.IsSurrogate(character) ? 2 : narrow == 4 ? 4 : character < 0x80 ? 1 : character < 0x800 ? 2 : 3;
        return count;
    }

    // Section 2.3. What lies beyond 16 bits may all stand in names.
    private static bool IsNamed(char character, bool isFirst) => character switch
    {
        >= 'a' and <= 'z' or >= 'A' and <= 'Z' or '_' or ':' => true,
        >= '\u00C0' and <= '\u02FF' => character is not ('\u00D7' or '\u00F7'),
        >= '\u0370' and <= '\u1FFF' => character != '\u037E',
        >= '\u200C' and <= '\u200D' or >= '\u2070' and <= '\u218F' or >= '\u2C00' and <= '\u2FEF' or >= '\u3001' and <= '\uDFFF' => true,
        >= '\uF900' and <= '\uFDCF' or >= '\uFDF0' and <= '\uFFFD' => true,
        >= '0' and <= '9' or '-' or '.' or '\u00B7' or >= '\u0300' and <= '\u036F' or '\u203F' or '\u2040' => !isFirst,
        _ => false,
    };

    public const int End = -1;

    private const long LargestDocument = 512L << 20;
    private const int LongestName = 1000;
    private const int LongestMark = 8;
    private const int BufferSize = 32 << 10;
}
