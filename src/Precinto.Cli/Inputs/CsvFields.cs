using System.Text;

namespace Precinto.Cli.Inputs;

/// <summary>One field with its place, both counted from 1.</summary>
internal readonly record struct CsvField(string Text, bool IsQuoted, int Row, int Column, bool IsLast);

/// <summary>The fields of comma-separated values, one after another. Empty lines are passed over.</summary>
internal sealed class CsvFields(string text, string name)
{
    private int _position = text.StartsWith('\uFEFF') ? 1 : 0;
    private int _row = 1;
    private int _column = 1;

    /// <exception cref="UsageException">A quoted field does not end, or something follows its end.</exception>
    public bool TryRead(out CsvField field)
    {
        if (_column == 1)
            SkipEmptyLines();
        field = default;
        if (_position >= text.Length && _column == 1)
            return false;

        var isQuoted = _position < text.Length && text[_position] == '"';
        var value = isQuoted ? ReadQuoted() : ReadPlain();
        var isLast = _position >= text.Length || text[_position] != ',';
        field = new(value, isQuoted, _row, _column, isLast);
        if (isLast)
        {
            SkipLineBreak();
            _row++;
            _column = 1;
        }
        else
        {
            _position++;
            _column++;
        }

        return true;
    }

    private string ReadPlain()
    {
        var rest = text.AsSpan(_position);
        var length = rest.IndexOfAny(',', '\n', '\r');
        if (length < 0)
            length = rest.Length;
        var value = rest[..length].ToString();
        _position += length;
        return value;
    }

    private string ReadQuoted()
    {
        StringBuilder value = new();
        _position++;
        while (true)
        {
            var end = text.IndexOf('"', _position);
            if (end < 0)
                throw new UsageException($"{name}, row {_row}, column {_column}: the quoted text does not end");

            value.Append(text, _position, end - _position);
            _position = end + 1;
            if (_position >= text.Length || text[_position] != '"')
                break;
            value.Append('"');
            _position++;
        }

        if (_position < text.Length && text[_position] is not (',' or '\n' or '\r'))
            throw new UsageException($"{name}, row {_row}, column {_column}: something follows the quoted text");
        return value.ToString();
    }

    private void SkipEmptyLines()
    {
        while (_position < text.Length && text[_position] is ('\n' or '\r'))
            _position++;
    }

    private void SkipLineBreak()
    {
        if (_position < text.Length && text[_position] == '\r')
            _position++;
        if (_position < text.Length && text[_position] == '\n')
            _position++;
    }
}
