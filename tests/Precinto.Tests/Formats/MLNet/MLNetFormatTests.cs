using System.Buffers.Binary;
using System.Text;
using Precinto.Formats.MLNet;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.MLNet;

public sealed class MLNetFormatTests
{
    [Fact]
    public void A_model_that_the_framework_wrote_is_clean_and_states_its_loaders()
    {
        var found = Inspect(RealModel.Bytes, "model.zip");
        Assert.Equal("mlnet", found.Format);
        Assert.True(found.Verdict == InspectionVerdict.Clean, string.Join(", ", found.Findings.Select(finding => finding.Message)));
        Assert.Equal(("ML.NET", "MultiClassLRExec"), (found.Facts.Framework, found.Facts.Type));
        Assert.StartsWith("5.0.1+", found.Facts.FrameworkVersion, StringComparison.Ordinal);
        Assert.Equal(["KeyToValueTransform", "MultiClassLRExec", "MulticlassPredXfer", "TermManager", "TermTransform", "TransformerChain"],
            found.Facts.Parts.Select(part => part.Key));
    }

    [Theory]
    [InlineData("Evil, Version=1.0.0.0, Culture=neutral, PublicKeyToken=cc7b13ffcd2ddd51", "MLN101")]
    [InlineData("Microsoft.MLEvil", "MLN101")]
    [InlineData("/tmp/evil.dll", "MLN101")]
    [InlineData("Microsoft.ML.Evil, Version=1.0.0.0, Culture=neutral, PublicKeyToken=cc7b13ffcd2ddd51", "MLN103")]
    [InlineData("Microsoft.ML.Data", "MLN103")]
    [InlineData("Microsoft.ML.TensorFlow, Version=1.0.0.0, Culture=neutral, PublicKeyToken=cc7b13ffcd2ddd51", "MLN104")]
    public void An_assembly_that_is_not_of_the_framework_is_found(string assembly, string code)
    {
        var found = Inspect(Model(Header("Loader", assembly)), "model.zip");
        Assert.Contains(code, found.Findings.Select(finding => finding.Code));
        Assert.Equal(code == "MLN101" ? InspectionVerdict.Dangerous : InspectionVerdict.Suspicious, found.Verdict);
    }

    [Fact]
    public void A_header_under_another_name_is_read_too()
    {
        var found = Inspect(ZipForge.Make(new("TransformerChain/Model.key", Header("TransformerChain", Known)), new("notes.txt", Header("X", "Evil"))), "m.zip");
        Assert.Equal("notes.txt", Assert.Single(found.Findings, finding => finding.Rule == MLNetRules.ForeignAssembly).Member);
    }

    [Fact]
    public void A_header_is_judged_wherever_an_archive_starts_and_whatever_kind_it_is()
    {
        ForgedMember[] members = [new("TransformerChain/Model.key", Header("X", "Evil")), new("TrainingInfo/Version.txt", "4.0.0"u8.ToArray())];
        AssertFinding(Inspect(ZipForge.MakeBehind(new byte[4], members), "m.zip"), MLNetRules.ForeignAssembly);
        AssertFinding(Inspect(ZipForge.Make([.. Enumerable.Range(0, 1000).Select(index => new ForgedMember($"a{index}/", [])), .. members]), "m.zip"), MLNetRules.ForeignAssembly);
        AssertFinding(Inspect(ZipForge.Make(new ForgedMember("notes", Header("X", "Evil"))), "m.zip"), MLNetRules.ForeignAssembly);
        AssertFinding(Inspect(ZipForge.Make(new ForgedMember("a.npy", Header("X", "Evil"))), "m.npz"), MLNetRules.ForeignAssembly);
    }

    [Fact]
    public void Backslashes_are_slashes_as_in_old_models()
    {
        var found = Inspect(ZipForge.Make(new("TransformerChain\\Model.key", Header("X", Known)), new("TrainingInfo\\Version.txt", "4.0.0"u8.ToArray())), "m.zip");
        Assert.True(found is { Format: "mlnet", Verdict: InspectionVerdict.Clean }, found.Format + string.Join(", ", found.Findings.Select(finding => finding.Message)));
        Assert.Equal("4.0.0", found.Facts.FrameworkVersion);
        AssertFinding(Inspect(ZipForge.Make(new ForgedMember("TransformerChain\\Model.key", Header("X", "Evil"))), "m.zip"), MLNetRules.ForeignAssembly);
    }

    [Theory]
    [InlineData("a/Terms.txt")]
    [InlineData("Schema")]
    [InlineData("TrainingInfo/Version.txt")]
    public void What_a_member_is_its_bytes_decide_and_not_its_name(string name)
    {
        var found = Inspect(ZipForge.Make(new("TransformerChain/Model.key", Header("X", Known)), new(name, "cos\nsystem\n(S'id'\ntR."u8.ToArray())), "m.zip");
        Assert.Equal(InspectionVerdict.Dangerous, found.Verdict);
    }

    [Fact]
    public void A_custom_mapping_is_dangerous() =>
        AssertFinding(Inspect(Model(Header("CustomTransformer", Known)), "m.zip"), MLNetRules.CustomCode);

    [Fact]
    public void A_broken_header_is_malformed()
    {
        AssertFinding(Inspect(Model([1, 2, 3]), "m.zip"), MLNetRules.BrokenHeader);
        AssertFinding(Inspect(Model(Header("X", Known)[..100]), "m.zip"), MLNetRules.BrokenHeader);
        var header = Header("X", Known);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(0x90), long.MaxValue);
        AssertFinding(Inspect(Model(header), "m.zip"), MLNetRules.BrokenHeader);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(0x98), uint.MaxValue);
        AssertFinding(Inspect(Model(header), "m.zip"), MLNetRules.BrokenHeader);
        AssertFinding(Inspect(ZipForge.Make(new ForgedMember("TransformerChain/Transform_000/Model.key", Header("X", Known))), "m.zip"), MLNetRules.MissingHeader);
    }

    [Fact]
    public void Hostile_bytes_are_survived()
    {
        AssertTruncationsAreNoticed(RealModel.Bytes, "model.zip");
        AssertFlipsAreSurvived(Model(Header("X", Known)), "m.zip");
    }

    private static byte[] Model(byte[] part) => ZipForge.Make(
        new("TrainingInfo/Version.txt", "5.0.1"u8.ToArray()),
        new("TransformerChain/Model.key", Header("TransformerChain", Known)),
        new("TransformerChain/Transform_000/Model.key", part));

    private static byte[] Header(string loader, string assembly)
    {
        var name = Encoding.Unicode.GetBytes(assembly);
        var header = new byte[256 + name.Length];
        "ML\0MODEL"u8.CopyTo(header);
        Encoding.ASCII.GetBytes(loader).CopyTo(header, 0x50);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(0x90), 256);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(0x98), name.Length);
        name.CopyTo(header, 256);
        return header;
    }

    private const string Known = "Microsoft.ML.Data, Version=1.0.0.0, Culture=neutral, PublicKeyToken=cc7b13ffcd2ddd51";
}
