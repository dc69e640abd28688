using System.Text;

namespace Precinto.Fuzz;

/// <summary>A piece of base64 within an input, over one line as in JSON or over several as in PEM, and what it encodes.</summary>
internal sealed class Base64Run
{
    private readonly byte[] _before;
    private readonly byte[] _after;
    private readonly bool _hasLines;

    private Base64Run(byte[] before, byte[] content, byte[] after, bool hasLines)
    {
        _before = before;
        Content = content;
        _after = after;
        _hasLines = hasLines;
    }

    public byte[] Content { get; }

    /// <summary>One of the runs of an input, or null where there is none worth while.</summary>
    public static Base64Run? Find(byte[] input, Random random)
    {
        List<Base64Run> runs = [];
        for (var start = 0; start < input.Length && runs.Count < MostRuns; start++)
        {
            if (!IsDigit(input[start]))
                continue;

            var end = start;
            var hasLines = false;
            while (end < input.Length && (IsDigit(input[end]) || (input[end] == '\n' && end - start >= LineLength / 2)))
                hasLines |= input[end++] == '\n';
            if (end - start >= Shortest && Decode(input.AsSpan(start, end - start)) is { } content)
                runs.Add(new(input[..start], content, input[end..], hasLines));
            start = end;
        }

        return runs.Count == 0 ? null : runs[random.Next(runs.Count)];
    }

    /// <summary>The input with other content in this place.</summary>
    public byte[] Replace(byte[] content)
    {
        var text = Convert.ToBase64String(content);
        if (_hasLines)
            text = string.Join('\n', text.Chunk(LineLength).Select(line => new string(line))) + "\n";
        return [.. _before, .. Encoding.ASCII.GetBytes(text), .. _after];
    }

    // An armor's checksum begins with '=', which ends the run before it unless it is padding.
    private static byte[]? Decode(ReadOnlySpan<byte> run)
    {
        var text = Encoding.ASCII.GetString(run).ReplaceLineEndings("");
        var padding = text.IndexOf('=', StringComparison.Ordinal);
        if (padding >= 0)
            text = text[..Math.Min(text.Length, (padding + 3) / 4 * 4)];
        var content = new byte[text.Length];
        return text.Length % 4 == 0 && Convert.TryFromBase64String(text, content, out var written) ? content[..written] : null;
    }

    private static bool IsDigit(byte value) => char.IsAsciiLetterOrDigit((char)value) || value is (byte)'+' or (byte)'/' or (byte)'=';

    private const int Shortest = 40;
    private const int LineLength = 64;
    private const int MostRuns = 16;
}
