using System.Text;
using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Python;

/// <summary>
/// Metadata that loaders of YOLO models evaluate as Python (Ultralytics, <c>AutoBackend</c>; YOLOv5, <c>DetectMultiBackend</c>: <c>eval(metadata["names"])</c>),
/// in whatever format the model is.
/// </summary>
internal static class EvaluatedSettings
{
    public static bool IsOne(string key) => key is "names" or "imgsz" or "kpt_shape" or "kpt_names" or "args" or "stride" or "end2end";

    /// <summary>
    /// Judges all settings of a file, in JSON as TorchScript archives have them, or in a dictionary of Python as the archive behind a TensorFlow Lite model has it:
    /// wherever a text stands behind such a key.
    /// </summary>
    public static void JudgeAll(ModelContent settings, InspectionContext context)
    {
        if (settings.Length > LongestSettings)
        {
            context.Add(InspectionRules.LimitReached, $"Has {settings.Length} bytes; {LongestSettings} are read.");
            return;
        }

        foreach (var (key, value) in PythonLiteral.ReadTexts(Encoding.UTF8.GetString(settings.ToArray())))
        {
            // What is written in escapes is not meant to be read.
            if (IsOne(key) && (HoldsEscapes(value) || PythonLiteral.Acts(Unescape(value))))
                context.Add(PythonRules.Evaluated, $"The setting '{key}' is '{Excerpt.Of(value)}'.", 0);
        }
    }

    /// <summary>Notices a value that is no literal but does something when it is evaluated.</summary>
    public static void Judge(string key, string value, long offset, InspectionContext context)
    {
        if (IsOne(key) && PythonLiteral.Acts(value))
            context.Add(PythonRules.Evaluated, $"The setting '{key}' is '{Excerpt.Of(value)}'.", offset);
    }

    private static string Unescape(string value)
    {
        StringBuilder text = new(value.Length);
        for (var at = 0; at < value.Length; at++)
        {
            // Behind a backslash stands the letter itself, or one that ends a line and the like.
            if (value[at] == '\\' && at + 1 < value.Length)
                at++;
            text.Append(value[at]);
        }

        return text.ToString();
    }

    // Letters of ASCII that are written as numbers or names; other letters, JSON writes so.
    private static bool HoldsEscapes(string value)
    {
        for (var at = 0; at + 1 < value.Length; at++)
        {
            if (value[at] != '\\')
                continue;
            at++;
            if (value[at] is 'x' or 'N' or 'U' or (>= '0' and <= '7') || value.AsSpan(at).StartsWith("u00"))
                return true;
        }

        return false;
    }

    private const int LongestSettings = 4 << 20;
}
