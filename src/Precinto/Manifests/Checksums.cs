using System.Diagnostics.CodeAnalysis;
using System.Text;
using Precinto.Digests;

namespace Precinto.Manifests;

/// <summary>The text that <c>sha256sum</c> writes and reads: a digest, a mode character, a name, one file a line.</summary>
public static class Checksums
{
    /// <summary>One line, without its line feed. A name with a backslash or a line break is escaped and the line marked, as <c>sha256sum</c> does.</summary>
    public static string FormatLine(Digest digest, string path)
    {
        ArgumentNullException.ThrowIfNull(digest);
        ArgumentNullException.ThrowIfNull(path);

        var escaped = path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal);
        return $"{(escaped == path ? "" : "\\")}{digest.Hex}  {escaped}";
    }

    /// <summary>Reads a file that holds one digest in hexadecimal, in either case, and nothing else but the end of its line.</summary>
    internal static bool TryParseBare(ReadOnlySpan<byte> text, DigestAlgorithm algorithm, [NotNullWhen(true)] out Digest? digest) =>
        Digest.TryParseHex(algorithm, Encoding.Latin1.GetString(text).TrimEnd('\n', '\r', ' ').ToLowerInvariant(), out digest);

    /// <summary>Reads a list of checksums by one algorithm; every line must be one.</summary>
    /// <exception cref="FormatException">A line is no checksum, or a name stands there twice; the message names the line.</exception>
    public static IReadOnlyList<KeyValuePair<string, Digest>> Parse(ReadOnlySpan<byte> utf8, DigestAlgorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        string text;
        try
        {
            text = StrictUtf8.GetString(utf8);
        }
        catch (DecoderFallbackException exception)
        {
            throw new FormatException("The list of checksums is no UTF-8.", exception);
        }

        List<KeyValuePair<string, Digest>> entries = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        var number = 0;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            number++;
            var line = text[range];
            if (line.Length == 0 && range.End.Value == text.Length)
                break;

            var (name, digest) = ParseLine(line, algorithm) ?? throw new FormatException($"Line {number} is no {algorithm.Name} checksum.");
            if (!names.Add(name))
                throw new FormatException($"Line {number} names '{name}' a second time.");
            entries.Add(new(name, digest));
        }

        return entries.Count > 0 ? entries : throw new FormatException("There is no checksum in it.");
    }

    private static (string Name, Digest Digest)? ParseLine(string line, DigestAlgorithm algorithm)
    {
        var isEscaped = line.StartsWith('\\');
        var rest = isEscaped ? line[1..] : line;
        var length = algorithm.Size * 2;
        if (rest.Length < length + 3 || rest[length] != ' ' || rest[length + 1] is not (' ' or '*'))
            return null;
        if (!Digest.TryParseHex(algorithm, rest[..length], out var digest))
            return null;

        var name = rest[(length + 2)..];
        return (isEscaped ? Unescape(name) : name) is { } plain ? (plain, digest) : null;
    }

    private static string? Unescape(string name)
    {
        StringBuilder plain = new(name.Length);
        for (var index = 0; index < name.Length; index++)
        {
            if (name[index] != '\\')
            {
                plain.Append(name[index]);
                continue;
            }

            if (++index == name.Length)
                return null;
            char? escaped = name[index] switch { '\\' => '\\', 'n' => '\n', 'r' => '\r', _ => null };
            if (escaped is null)
                return null;
            plain.Append(escaped.Value);
        }

        return plain.ToString();
    }

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
