using System.Buffers;
using System.Globalization;
using System.Text;
using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Xml;

/// <summary>
/// Reads XML 1.0 element by element, without a document type and with no entities but the five that every document has: nothing expands, nothing is fetched.
/// A document that is not well-formed is a <see cref="MalformedModelException"/>. Names are taken as they are written; prefixes are not resolved.
/// </summary>
internal sealed class BoundedXml(ModelContent content) : IDisposable
{
    private readonly XmlSource _source = new(content, XmlEncoding.Of(content));
    private readonly List<string> _open = [];
    private readonly List<KeyValuePair<string, string>> _attributes = [];
    private readonly HashSet<string> _attributeNames = new(StringComparer.Ordinal);
    private readonly StringBuilder _value = new();
    private bool _isClosed;
    private bool _hasRoot;
    private bool _isBegun;

    /// <summary>Whether this is an instruction for another program (section 2.6) and no element.</summary>
    public bool IsInstruction { get; private set; }

    /// <summary>The name of the element without its prefix.</summary>
    public string Name { get; private set; } = "";

    /// <summary>How many elements the element lies in.</summary>
    public int Depth => _open.Count - 1;

    /// <summary>The name of the element that it lies in, without its prefix; empty for the root.</summary>
    public string Parent => _open.Count > 1 ? WithoutPrefix(_open[^2]) : "";

    /// <summary>Where it starts, in bytes from the start of the file.</summary>
    public long Position { get; private set; }

    /// <summary>The attributes of the element, names without prefixes; values cut to 100,000 characters.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Attributes => _attributes;

    /// <summary>Notes what the prolog says; false where nothing behind it is to be read.</summary>
    public static bool NoticeProlog(ModelContent content, InspectionContext context)
    {
        if (XmlProlog.Read(content) is not { } prolog)
            return true;
        if (prolog.HasStyleSheet)
            context.Add(XmlRules.OtherDocument, "A style sheet is named before the root.", 0);
        if (prolog.DocumentType is not { } type)
            return true;

        if (type.Contains("SYSTEM", StringComparison.Ordinal) || type.Contains("PUBLIC", StringComparison.Ordinal))
            context.Add(XmlRules.External, "The document type names something outside of the file.", 0);
        else
            context.Add(XmlRules.DocumentType, "The file has a document type.", 0);
        return false;
    }

    /// <summary>Notes what refers to another document, for whoever reads instructions and inclusions (XInclude 1.0, section 3).</summary>
    public void NoticeReferences(InspectionContext context)
    {
        if (IsInstruction)
            context.Add(XmlRules.OtherDocument, "An instruction is for another program.", Position);
        else if (_attributes.Exists(attribute => attribute.Value is "http://www.w3.org/2001/XInclude" or "http://www.w3.org/2003/XInclude"))
            context.Add(XmlRules.OtherDocument, "Inclusions of other documents are declared.", Position);
    }

    /// <summary>An attribute of the element; null where it has none of that name.</summary>
    public string? Attribute(string name)
    {
        foreach (var attribute in _attributes)
        {
            if (attribute.Key == name)
                return attribute.Value;
        }

        return null;
    }

    /// <summary>Goes to the next element or instruction; false at the end of the document.</summary>
    public bool Read()
    {
        if (_isClosed)
            Close();
        if (!_isBegun)
            ReadDeclaration();
        while (SkipText())
        {
            switch (_source.Peek())
            {
                case '/':
                    _source.Skip(1);
                    ReadEndTag();
                    break;
                case '!':
                    _source.Skip(1);
                    SkipMarkup();
                    break;
                case '?':
                    _source.Skip(1);
                    if (_source.ReadName().Equals("xml", StringComparison.OrdinalIgnoreCase))
                        throw _source.Broken("There is a declaration behind the start");
                    if (!XmlSource.IsSpace(_source.Peek()) && !_source.StartsWith("?>"))
                        throw _source.Broken("An instruction has no name");
                    _source.SkipBehind("?>");
                    IsInstruction = true;
                    return true;
                default:
                    ReadStartTag();
                    return true;
            }
        }

        return _hasRoot && _open.Count == 0 ? false : throw _source.Broken("The document ends before its elements do");
    }

    public void Dispose() => _source.Dispose();

    // Section 2.8. What it says of the encoding was read before.
    private void ReadDeclaration()
    {
        _isBegun = true;
        if (_source.Peek() == '\uFEFF')
            _source.Skip(1);
        if (!_source.StartsWith(Mark) || _source.Window.Length == Mark.Length || !XmlSource.IsSpace(_source.Window[Mark.Length]))
            return;
        _source.Skip(Mark.Length);
        ReadAttributes('?');
        _source.Expect('?');
        _source.Expect('>');
        if (string.Join(' ', _attributes.Select(attribute => attribute.Key)) is not ("version" or "version encoding" or "version standalone" or "version encoding standalone")
            || Attribute("version") is not ("1.0" or "1.1") || Attribute("standalone") is not (null or "yes" or "no"))
        {
            throw _source.Broken("The declaration is none of XML");
        }
    }

    // Section 3.1.
    private void ReadStartTag()
    {
        if (_open.Count == 0 && _hasRoot)
            throw _source.Broken("There is a second root");
        if (_open.Count > DeepestNesting)
            throw _source.Broken($"Elements are nested more than {DeepestNesting} deep");
        var name = _source.ReadName();
        _open.Add(name);
        _hasRoot = true;
        IsInstruction = false;
        Name = WithoutPrefix(name);
        ReadAttributes('/');
        _isClosed = _source.Peek() == '/';
        if (_isClosed)
            _source.Skip(1);
        _source.Expect('>');
    }

