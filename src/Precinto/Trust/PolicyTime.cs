using System.Globalization;
using System.Text.Json;
using Precinto.Formats;

namespace Precinto.Trust;

/// <summary>Times in the documents of this area: a day, meant to its last second in UTC, or a time in UTC.</summary>
internal static class PolicyTime
{
    /// <exception cref="JsonException">It is neither.</exception>
    public static DateTimeOffset Parse(JsonElement element, string what)
    {
        var text = element.Text(what);
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return new(day.ToDateTime(new TimeOnly(23, 59, 59), DateTimeKind.Utc));
        if (DateTimeOffset.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
            return time;
        throw new JsonException($"{what} is neither a day such as 2027-01-31 nor a time such as 2027-01-31T12:00:00Z.");
    }

    public static string Write(DateTimeOffset time) => time.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    private const string Format = "yyyy-MM-dd'T'HH:mm:ss'Z'";
}
