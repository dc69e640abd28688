namespace Precinto.Formats.Yaml;

/// <summary>The letters of a document, and where in them a reader stands.</summary>
internal sealed class YamlLetters(string text, YamlReading reading)
{
    private int _lineStart;

    public int At { get; set; }

    public bool IsAtEnd => At >= text.Length;

    /// <summary>In which column the reader stands: from 0.</summary>
    public int Column => At - _lineStart;

    /// <summary>The letter at which the reader stands.</summary>
    public char Current => text[At];

    public char this[int at] => text[at];

    public int Length => text.Length;

    public ReadOnlySpan<char> Since(int start) => text.AsSpan(start, At - start);

    /// <summary>Whether a letter ends a line: to YAML 1.1, which PyYAML and libyaml read, more do.</summary>
    public bool IsBreak(char letter) => letter is '\n' or '\r' || (reading is YamlReading.Native or YamlReading.Python && IsOldBreak(letter));

    /// <summary>Whether a letter parts words. No other space of Unicode parts anything.</summary>
    public bool IsSpace(char letter) => letter is ' ' or '\t' || IsBreak(letter) || (IsOldBreak(letter) && reading == YamlReading.Lenient);

    private static bool IsOldBreak(char letter) => letter is '\u0085' or '\u2028' or '\u2029';

    /// <summary>Whether a word ends before this place.</summary>
    public bool IsSpaceAt(int at) => at >= text.Length || text[at] == '\0' || IsSpace(text[at]);

    /// <summary>Whether the reader stands at the mark of a document.</summary>
    public bool IsAtMark => Column == 0 && IsMark(At);

    /// <summary>Whether the mark of a document stands there.</summary>
    public bool IsMark(int at) => (string.CompareOrdinal(text, at, "---", 0, 3) == 0 || string.CompareOrdinal(text, at, "...", 0, 3) == 0) && IsSpaceAt(at + 3);

    /// <summary>Passes what is nothing between words, but no break.</summary>
    public bool TrySkipSpace()
    {
        if (IsAtEnd || IsBreak(Current) || !(IsSpace(Current) || Current == '\0' || (Current == '\uFEFF' && reading == YamlReading.Native && Column == 0)))
            return false;
        At++;
        return true;
    }

    /// <summary>Passes the break of a line.</summary>
    /// <returns>The break that a text has there, or null where no line ends.</returns>
    public char? TakeBreak()
    {
        if (IsAtEnd || !IsBreak(Current))
            return null;
        var first = Current;
        At += first == '\r' && At + 1 < text.Length && text[At + 1] == '\n' ? 2 : 1;
        _lineStart = At;
        return first is '\u2028' or '\u2029' ? first : '\n';
    }

    /// <summary>Passes the letters of a line that are left, but not its break.</summary>
    public void SkipLine()
    {
        while (!IsAtEnd && !IsBreak(Current))
            At++;
    }

    /// <summary>Goes back, or on, to a place in a line that begins elsewhere.</summary>
    public void Move(int at, int lineStart) => (At, _lineStart) = (at, lineStart);

    public int LineStart => _lineStart;
}
