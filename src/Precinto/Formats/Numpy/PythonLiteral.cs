namespace Precinto.Formats.Numpy;

/// <summary>What a <see cref="PythonLiteral"/> is.</summary>
internal enum PythonLiteralKind
{
    None,
    Boolean,
    Integer,
    Text,
    Tuple,
    List,
    Dictionary,
}

/// <summary>
/// A literal of Python as headers of NumPy hold it. Read by a parser of its own, without recursion; nothing is evaluated.
/// A dictionary's items are its keys and values in turn.
/// </summary>
internal sealed class PythonLiteral
{
    private PythonLiteral(PythonLiteralKind kind, long number = 0, string text = "")
    {
        Kind = kind;
        Number = number;
        Text = text;
    }

    public PythonLiteralKind Kind { get; private set; }

    public long Number { get; }

    public string Text { get; }

    public List<PythonLiteral> Items { get; } = [];

    public bool IsSequence => Kind is PythonLiteralKind.Tuple or PythonLiteralKind.List;

    /// <summary>Reads one literal and nothing but white space behind it.</summary>
    /// <param name="source">The text.</param>
    /// <param name="offset">Where the text starts in the file, for messages.</param>
    /// <exception cref="MalformedModelException">The text is no literal, or is nested deeper than 32.</exception>
    public static PythonLiteral Parse(string source, long offset)
    {
        Parser parser = new(source, offset);
        return parser.Parse();
    }

    private sealed class Parser(string source, long offset)
    {
        private readonly Stack<PythonLiteral> _open = [];
        private int _position;
        private bool _wantsValue = true;

        public PythonLiteral Parse()
        {
            PythonLiteral? whole = null;
            while (SkipSpace())
            {
                if (whole is not null && _open.Count == 0)
                    throw Malformed("Something follows the literal");

                var current = source[_position];
                if (current is ')' or ']' or '}')
                    Close(current);
                else if (current is ',' or ':')
                    Separate(current);
                else if (!_wantsValue)
                    throw Malformed("A comma is missing");
                else if (current is '(' or '[' or '{')
                    Open(current, ref whole);
                else
                    Add(ReadAtom(), ref whole);
            }

            return whole is not null && _open.Count == 0 ? whole : throw Malformed("The literal ends too early");
        }

        private void Open(char bracket, ref PythonLiteral? whole)
        {
            if (_open.Count == MaximumDepth)
                throw Malformed("The literal is nested too deeply");

            PythonLiteral opened = new(bracket switch
            {
                '(' => PythonLiteralKind.Tuple,
                '[' => PythonLiteralKind.List,
                _ => PythonLiteralKind.Dictionary,
            });
            Add(opened, ref whole);
            _open.Push(opened);
            _wantsValue = true;
            _position++;
        }

        private void Add(PythonLiteral value, ref PythonLiteral? whole)
        {
            if (_open.TryPeek(out var parent))
                parent.Items.Add(value);
            else
                whole = value;
            _wantsValue = false;
        }

        private void Separate(char separator)
        {
            if (!_open.TryPeek(out var parent) || _wantsValue)
                throw Malformed($"'{separator}' stands where a value is due");
            var isKey = parent.Kind == PythonLiteralKind.Dictionary && parent.Items.Count % 2 == 1;
            if (separator == ':' != isKey)
                throw Malformed($"'{separator}' is out of place");
            _wantsValue = true;
            _position++;
        }

        private void Close(char bracket)
        {
            if (!_open.TryPop(out var closed))
                throw Malformed($"'{bracket}' closes nothing");
            var expected = closed.Kind switch
            {
                PythonLiteralKind.Tuple => ')',
                PythonLiteralKind.List => ']',
                _ => '}',
            };
            if (bracket != expected)
                throw Malformed($"'{bracket}' closes what '{expected}' should");
            if (closed.Kind == PythonLiteralKind.Dictionary && closed.Items.Count % 2 == 1)
                throw Malformed("A key lacks its value");
            // Parentheses around one value and no comma are no tuple to Python, which makes it another type.
            if (closed.Kind == PythonLiteralKind.Tuple && closed.Items.Count == 1 && !_wantsValue)
                throw Malformed("A tuple of one lacks its comma");

            _wantsValue = false;
            _position++;
        }

        private PythonLiteral ReadAtom()
        {
            if (source[_position] is '\'' or '"')
                return new(PythonLiteralKind.Text, text: ReadText());
            if (source[_position] is 'u' or 'b' && _position + 1 < source.Length && source[_position + 1] is '\'' or '"')
            {
                _position++;
                return new(PythonLiteralKind.Text, text: ReadText());
            }

            var start = _position;
            while (_position < source.Length && (char.IsAsciiLetterOrDigit(source[_position]) || (_position == start && source[_position] == '-')))
                _position++;
            return source.AsSpan(start, _position - start) switch
            {
                "True" => new(PythonLiteralKind.Boolean, 1),
                "False" => new(PythonLiteralKind.Boolean),
                "None" => new(PythonLiteralKind.None),
                var digits => new(PythonLiteralKind.Integer, ReadInteger(digits, start)),
            };
        }

        // Python 2 wrote long integers with an L.
        private long ReadInteger(ReadOnlySpan<char> digits, int start)
        {
            var number = digits.EndsWith('L') ? digits[..^1] : digits;
            if (long.TryParse(number, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out var value))
                return value;
            throw new MalformedModelException(offset + start, "A literal is neither a text nor a whole number of 64 bits.");
        }

        private string ReadText()
        {
            var quote = source[_position++];
            System.Text.StringBuilder text = new();
            while (_position < source.Length && source[_position] != quote)
            {
                var current = source[_position++];
                if (current == '\\')
                    current = ReadEscape();
                else if (char.IsControl(current))
                    throw Malformed("A text holds a control character");
                text.Append(current);
            }

            if (_position == source.Length)
                throw Malformed("A text is not closed");
            _position++;
            return text.ToString();
        }

        private char ReadEscape()
        {
            var kind = _position < source.Length ? source[_position++] : '\0';
            var length = kind switch { 'x' => 2, 'u' => 4, _ => 0 };
            if (length > 0)
            {
                if (source.Length - _position >= length
                    && ushort.TryParse(source.AsSpan(_position, length), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code))
                {
                    _position += length;
                    return (char)code;
                }

                throw Malformed("An escape is cut off");
            }

            return kind switch
            {
                '\\' or '\'' or '"' => kind,
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                _ => throw Malformed("An escape is unknown"),
            };
        }

        private bool SkipSpace()
        {
            while (_position < source.Length && source[_position] is (' ' or '\t' or '\n' or '\r'))
                _position++;
            return _position < source.Length;
        }

        private MalformedModelException Malformed(string what) => new(offset + _position, what + ".");

        private const int MaximumDepth = 32;
    }
}
