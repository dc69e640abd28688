using System.Text.Json;
using Precinto.Files;
using Precinto.Formats.Json;
using Precinto.Formats.Keras;
using Precinto.Formats.MLNet;
using Precinto.Formats.Skops;
using Precinto.Inspection;

namespace Precinto.Formats.Zip;

/// <summary>
/// Parts that a loader of some kind of archive looks for. They are judged in every archive: its kind is told by weak marks, and
/// a loader that is given the archive asks for none of them.
/// </summary>
internal static class ZipParts
{
    public static void Judge(ZipEntry entry, ModelContent bytes, InspectionContext member)
    {
        if (MLNetHeader.IsHeader(bytes))
            MLNetJudge.Inspect(bytes, member);
        else if (SkopsSchema.IsNamed(entry.Path))
            SkopsSchema.TryInspect(bytes, member);
        else if (KerasFormat.IsConfiguration(entry.Path))
            Read(bytes, document => KerasConfiguration.Holds(document), document => new KerasConfiguration(member).Inspect(document, 0), member);
    }

    // Other programs use these names as well; what is none of the kind is for them.
    private static void Read(ModelContent bytes, Func<JsonElement, bool> holds, Action<JsonElement> inspect, InspectionContext member)
    {
        if (bytes.Length > LargestText)
        {
            member.Add(InspectionRules.LimitReached, $"Has {bytes.Length} bytes; {LargestText} are read.");
            return;
        }

        try
        {
            using var document = PythonJson.Parse(bytes.ToArray(), 0);
            if (holds(document.RootElement))
                inspect(document.RootElement);
        }
        catch (MalformedModelException)
        {
            // No loader reads it either.
        }
    }

    private const int LargestText = 64 << 20;
}
