using System.Globalization;

namespace Precinto.Scans;

/// <summary>Times as Go writes them (RFC 3339, up to nine digits of a second).</summary>
internal static class ScanTime
{
    /// <summary>Null for no time, and for Go's time of nothing, the year 1.</summary>
    public static DateTimeOffset? Parse(string? text)
    {
        if (text is null || text.Length > MaximumLength)
            return null;

        // .NET counts seven digits of a second; further ones say nothing here.
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot >= 0)
        {
            var end = dot + 1;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
                end++;
            if (end == dot + 1 || end - dot - 1 > Nanoseconds)
                return null;
            text = text[..dot] + text[end..];
        }

        return DateTimeOffset.TryParseExact(
                text, ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:sszzz"], CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) && time.Year > 1
            ? time
            : null;
    }

    private const int Nanoseconds = 9;
    private const int MaximumLength = 64;
}
