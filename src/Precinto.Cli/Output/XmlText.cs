using System.Globalization;
using System.Text;

namespace Precinto.Cli.Output;

/// <summary>Writes XML 1.0 with an element a line. Whoever writes hands in text without characters that XML does not have.</summary>
internal sealed class XmlText
{
    private readonly StringBuilder _text = new("<?xml version=\"1.0\" encoding=\"utf-8\"?>");
    private readonly Stack<string> _open = [];
    private bool _isInTag;
    private bool _hasText;

    public void Start(string element)
    {
        EndTag();
        _text.Append('\n').Append(' ', 2 * _open.Count).Append('<').Append(element);
        _open.Push(element);
        _isInTag = true;
        _hasText = false;
    }

    public void Attribute(string name, string value) => _text.Append(' ').Append(name).Append("=\"").Append(Escape(value).Replace("\"", "&quot;", StringComparison.Ordinal)).Append('"');

    public void Attribute(string name, int value) => Attribute(name, value.ToString(CultureInfo.InvariantCulture));

    public void Text(string text)
    {
        EndTag();
        _text.Append(Escape(text));
        _hasText = true;
    }

    public void End()
    {
        var element = _open.Pop();
        if (_isInTag)
            _text.Append(" />");
        else if (_hasText)
            _text.Append("</").Append(element).Append('>');
        else
            _text.Append('\n').Append(' ', 2 * _open.Count).Append("</").Append(element).Append('>');
        _isInTag = _hasText = false;
    }

    public override string ToString() => _text.ToString();

    private void EndTag()
    {
        if (_isInTag)
            _text.Append('>');
        _isInTag = false;
    }

    private static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
