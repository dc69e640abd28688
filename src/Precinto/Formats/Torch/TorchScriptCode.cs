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
            var behind = at + word.Length;
            if (!reaches && (word.SequenceEqual("torch"u8) || word.SequenceEqual("aten"u8)) && ReachesFiles(text, at, behind))
            {
                reaches = true;
                context.Add(TorchRules.ReachesFiles, $"Names an operator that reaches files, or hands '{Encoding.ASCII.GetString(word)}' on under another name.", at);
            }
            else if (!foreign && word.SequenceEqual("ops"u8) && !IsMember(text, at) && !IsOfPyTorch(MemberOf(text, behind)))
            {
                foreign = true;
                context.Add(TorchRules.ForeignOperator, "Calls an operator of a library that only the loading program knows.", at);
            }

            else if (!foreign && word.SequenceEqual("classes"u8) && IsOfTorch(text, at) && !IsClassOfPyTorch(MemberOf(text, behind)))
            {
                foreign = true;
                context.Add(TorchRules.ForeignOperator, "Names a class of a library that only the loading program knows.", at);
            }

            at = NextWord(text, behind);
        }
    }

    /// <summary>Whether a module that a pickle of TorchScript names is of the classes that libraries register, and not PyTorch's own.</summary>
    public static bool IsForeignClass(string module) =>
        module.StartsWith(Classes, StringComparison.Ordinal) && !IsClassOfPyTorch(Encoding.UTF8.GetBytes(module[Classes.Length..].Split('.')[0]));

    // __torch__.torch.classes.LIBRARY.NAME; another module may be called classes as well.
    private static bool IsOfTorch(ReadOnlySpan<byte> text, int at) => text[..at].TrimEnd(BlankBytes) is [.., (byte)'.'] and var before && before[..^1].TrimEnd(BlankBytes).EndsWith("torch"u8);

    // Packed weights, which hold nothing but tensors and numbers.
    private static bool IsClassOfPyTorch(ReadOnlySpan<byte> library) =>
        library.SequenceEqual("quantized"u8) || library.SequenceEqual("sparse"u8) || library.SequenceEqual("rnn"u8) || library.SequenceEqual("xnnpack"u8)
        || library.SequenceEqual("mkldnn"u8) || library.SequenceEqual("vulkan"u8) || library.SequenceEqual("metal"u8);

    // torch.save and ops.aten.save are the operator; a method or a parameter of the name is none.
    private static bool ReachesFiles(ReadOnlySpan<byte> text, int at, int behind)
    {
        var member = MemberOf(text, behind);
        if (!member.IsEmpty)
            return member.SequenceEqual("save"u8) || member.SequenceEqual("from_file"u8);
        // A dot whose member is not behind it, as with a comment between; or "t = torch", whereupon t.save is the operator.
        return IsDot(text, behind) || text[..at].TrimEnd(BlankBytes) is [.., (byte)'=' or (byte)'(' or (byte)',' or (byte)'.'];
    }

    // What stands behind a word: a dot and a name, with blanks and continued lines between them.
    private static ReadOnlySpan<byte> MemberOf(ReadOnlySpan<byte> text, int at) =>
        IsDot(text, at) ? WordAt(text, SkipBlanks(text, SkipBlanks(text, at) + 1)) : [];

    // The operators of libraries are in the variable 'ops'; classes have modules of that name: __torch__.torchvision.ops.misc.Permute.
    private static bool IsMember(ReadOnlySpan<byte> text, int at) => text[..at].TrimEnd(" \t"u8) is [.., (byte)'.'];

    private static bool IsDot(ReadOnlySpan<byte> text, int at) => SkipBlanks(text, at) is var dot && dot < text.Length && text[dot] == (byte)'.';

    // Libraries of operators that PyTorch brings (aten/src/ATen/native, torch/csrc/jit/runtime), and torchvision.
    internal static bool IsOfPyTorch(ReadOnlySpan<byte> library) =>
        library.SequenceEqual("aten"u8) || library.SequenceEqual("prim"u8) || library.SequenceEqual("prims"u8) || library.SequenceEqual("quantized"u8)
        || library.SequenceEqual("_quantized"u8) || library.SequenceEqual("sparse"u8) || library.SequenceEqual("prepacked"u8) || library.SequenceEqual("mkldnn"u8)
        || library.SequenceEqual("mkldnn_prepacked"u8) || library.SequenceEqual("vulkan_prepack"u8) || library.SequenceEqual("metal_prepack"u8)
        || library.SequenceEqual("profiler"u8) || library.SequenceEqual("torchvision"u8);

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
    private static ReadOnlySpan<byte> BlankBytes => " \t\n\v\f\r\\"u8;

    private static readonly SearchValues<byte> Blanks = SearchValues.Create(BlankBytes);
    private const string Classes = "__torch__.torch.classes.";
    private const int LargestCode = 16 << 20;
}
