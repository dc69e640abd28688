using System.Text.Json;
using Precinto.Files;
using Precinto.Formats.Json;
using Precinto.Inspection;

namespace Precinto.Formats.Python;

/// <summary>
/// Metadata that loaders of YOLO models evaluate as Python (Ultralytics, <c>AutoBackend</c>; YOLOv5, <c>DetectMultiBackend</c>: <c>eval(metadata["names"])</c>),
/// in whatever format the model is.
/// </summary>
internal static class EvaluatedSettings
{
    public static bool IsOne(string key) => key is "names" or "imgsz" or "kpt_shape" or "kpt_names" or "args" or "stride" or "end2end";

    /// <summary>Judges what TorchScript archives and zip archives behind models keep as JSON.</summary>
    public static void JudgeJson(ModelContent json, InspectionContext context)
    {
        if (json.Length > LongestSettings)
        {
            context.Add(InspectionRules.LimitReached, $"Has {json.Length} bytes; {LongestSettings} are read.");
            return;
        }

        context.Guard(() =>
        {
            using var document = PythonJson.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return;
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Value.ValueKind == JsonValueKind.String)
                    Judge(property.Name, property.Value.Text(), 0, context);
            }
        });
    }

    /// <summary>Notices a value that is no literal but does something when it is evaluated.</summary>
    public static void Judge(string key, string value, long offset, InspectionContext context)
    {
        if (IsOne(key) && PythonLiteral.Acts(value))
            context.Add(PythonRules.Evaluated, $"The setting '{key}' is '{Excerpt.Of(value)}'.", offset);
    }

    private const int LongestSettings = 4 << 20;
}
