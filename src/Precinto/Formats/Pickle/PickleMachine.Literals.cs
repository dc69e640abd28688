using System.Globalization;
using System.Numerics;
using Precinto.Inspection;

namespace Precinto.Formats.Pickle;

// Numbers, texts and bytes.
internal sealed partial class PickleMachine
{
    private bool PushLong(long length, long at)
    {
        if (length < 0)
            return Fail(PickleRules.ArgumentBroken, "An integer has a negative length.", at);
        if (length <= 8)
            return Push(PickleValue.From(LittleEndian(_reader.ReadSpan((int)length))), at);

        if (length <= KeptIntegerBytes)
            return PushInteger(new BigInteger(_reader.ReadSpan((int)length)), at);
        _reader.Skip(length);
        return PushInteger(null, at);
    }

    // Null is one that is not kept.
    private bool PushInteger(BigInteger? number, long at) => number is { } known && known >= long.MinValue && known <= long.MaxValue
        ? Push(PickleValue.From((long)known), at)
        : PushNode(new PickleBigInteger(at, number), at);

    private static long LittleEndian(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return 0;

        var value = bytes[^1] >= 0x80 ? -1L : 0L;
        for (var index = bytes.Length - 1; index >= 0; index--)
            value = (value << 8) | bytes[index];
        return value;
    }

    private bool PushIntLine(long at, bool isLong)
    {
        // Python refuses to read a decimal number of more than 4300 digits; other loaders may not.
        if (!_reader.TryReadLine(BoundedReader.WindowSize - 1, out var line))
            return TrySkipLine(at, out _, out _, out _) && Odd(PickleRules.ArgumentBroken, "An integer has more digits than Python reads.", at) && PushInteger(null, at);
        if (!isLong && line is [(byte)'0', (byte)'0' or (byte)'1'])
            return Push(PickleValue.From(line[1] == (byte)'1'), at);
        if (isLong && line is [.., (byte)'L'])
            line = line[..^1];

        if (!PickleInteger.TryParse(line, isDecimal: false, out var number))
            return Odd(PickleRules.ArgumentBroken, "An integer is no number.", at) && PushInteger(null, at);
        if (number is null && line.Length > PickleInteger.MostDigits && !Odd(PickleRules.ArgumentBroken, "An integer has more digits than Python reads.", at))
            return false;
        return PushInteger(number, at);
    }

