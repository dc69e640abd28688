using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Torch;

/// <summary>
/// What the lite interpreter runs in place of the code (<c>NAME/bytecode.pkl</c>, torch/csrc/jit/mobile): instructions, and the operators that they call by name.
/// A text of a pickle is one run of bytes, so that names are found without the instructions.
/// </summary>
internal static class TorchScriptBytecode
{
    public static bool IsBytecode(string member) => member == Name || member.EndsWith("/" + Name, StringComparison.Ordinal);

    public static void Inspect(ModelContent code, InspectionContext context)
    {
        if (code.Length > LargestCode)
        {
            context.Add(InspectionRules.LimitReached, $"Has {code.Length} bytes of code; at most {LargestCode} are read.", 0);
            return;
        }

        ReadOnlySpan<byte> bytes = code.ToArray();
        var (reaches, foreign) = (false, false);
        for (var at = 0; bytes[at..].IndexOf("::"u8) is var distance and >= 0;)
        {
            var sign = at + distance;
            var library = bytes[(bytes[..sign].LastIndexOfAnyExcept(WordBytes) + 1)..sign];
            var behind = bytes[(sign + 2)..];
            var length = behind.IndexOfAnyExcept(WordBytes);
            var name = length < 0 ? behind : behind[..length];
            if (!reaches && (name.StartsWith("from_file"u8) || name.SequenceEqual("save"u8)))
            {
                reaches = true;
                context.Add(TorchRules.ReachesFiles, "Calls an operator that reaches files.", sign);
            }

            // The length of a text may look like a letter in front of it.
            if (!foreign && !IsOfPyTorch(library))
            {
                foreign = true;
                context.Add(TorchRules.ForeignOperator, "Calls an operator of a library that only the loading program knows.", sign);
            }

            at = sign + 2;
        }
    }

    private static bool IsOfPyTorch(ReadOnlySpan<byte> library) => TorchScriptCode.IsOfPyTorch(library) || library.SequenceEqual("inductor"u8);

    private static readonly System.Buffers.SearchValues<byte> WordBytes = System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"u8);

    private const string Name = "bytecode.pkl";
    private const int LargestCode = 64 << 20;
}
