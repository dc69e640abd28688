using Precinto.Files;
using Precinto.Formats.Keras;
using Precinto.Formats.MLNet;
using Precinto.Formats.Python;
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
            SkopsSchema.Inspect(bytes, member, mustBeOne: false);
        else if (KerasFormat.IsConfiguration(entry.Path))
            KerasConfiguration.Inspect(bytes, member, mustBeOne: false);
        else if (entry.Name == "temp_meta.txt" || entry.Name.EndsWith("extra/config.txt", StringComparison.Ordinal))
            EvaluatedSettings.JudgeAll(bytes, member);
    }
}
