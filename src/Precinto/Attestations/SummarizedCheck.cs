using System.Text.Json;

namespace Precinto.Attestations;

/// <summary>One check behind a verdict, in words and codes.</summary>
/// <param name="name">What was asked, such as <c>integrity</c>.</param>
/// <param name="outcome">How it ended: <c>passed</c>, <c>failed</c> or <c>skipped</c>.</param>
/// <param name="codes">Why it failed.</param>
public sealed class SummarizedCheck(string name, string outcome, IReadOnlyList<string> codes)
{
    /// <summary>What was asked.</summary>
    public string Name { get; } = name;

    /// <summary>How it ended.</summary>
    public string Outcome { get; } = outcome;

    /// <summary>Why it failed.</summary>
    public IReadOnlyList<string> Codes { get; } = codes;

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("name", Name);
        writer.WriteString("outcome", Outcome);
        writer.WriteStartArray("codes");
        foreach (var code in Codes)
            writer.WriteStringValue(code);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
