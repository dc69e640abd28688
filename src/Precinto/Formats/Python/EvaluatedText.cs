using System.Globalization;
using System.Text;
using Precinto.Inspection;

namespace Precinto.Formats.Python;

/// <summary>
/// Texts of configurations that loaders evaluate as Python: all that begin with a dollar sign (MONAI, <c>ConfigExpression</c>), modules and their arguments
/// (Ultralytics and YOLOv5, <c>parse_model</c>), operators (PaddleOCR, <c>create_operators</c>). Honest ones build and compute; such a text counts by what it names.
/// </summary>
internal static class EvaluatedText
{
    /// <summary>Whether what stands under a key is evaluated, in the models of YOLO.</summary>
    public static bool IsModule(string key) => key is "backbone" or "head" or "activation";

    /// <summary>Notices an expression that MONAI would evaluate, where it does more than compute.</summary>
    public static void NoticeExpression(string text, string key, long offset, InspectionContext context)
    {
        if (text.StartsWith('$') && Reaches(text[1..]))
            Notice(text, key, offset, context);
    }

    /// <summary>Notices a text under such a key that calls more than a class.</summary>
    public static void NoticeModule(string text, string key, long offset, InspectionContext context)
    {
        if (text.Contains('(') && (Reaches(text) || CallsFunction(text)))
            Notice(text, key, offset, context);
    }

    private static void Notice(string text, string key, long offset, InspectionContext context) =>
        context.Add(PythonRules.Evaluated, $"The setting '{Excerpt.Of(key)}' is '{Excerpt.Of(text)}'.", offset);

    // Python reads identifiers in the normal form KC (PEP 3131).
    private static bool Reaches(string text)
    {
        if (!text.Contains('(') && !text.Contains("import", StringComparison.Ordinal))
            return false;
        try
        {
            text = text.Normalize(NormalizationForm.FormKC);
        }
        catch (ArgumentException)
        {
            return true;
        }

        for (var at = 0; at < text.Length;)
        {
            if (!IsLetter(text[at]))
            {
                at++;
                continue;
            }

            var start = at;
            while (at < text.Length && IsLetter(text[at]))
                at++;
            var word = text[start..at];
            if (word.StartsWith("__", StringComparison.Ordinal) || Array.IndexOf(Modules, word) >= 0)
                return true;
            var before = text.AsSpan(0, start).TrimEnd();
            var after = text.AsSpan(at).TrimStart();
            if (Array.IndexOf(Functions, word) >= 0 && (before.EndsWith(".") || before.EndsWith("import") || before.EndsWith(",") || after.StartsWith("(") || before.EndsWith("(") || before.EndsWith("=")))
                return true;
            // A method of a network is called eval, too, and torch has its own compile.
            if (word is "eval" or "exec" or "open" or "getattr" or "compile" && !before.EndsWith("."))
                return true;
        }

        return false;
    }

    // nn.SiLU(), torch.nn.LeakyReLU(0.1): classes of layers begin with a capital.
    private static bool CallsFunction(string text)
    {
        for (var at = text.IndexOf('('); at >= 0; at = text.IndexOf('(', at + 1))
        {
            var end = text.AsSpan(0, at).TrimEnd();
            var length = 0;
            while (length < end.Length && IsLetter(end[^(length + 1)]))
                length++;
            if (length == 0 ? end.Length > 0 && end[^1] is ')' or ']' or '"' or '\'' : !char.IsUpper(end[^length]))
                return true;
        }

        return false;
    }

    private static bool IsLetter(char letter) =>
        char.IsLetterOrDigit(letter) || letter == '_' || char.GetUnicodeCategory(letter) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static readonly string[] Modules =
        ["subprocess", "pty", "ctypes", "importlib", "builtins", "pickle", "_pickle", "marshal", "runpy", "codecs", "socket", "urllib", "requests", "shutil", "posix", "nt", "cloudpickle", "dill", "webbrowser", "code"];

    private static readonly string[] Functions =
    [
        "system", "popen", "Popen", "check_output", "check_call", "getoutput", "getstatusoutput", "globals", "locals", "vars", "setattr", "breakpoint", "loads", "import_module", "spawn",
        "spawnl", "spawnv", "spawnlp", "spawnvp", "execl", "execv", "execve", "execlp", "execvp", "execvpe", "posix_spawn", "fork", "kill", "remove", "unlink", "rmtree", "rmdir", "rename",
        "write_text", "write_bytes", "attrgetter", "methodcaller", "b64decode", "unhexlify",
    ];
}
