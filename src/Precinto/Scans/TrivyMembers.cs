using System.Text.Json;
using Precinto.Formats;

namespace Precinto.Scans;

/// <summary>Members as Go writes them: null stands for an empty list and for no value. What is there must be of its type.</summary>
internal static class TrivyMembers
{
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    /// <summary>A text; an empty one is none.</summary>
    public static string? MemberText(this JsonElement element, string name) =>
        element.Member(name)?.Text($"'{name}'") is { Length: > 0 } text ? text : null;

    /// <exception cref="JsonException">It is not there, or empty.</exception>
    public static string NeededText(this JsonElement element, string name, string what) =>
        element.MemberText(name) ?? throw new JsonException($"{what} lacks '{name}'.");

    public static JsonElement? MemberObject(this JsonElement element, string name) => element.Member(name)?.Object($"'{name}'");

    /// <summary>The entries of a list; none where it is absent.</summary>
    /// <exception cref="JsonException">It is no list, or has more entries than any report.</exception>
    public static IEnumerable<JsonElement> MemberList(this JsonElement element, string name)
    {
        if (element.Member(name) is not { } member)
            return [];
        if (member.ValueKind != JsonValueKind.Array)
            throw new JsonException($"'{name}' is no list.");
        if (member.GetArrayLength() > MaximumEntries)
            throw new JsonException($"'{name}' has {member.GetArrayLength()} entries; at most {MaximumEntries} are read.");
        return member.EnumerateArray();
    }

    public static long? MemberNumber(this JsonElement element, string name) => element.Member(name)?.WholeNumber($"'{name}'");

    /// <summary>One of Trivy's five names.</summary>
    public static bool TryParseSeverity(string text, out ScanSeverity severity)
    {
        (var isKnown, severity) = text switch
        {
            "UNKNOWN" => (true, ScanSeverity.Unknown),
            "LOW" => (true, ScanSeverity.Low),
            "MEDIUM" => (true, ScanSeverity.Medium),
            "HIGH" => (true, ScanSeverity.High),
            "CRITICAL" => (true, ScanSeverity.Critical),
            _ => (false, ScanSeverity.Unknown),
        };
        return isKnown;
    }

    public const int MaximumEntries = 200_000;
}
