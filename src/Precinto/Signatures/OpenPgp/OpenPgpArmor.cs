using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Precinto.Signatures.OpenPgp;

/// <summary>
/// ASCII armor, RFC 9580 section 6: a BEGIN line, headers, an empty line, base64, a CRC-24 that may be absent, an END line.
/// Nothing but white space may stand outside, so that what a person reads in the file is what is verified.
/// </summary>
internal static class OpenPgpArmor
{
    public const string Signature = "PGP SIGNATURE";
    public const string PublicKey = "PGP PUBLIC KEY BLOCK";
    public const string PrivateKey = "PGP PRIVATE KEY BLOCK";

    /// <summary>Whether the bytes begin as armor does, of whatever label.</summary>
    public static bool LooksArmored(ReadOnlySpan<byte> bytes) => bytes.StartsWith("-----BEGIN PGP "u8);

    public static bool LooksArmored(ReadOnlySpan<byte> bytes, string label) =>
        bytes.StartsWith("-----BEGIN "u8) && bytes["-----BEGIN "u8.Length..].StartsWith(Encoding.ASCII.GetBytes(label + "-----"));

    /// <summary>What one block encloses, or several blocks one after the other where <paramref name="several"/> is set.</summary>
    /// <exception cref="MalformedSignatureException">Not armor of one of the labels, or bytes stand outside of it, or the CRC-24 does not fit.</exception>
    public static byte[] Decode(ReadOnlySpan<byte> armored, ReadOnlySpan<string> labels, bool several)
    {
        var output = new byte[Base64.GetMaxDecodedFromUtf8Length(armored.Length)];
        var written = 0;
        LineReader lines = new(armored);
        do
        {
            if (written > 0 && !several)
                throw new MalformedSignatureException(lines.Offset, "A second armored block follows the first.");
            var block = ReadBlock(ref lines, labels);
            block.CopyTo(output, written);
            written += block.Length;
        }
        while (lines.SkipBlank());

        return output[..written];
    }

    /// <summary>Armor with a CRC-24, as older readers want it, and lines of 64 characters ended by line feeds.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes, string label)
    {
        StringBuilder text = new();
        text.Append("-----BEGIN ").Append(label).Append("-----\n\n");
        var body = Convert.ToBase64String(bytes);
        for (var at = 0; at < body.Length; at += LineLength)
            text.Append(body, at, Math.Min(LineLength, body.Length - at)).Append('\n');

        var crc = Checksum(bytes);
        text.Append('=').Append(Convert.ToBase64String([(byte)(crc >> 16), (byte)((crc >> 8) & 0xFF), (byte)(crc & 0xFF)])).Append('\n');
        return text.Append("-----END ").Append(label).Append("-----\n").ToString();
    }

    private static byte[] ReadBlock(ref LineReader lines, ReadOnlySpan<string> labels)
    {
        var start = lines.Offset;
        var first = lines.Next();
        string? label = null;
        foreach (var candidate in labels)
        {
            if (first.SequenceEqual(Encoding.ASCII.GetBytes($"-----BEGIN {candidate}-----")))
                label = candidate;
        }

        if (label is null)
            throw new MalformedSignatureException(start, $"Is not an armored {labels[0]}.");

        SkipHeaders(ref lines);

        MemoryStream body = new();
        byte[]? checksum = null;
        var end = Encoding.ASCII.GetBytes($"-----END {label}-----");
        var bodyStart = lines.Offset;
        while (true)
        {
            var at = lines.Offset;
            var line = lines.Next();
            if (line.SequenceEqual(end))
                break;
            if (checksum is not null)
                throw new MalformedSignatureException(at, "Something stands between the checksum and the end of the armor.");

            if (line.Length == 5 && line[0] == '=')
                checksum = FromBase64(line[1..], at);
            else if (line.IsEmpty || line.Length > MaximumLineLength)
                throw new MalformedSignatureException(at, "A line of the armor is empty or too long.");
            else
                body.Write(line);
        }

        var bytes = FromBase64(body.GetBuffer().AsSpan(0, (int)body.Length), bodyStart);
        if (checksum is not null && Checksum(bytes) != ((checksum[0] << 16) | (checksum[1] << 8) | checksum[2]))
            throw new MalformedSignatureException(bodyStart, "The checksum of the armor does not fit.");

        return bytes;
    }

    // Headers say nothing that is relied on (section 6.2.2.1), but only lines of the form "Key: Value" are headers.
    private static void SkipHeaders(ref LineReader lines)
    {
        while (true)
        {
            var at = lines.Offset;
            var line = lines.Next();
            if (line.IsEmpty)
                return;
            if (line.Length > MaximumLineLength || line.IndexOf(": "u8) <= 0 && line[^1] != ':')
                throw new MalformedSignatureException(at, "A line before the armor's empty line is no header.");
        }
    }

    private static byte[] FromBase64(ReadOnlySpan<byte> text, long offset)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (text.IsEmpty
            || text.ContainsAny(WhiteSpace)
            || Base64.DecodeFromUtf8(text, bytes, out _, out var written) != OperationStatus.Done)
        {
            throw new MalformedSignatureException(offset, "The armor holds no valid base64.");
        }

        // Unused bits of the last character must be zero: one content, one form.
        var tail = written % 3;
        if (tail != 0)
        {
            Span<byte> again = stackalloc byte[4];
            Base64.EncodeToUtf8(bytes.AsSpan(written - tail, tail), again, out _, out _);
            if (!text.EndsWith(again))
                throw new MalformedSignatureException(offset, "The base64 of the armor is not in its only proper form.");
        }

        return bytes[..written];
    }

    private static int Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xB704CE;
        foreach (var value in bytes)
        {
            crc ^= value << 16;
            for (var bit = 0; bit < 8; bit++)
            {
                crc <<= 1;
                if ((crc & 0x1000000) != 0)
                    crc ^= 0x1864CFB;
            }
        }

        return crc & 0xFFFFFF;
    }

    private static readonly SearchValues<byte> WhiteSpace = SearchValues.Create(" \t\r\n\f\v"u8);
    private const int LineLength = 64;
    private const int MaximumLineLength = 512;

    /// <summary>Lines without their ends and trailing white space, which section 6.2 allows.</summary>
    private ref struct LineReader(ReadOnlySpan<byte> text)
    {
        private readonly ReadOnlySpan<byte> _text = text;
        private int _position;

        public readonly long Offset => _position;

        public ReadOnlySpan<byte> Next()
        {
            if (_position == _text.Length)
                throw new MalformedSignatureException(_position, "The armor ends too early.");

            var rest = _text[_position..];
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            _position += end < 0 ? rest.Length : end + 1;
            return line.TrimEnd(" \t\r"u8);
        }

        /// <summary>Skips empty lines; false at the end of the text.</summary>
        public bool SkipBlank()
        {
            while (_position < _text.Length && _text[_position] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
                _position++;
            return _position < _text.Length;
        }
    }
}
