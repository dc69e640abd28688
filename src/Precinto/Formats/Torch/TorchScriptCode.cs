using System.Text;
using System.Text.RegularExpressions;
using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Torch;

/// <summary>
/// The sources in a TorchScript archive (<c>NAME/code/__torch__/….py</c>, pytorch/torch/csrc/jit/docs/serialization.md): a small language
/// that looks like Python and can do nothing but call operators. Two of PyTorch's own reach files: aten::save and aten::from_file.
/// </summary>
internal static partial class TorchScriptCode
{
    public static bool IsCode(string member) =>
        member.EndsWith(".py", StringComparison.Ordinal) && (member.StartsWith("code/", StringComparison.Ordinal) || member.Contains("/code/", StringComparison.Ordinal));

    public static void Inspect(ModelContent code, InspectionContext context)
    {
        if (code.Length > LargestCode)
        {
            context.Add(InspectionRules.LimitReached, $"Has {code.Length} bytes of code; at most {LargestCode} are read.", 0);
            return;
        }

        // Words are looked for wherever they stand, also in comments: the language has too many ways to lay out a call.
        var text = Encoding.Latin1.GetString(code.ToArray());
        if (FileOperator().Match(text) is { Success: true } reaching)
            context.Add(TorchRules.ReachesFiles, $"Names the operator {reaching.Value}.", reaching.Index);
        if (ForeignOperator().Match(text) is { Success: true } foreign)
            context.Add(TorchRules.ForeignOperator, "Calls an operator of a library that only the loading program knows.", foreign.Index);
    }

    [GeneratedRegex(@"\b(?:save|from_file)\b", RegexOptions.CultureInvariant)]
    private static partial Regex FileOperator();

    [GeneratedRegex(@"\bops\b(?![\s\\]*\.[\s\\]*(?:aten|prim|quantized|torchvision)\b)", RegexOptions.CultureInvariant)]
    private static partial Regex ForeignOperator();

    private const int LargestCode = 16 << 20;
}
