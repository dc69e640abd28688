using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Executable;

public sealed class ExecutableFormatTests
{
    [Fact]
    public void A_program_is_no_clean_model()
    {
        var windows = new byte[256];
        "MZ"u8.CopyTo(windows);
        windows[60] = 128;
        "PE\0\0"u8.CopyTo(windows.AsSpan(128));
        foreach (var bytes in (ReadOnlySpan<byte[]>)[[0x7F, .. "ELF"u8, .. new byte[60]], windows, [0xCF, 0xFA, 0xED, 0xFE, .. new byte[60]], [.. "MZqFpD='\n"u8, .. new byte[60]]])
        {
            var found = Inspect(bytes, "model.weights");
            Assert.Equal(("executable", InspectionVerdict.Suspicious), (found.Format, found.Verdict));
            Assert.Contains("EXE101", found.Findings.Select(finding => finding.Code));
        }
    }

    [Fact]
    public void What_a_llamafile_carries_is_inspected()
    {
        var gguf = new GgufForge().Text("general.architecture", "llama").Text("tokenizer.chat_template", "{{ ''.__class__ }}").ToArray();
        byte[] bytes = [.. "MZqFpD='\n"u8, .. new byte[500], .. ZipForge.Make(new ForgedMember("weights.gguf", gguf))];
        var found = Inspect(bytes, "model.llamafile");
        Assert.Equal(("executable", InspectionVerdict.Dangerous, "llama"), (found.Format, found.Verdict, found.Facts.Type));
        Assert.Contains("CFG107", found.Findings.Select(finding => finding.Code));
    }

    [Fact]
    public void Text_that_begins_like_a_program_is_none() => Assert.Equal("unknown", Inspect("MZ is how programs of Windows begin. "u8.ToArray(), "notes.txt").Format);
}