    private bool PushFloatLine(long at)
    {
        if (!_reader.TryReadLine(4096, out var line))
            return TrySkipLine(at, out _, out _, out _) && Odd(PickleRules.ArgumentBroken, "A float is no number.", at) && Push(PickleValue.From(0.0), at);
        if (double.TryParse(line, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return Push(PickleValue.From(number), at);

        return _session.Text(line).Trim().ToLowerInvariant() switch
        {
            "inf" or "+inf" or "infinity" => Push(PickleValue.From(double.PositiveInfinity), at),
            "-inf" or "-infinity" => Push(PickleValue.From(double.NegativeInfinity), at),
            "nan" or "-nan" or "+nan" => Push(PickleValue.From(double.NaN), at),
            _ => Odd(PickleRules.ArgumentBroken, "A float is no number.", at) && Push(PickleValue.From(0.0), at),
        };
    }

    private bool TryReadKey(long at, out long key)
    {
        key = 0;
        if (!_reader.TryReadLine(BoundedReader.WindowSize - 1, out var line) || !PickleInteger.TryParse(line, isDecimal: true, out var number)
            || number is not { Sign: >= 0 } known || known > long.MaxValue)
            return Fail(PickleRules.ArgumentBroken, "A memo key is no number.", at);

        key = (long)known;
        return true;
    }

    private bool PushSized(ulong length, PickleBytesForm form, long at)
    {
        if (length > (ulong)_reader.Remaining)
            return FailTooLong(length, at);

        var count = (long)length;
        var isText = form is PickleBytesForm.Utf8 or PickleBytesForm.Latin1;
        if (isText && count < BoundedReader.WindowSize && _session.TryKeep(count * 2))
        {
            var bytes = _reader.ReadSpan((int)count);
            // CPython decodes surrogates, and nothing else that UTF-8 forbids.
            if (form == PickleBytesForm.Utf8 && !System.Text.Unicode.Utf8.IsValid(bytes) && bytes.IndexOf((byte)0xED) < 0
                && !Odd(PickleRules.ArgumentBroken, "A text is not in UTF-8.", at))
                return false;

            var text = form == PickleBytesForm.Utf8 || bytes.Length <= 64 && System.Text.Ascii.IsValid(bytes)
                ? _session.Text(bytes)
                : System.Text.Encoding.Latin1.GetString(bytes);
            NoticePickleInText(text, at);
            return Charge(1, at) && Push(PickleValue.From(text), at);
        }

        return PushNode(TakeBytes(count, form, at), at);
    }

    // How long a decompressed stream is, nobody knows before its end: there it is the limit that is exceeded.
    private bool FailTooLong(ulong length, long at) => _reader.IsLengthKnown
        ? Fail(PickleRules.ArgumentBroken, $"Declares {length} bytes where {_reader.Remaining} are left.", at)
        : Fail(InspectionRules.LimitReached, $"Declares {length} bytes where at most {_reader.Remaining} are read.", at);

    /// <summary>The next bytes: their place in a file; of a stream, which cannot be read twice, the bytes themselves where they are wanted.</summary>
    private PickleBytes TakeBytes(long length, PickleBytesForm form, long at)
    {
        if (form is PickleBytesForm.Bytes or PickleBytesForm.ByteArray)
            _reader.CrossPiece(length);
        NoticePickleInData(length, at);
        var offset = _reader.Position;
        byte[]? kept = null;
        if (_reader.Content is null && (_session.Keep == PickleKeep.Arrays ? _session.TryKeep(length) : length <= KeptBytes && _session.TryKeepBytes(length)))
            kept = _reader.ReadBytes(length, Array.MaxLength);
        else
            _reader.Skip(length);

        return new(at, offset, length, form, kept);
    }

    private bool PushLine(PickleBytesForm form, long at)
    {
        if (!_reader.TryReadLine(BoundedReader.WindowSize - 1, out var line))
        {
            if (!TrySkipLine(at, out var offset, out var length, out var kept))
                return false;
            return PushNode(new PickleBytes(at, offset, length, form, kept), at);
        }

        if (form == PickleBytesForm.Quoted && (line.Length < 2 || line[0] != line[^1] || line[0] is not ((byte)'\'' or (byte)'"'))
            && !Odd(PickleRules.ArgumentBroken, "A string is not in quotes.", at))
            return false;

        var text = PickleText.Decode(line, form);
        if (!_session.TryKeep(text.Length * 2L))
            return PushNode(new PickleBytes(at, at + 1, line.Length, form, null), at);

        NoticePickleInText(text, at);
        return Charge(1, at) && Push(PickleValue.From(text), at);
    }

    // A line longer than the window; arrays in protocol 0 are such lines.
    private bool TrySkipLine(long at, out long offset, out long length, out byte[]? kept)
    {
        offset = _reader.Position;
        length = 0;
        kept = null;
        using var arrived = _reader.Content is null && _session.Keep == PickleKeep.Arrays ? new MemoryStream() : null;
        while (!_reader.IsAtEnd)
        {
            var window = _reader.Window;
            var end = window.IndexOf((byte)'\n');
            var piece = end < 0 ? window : window[..end];
            length += piece.Length;
            if (arrived is not null)
            {
                if (!_session.TryKeep(piece.Length))
                    return Fail(InspectionRules.LimitReached, "Holds more bytes than are kept.", at);
                arrived.Write(piece);
            }

            _reader.Skip(piece.Length);
            if (end < 0)
                continue;

            _reader.Skip(1);
            kept = arrived?.ToArray();
            return true;
        }

        return Fail(PickleRules.ArgumentBroken, "A line does not end.", at);
    }

    // Nothing loads it from here, so it is inert by itself; but code elsewhere could.
    private void NoticePickleInData(long length, long at)
    {
        if (length < 5)
            return;

        if (PickleDetection.IsMarked(_reader.Peek(3)))
            _session.Notice(PickleRules.PickleInData, null, "Bytes in the pickle look like a pickle; nothing in the file loads them.", at);
    }

    private void NoticePickleInText(string text, long at)
    {
        if (text.Length >= 16 && text is ['g', 'A', >= 'I' and <= 'X', ..] or ['8', '0', '0', >= '2' and <= '5', ..])
            _session.Notice(PickleRules.PickleInData, null, "A text in the pickle looks like an encoded pickle; nothing in the file loads it.", at);
    }

    private const int KeptIntegerBytes = 4096;
    private const int KeptBytes = 1 << 20;
}
