using System.Text;
using System.Text.Unicode;

namespace Precinto.MLNet;

/// <summary>
/// Comma-separated values as RFC 4180 has them, in UTF-8: fields between commas, records between CRLF or LF,
/// quotes around a field that holds a comma, a line end or a doubled quote. A quote anywhere else is an error, not a guess.
/// </summary>
internal sealed class CsvReader(ReadOnlyMemory<byte> text, string displayName)
{
    private readonly List<CsvField> _record = [];
    private byte[] _unquoted = [];
    private int _position;
    private int _line = 1;

    /// <summary>The line on which the record read last begins.</summary>
    public int RecordLine { get; private set; }

    /// <summary>Reads the next record; the list is filled anew by the next call.</summary>
    /// <returns>Null where the text has ended. A line end behind the last record starts no other one.</returns>
    public IReadOnlyList<CsvField>? ReadRecord()
    {
        _record.Clear();
        RecordLine = _line;
        if (_position == text.Length)
            return null;

        while (true)
        {
            var line = _line;
            var column = _record.Count + 1;
            if (column > TrainingData.MaximumColumns)
                throw new TrainingDataException(displayName, line, column, $"a record has more than {TrainingData.MaximumColumns} fields");

            _record.Add(new(ReadField(line, column), line, column));
            if (_position == text.Length)
                return _record;

            // ReadField stops at a comma, at LF or at CR LF.
            var separator = text.Span[_position++];
            if (separator == ',')
                continue;

            if (separator == '\r')
                _position++;
            _line++;
            return _record;
        }
    }

    private string ReadField(int line, int column)
    {
        var rest = text.Span[_position..];
        if (rest.IsEmpty || rest[0] != '"')
            return ReadPlainField(rest, line, column);

        return ReadQuotedField(rest, line, column);
    }

    private string ReadPlainField(ReadOnlySpan<byte> rest, int line, int column)
    {
        var length = rest.IndexOfAny(",\r\n"u8);
        var field = length < 0 ? rest : rest[..length];
        if (field.Contains((byte)'"'))
            throw new TrainingDataException(displayName, line, column, "a quote stands inside of a field that does not begin with one");

        _position += field.Length;
        ExpectEndOfField(line, column);
        return Decode(field, line, column);
    }

    private string ReadQuotedField(ReadOnlySpan<byte> rest, int line, int column)
    {
        var from = 1;
        var written = 0;
        while (true)
        {
            var length = rest[from..].IndexOf((byte)'"');
            if (length < 0)
                throw new TrainingDataException(displayName, line, column, "the quote is never closed");

            var isDoubled = from + length + 1 < rest.Length && rest[from + length + 1] == '"';
            var piece = rest.Slice(from, isDoubled ? length + 1 : length);
            Append(piece, ref written, line, column);
            from += length + (isDoubled ? 2 : 1);
            _line += piece.Count((byte)'\n');
            if (!isDoubled)
                break;
        }

        _position += from;
        ExpectEndOfField(line, column);
        return Decode(_unquoted.AsSpan(0, written), line, column);
    }

    private void Append(ReadOnlySpan<byte> piece, ref int written, int line, int column)
    {
        if (written + piece.Length > TrainingData.MaximumFieldLength)
            throw TooLong(line, column);

        if (_unquoted.Length < written + piece.Length)
            Array.Resize(ref _unquoted, Math.Min(TrainingData.MaximumFieldLength, (written + piece.Length) * 2));
        piece.CopyTo(_unquoted.AsSpan(written));
        written += piece.Length;
    }

    private void ExpectEndOfField(int line, int column)
    {
        var rest = text.Span[_position..];
        if (rest.IsEmpty || rest[0] is (byte)',' or (byte)'\n' || rest.StartsWith("\r\n"u8))
            return;

        throw new TrainingDataException(displayName, line, column, rest[0] == '\r'
            ? "a carriage return stands without a line feed"
            : "text follows the closing quote");
    }

    private string Decode(ReadOnlySpan<byte> field, int line, int column)
    {
        if (field.Length > TrainingData.MaximumFieldLength)
            throw TooLong(line, column);
        if (!Utf8.IsValid(field))
            throw new TrainingDataException(displayName, line, column, "the field is not valid UTF-8");

        return Encoding.UTF8.GetString(field);
    }

    private TrainingDataException TooLong(int line, int column) =>
        new(displayName, line, column, $"the field is longer than {TrainingData.MaximumFieldLength} bytes");
}
