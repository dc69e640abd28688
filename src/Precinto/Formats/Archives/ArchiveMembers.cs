using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Archives;

/// <summary>Inspects the members of an archive as files of their own, and counts their formats.</summary>
internal sealed class ArchiveMembers(FindingRule unknownMembers, InspectionContext context)
{
    private readonly SortedDictionary<string, long> _formats = new(StringComparer.Ordinal);
    private long _unknown;
    private string? _firstUnknown;

    public void Inspect(ModelContent bytes, string name)
    {
        context.Cancellation.ThrowIfCancellationRequested();
        if (bytes.Length == 0)
            return;

        var (_, format) = context.InspectMember(bytes, name);
        _formats[format] = _formats.GetValueOrDefault(format) + 1;
        if (format != "unknown" || MacFiles.IsOne(name, bytes))
            return;
        _unknown++;
        _firstUnknown ??= name;
    }

    public void WriteFacts()
    {
        if (_firstUnknown is not null)
            context.Add(unknownMembers, $"{_unknown} members are of no known format, the first is '{_firstUnknown}'.");
        context.Facts.Parts = [.. _formats];
    }
}