    private void ReadEndTag()
    {
        var name = _source.ReadName();
        _source.SkipSpace();
        _source.Expect('>');
        if (_open.Count == 0 || _open[^1] != name)
            throw _source.Broken("An element ends that is not open");
        Close();
    }

    private void Close()
    {
        _open.RemoveAt(_open.Count - 1);
        _isClosed = false;
    }

    private void ReadAttributes(char end)
    {
        _attributes.Clear();
        _attributeNames.Clear();
        for (var hasSpace = _source.SkipSpace(); _source.Peek() is var next && next != '>' && next != end; hasSpace = _source.SkipSpace())
        {
            if (!hasSpace)
                throw _source.Broken("There is no space before an attribute");
            var name = _source.ReadName();
            _source.SkipSpace();
            _source.Expect('=');
            _source.SkipSpace();
            var value = ReadValue();
            if (_attributes.Count == MostAttributes || !_attributeNames.Add(name))
                throw _source.Broken("An element has an attribute twice, or too many");
            _attributes.Add(new(WithoutPrefix(name), value));
        }
    }

    // Section 3.3.3: white space becomes spaces.
    private string ReadValue()
    {
        var quote = _source.Next();
        if (quote is not ('"' or '\''))
            throw _source.Broken("The value of an attribute has no quotes");
        _value.Clear();
        while (true)
        {
            if (_source.Window is not { IsEmpty: false } window)
                throw _source.Broken("The document ends in an attribute");
            var length = window.IndexOfAny(StopsValue) is >= 0 and var found ? found : window.Length;
            Keep(window[..length]);
            _source.Skip(length);
            if (length == window.Length)
                continue;
            var stop = _source.Next();
            if (stop == quote)
                return _value.ToString();
            if (stop == '&')
                Keep(ReadReference());
            else if (XmlSource.IsSpace(stop))
                Keep(" ");
            else if (stop is '"' or '\'')
                Keep([stop]);
            else
                throw _source.Broken("There is a character in an attribute that may not be there");
        }
    }

    private void Keep(ReadOnlySpan<char> text) => _value.Append(text[..Math.Min(text.Length, LongestValue - _value.Length)]);

    // Section 4.1. Without a document type there are no entities but the five of section 4.6.
    private string ReadReference()
    {
        Span<char> name = stackalloc char[12];
        var length = 0;
        for (var next = _source.Next(); next != ';'; next = _source.Next())
        {
            if (length == name.Length)
                throw _source.Broken("A reference is none");
            name[length++] = next;
        }

        var text = name[..length];
        if (text is ['#', 'x', .. var digits] && uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            || text is ['#', .. var decimals] && uint.TryParse(decimals, NumberStyles.None, CultureInfo.InvariantCulture, out code))
        {
            return Rune.IsValid(code) && (code is 9 or 10 or 13 or >= 32) && code is not (0xFFFE or 0xFFFF) ? new Rune(code).ToString() : throw _source.Broken("A reference to a character is none");
        }

        return text switch
        {
            "lt" => "<",
            "gt" => ">",
            "amp" => "&",
            "quot" => "\"",
            "apos" => "'",
            _ => throw _source.Broken("An entity is referred to that no document without a document type has"),
        };
    }

    // Goes behind the next '<'; false at the end.
    private bool SkipText()
    {
        while (_source.Window is { IsEmpty: false } window)
        {
            var length = window.IndexOfAny(StopsText) is >= 0 and var found ? found : window.Length;
            if (_open.Count == 0 && window[..length].ContainsAnyExcept(Space))
                throw _source.Broken("There is text outside of the root");
            _source.Skip(length);
            if (length == window.Length)
                continue;
            Position = _source.Position;
            switch (_source.Next())
            {
                case '<':
                    return true;
                case '&' when _open.Count > 0:
                    ReadReference();
                    break;
                case ']' when _open.Count > 0:
                    // Section 2.4: the end of a section of characters stands nowhere else.
                    if (_source.StartsWith("]>"))
                        throw _source.Broken("A section ends that was not begun");
                    break;
                default:
                    throw _source.Broken("There is a character that may not be there");
            }
        }

        return false;
    }

    private void SkipMarkup()
    {
        if (_source.StartsWith("--"))
        {
            _source.Skip(2);
            _source.SkipBehind("--");
            _source.Expect('>');
        }
        else if (_open.Count > 0 && _source.StartsWith("[CDATA["))
        {
            _source.SkipBehind("]]>");
        }
        else
        {
            throw _source.Broken("There is a document type, or markup that XML does not have");
        }
    }

    private static string WithoutPrefix(string name) => name[(name.IndexOf(':') + 1)..];

    private const string Controls = "\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u000B\u000C\u000E\u000F\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F\uFFFE\uFFFF";
    private const string Space = " \t\r\n";
    private static readonly SearchValues<char> StopsText = SearchValues.Create(Controls + "<&]");
    private static readonly SearchValues<char> StopsValue = SearchValues.Create(Controls + Space + "<&\"'");

    private const string Mark = "<?xml";
    private const int DeepestNesting = 10_000;
    private const int LongestValue = 100_000;
    private const int MostAttributes = 1000;
}
