using System.Buffers;
using System.Text;
using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Torch;

/// <summary>
/// The sources in a TorchScript archive (<c>NAME/code/__torch__/….py</c>, pytorch/torch/csrc/jit/docs/serialization.md): a small language
/// that looks like Python and can do nothing but call operators. Two of PyTorch's own reach files: aten::save and aten::from_file.
/// </summary>
internal static class TorchScriptCode
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
        ReadOnlySpan<byte> text = code.ToArray();
        var (reaches, foreign) = (false, false);
        for (var at = NextWord(text, 0); at < text.Length;)
        {
            var word = WordAt(text, at);
            if (!reaches && (word.SequenceEqual("save"u8) || word.SequenceEqual("from_file"u8)))
            {
                reaches = true;
                context.Add(TorchRules.ReachesFiles, $"Names the operator {Encoding.ASCII.GetString(word)}.", at);
            }
            else if (!foreign && word.SequenceEqual("ops"u8) && !IsOfPyTorch(text, at + word.Length))
            {
                foreign = true;
                context.Add(TorchRules.ForeignOperator, "Calls an operator of a library that only the loading program knows.", at);
            }

            at = NextWord(text, at + word.Length);
        }
    }

    // What stands behind "ops": a dot and the library, with blanks and continued lines between them.
    private static bool IsOfPyTorch(ReadOnlySpan<byte> text, int at)
    {
        at = SkipBlanks(text, at);
        if (at >= text.Length || text[at] != (byte)'.')
            return false;
        var library = WordAt(text, SkipBlanks(text, at + 1));
        return library.SequenceEqual("aten"u8) || library.SequenceEqual("prim"u8) || library.SequenceEqual("quantized"u8) || library.SequenceEqual("torchvision"u8);
    }

    private static ReadOnlySpan<byte> WordAt(ReadOnlySpan<byte> text, int at)
    {
        var length = text[at..].IndexOfAnyExcept(WordBytes);
        return length < 0 ? text[at..] : text.Slice(at, length);
    }

    private static int NextWord(ReadOnlySpan<byte> text, int at)
    {
        var distance = text[at..].IndexOfAny(WordBytes);
        return distance < 0 ? text.Length : at + distance;
    }

    private static int SkipBlanks(ReadOnlySpan<byte> text, int at)
    {
        var distance = text[at..].IndexOfAnyExcept(Blanks);
        return distance < 0 ? text.Length : at + distance;
    }

    // The lexer of TorchScript (torch/csrc/jit/frontend/lexer.h): names are of ASCII letters, digits and underscores.
    private static readonly SearchValues<byte> WordBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"u8);
    private static readonly SearchValues<byte> Blanks = SearchValues.Create(" \t\n\v\f\r\\"u8);
    private const int LargestCode = 16 << 20;
}
