using System.Text.Json;
using Precinto.Files;
using Precinto.Manifests;

namespace Precinto.Verification;

/// <summary>The record file that lies with a model, read once: what it says, or why it cannot be read.</summary>
internal sealed class FoundRecord
{
    private FoundRecord(string name, ModelRecord? content, string? problem)
    {
        Name = name;
        Content = content;
        Problem = problem;
    }

    public string Name { get; }

    /// <summary>What it says; null where it cannot be read.</summary>
    public ModelRecord? Content { get; }

    /// <summary>Why it cannot be read; null where it can.</summary>
    public string? Problem { get; }

    public static FoundRecord? Of(SidecarFile? file)
    {
        if (file is null)
            return null;
        if (file.Bytes is null)
            return new(file.Name, null, file.Problem);

        try
        {
            return new(file.Name, ModelRecord.Parse(file.Bytes), null);
        }
        catch (JsonException exception)
        {
            return new(file.Name, null, "is no record: " + exception.Message.TrimEnd('.'));
        }
    }
}
