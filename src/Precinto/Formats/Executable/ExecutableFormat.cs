using System.Buffers.Binary;
using Precinto.Files;
using Precinto.Formats.Zip;
using Precinto.Inspection;

namespace Precinto.Formats.Executable;

/// <summary>
/// A program or a library: ELF, PE, Mach-O, or the "actually portable executable" that a llamafile is, which carries its GGUF in a zip archive
/// at its end. Machine code is not judged; what an archive in it holds is.
/// </summary>
internal sealed class ExecutableFormat : ModelFormat
{
    public override string Name => "executable";

    public override IReadOnlyList<string> Endings => [".llamafile", ".exe", ".dll", ".so", ".dylib"];

    public override IReadOnlyList<FindingRule> Rules { get; } = [.. ExecutableRules.All, .. ZipRules.All];

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) => KindOf(head) is not null;

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        context.Add(ExecutableRules.Program, $"The file is {KindOf(content.Head(4096))}: it runs when it is started or loaded, and machine code is not judged.", 0);
        if (!ZipDirectory.EndsWithArchive(content))
            return;

        SortedDictionary<string, long> formats = new(StringComparer.Ordinal);
        ZipInspection.Inspect(
            content, context, (_, _, member, format) =>
            {
                formats[format] = formats.GetValueOrDefault(format) + 1;
                // The weights of a llamafile are what it is about.
                if (format == "gguf")
                    (context.Facts.Type, context.Facts.Framework, context.Facts.ParameterCount) = (member.Facts.Type, "llamafile", member.Facts.ParameterCount);
            }, new() { IsBehind = true });
        context.Facts.Parts = [.. formats];
    }

    private static string? KindOf(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("\u007fELF"u8))
            return "an ELF program";
        if (head.StartsWith("MZqFpD='"u8) || head.StartsWith("jartsr='"u8))
            return "a portable program, as llamafiles are";
        if (head.Length >= 64 && head.StartsWith("MZ"u8) && BinaryPrimitives.ReadInt32LittleEndian(head[60..]) is >= 64 and var at
            && at <= head.Length - 4 && head[at..].StartsWith("PE\0\0"u8))
            return "a Windows program";
        if (head.Length >= 16 && BinaryPrimitives.ReadUInt32LittleEndian(head) is 0xFEEDFACE or 0xFEEDFACF or 0xCEFAEDFE or 0xCFFAEDFE)
            return "a macOS program";
        return null;
    }
}
