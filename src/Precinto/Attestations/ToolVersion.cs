namespace Precinto.Attestations;

/// <summary>Which version of Precinto speaks, as attestations state it.</summary>
internal static class ToolVersion
{
    public static string Text { get; } = typeof(ToolVersion).Assembly.GetName().Version!.ToString(3);

    public static IReadOnlyDictionary<string, string> Component { get; } = new Dictionary<string, string> { ["precinto"] = Text };
}
