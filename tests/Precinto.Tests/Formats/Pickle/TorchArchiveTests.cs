using Precinto.Files;
using Precinto.Formats.Pickle;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Shared.Ops;

namespace Precinto.Tests.Formats.Pickle;

/// <summary>What a pickle in PyTorch's archives may ask the loader for: storages that lie beside it, and nothing else.</summary>
public sealed class TorchArchiveTests
{
    [Theory]
    [InlineData("torch", "FloatStorage", 16)]
    [InlineData("torch.storage", "UntypedStorage", 4)]
    public void A_storage_in_an_archive_is_how_every_checkpoint_names_its_tensors(string module, string name, int length) =>
        Assert.Equal(InspectionVerdict.Clean, Archived(Storage(Import(module, name)), new byte[length]).Verdict);

    [Fact]
    public void A_storage_outside_of_an_archive_is_suspected()
    {
        var inspection = Inspector.Inspect(ModelContent.FromBytes(Storage(Import("torch", "FloatStorage"))), "data.pkl");

        Assert.Equal(["PKL207"], inspection.Findings.Select(finding => finding.Code));
    }

    public static TheoryData<string, byte[]> OtherShapes { get; } = new()
    {
        { "a text", Of(Proto(2), Text("storage"), "Q.") },
        { "another word", Of(Proto(2), "(", Text("module"), Import("torch", "FloatStorage"), Text("0"), Text("cpu"), "K", 4, "tQ.") },
        { "no count", Of(Proto(2), "(", Text("storage"), Import("torch", "FloatStorage"), Text("0"), Text("cpu"), "tQ.") },
        { "a negative count", Of(Proto(2), "(", Text("storage"), Import("torch", "FloatStorage"), Text("0"), Text("cpu"), "J", Int32(-4), "tQ.") },
        { "one more item", Of(Proto(2), "(", Text("storage"), Import("torch", "FloatStorage"), Text("0"), Text("cpu"), "K", 4, "NtQ.") },
        { "a number for a key", Of(Proto(2), "(", Text("storage"), Import("torch", "FloatStorage"), "K", 0, Text("cpu"), "K", 4, "tQ.") },
        { "a list", Of(Proto(2), "](", Text("storage"), Import("torch", "FloatStorage"), Text("0"), Text("cpu"), "K", 4, "eQ.") },
        { "a harmless class that is no storage", Storage(Import("torch", "Size")) },
        { "a storage of someone else", Storage(Import("collections", "OrderedDict")) },
        { "a computed class", Storage(Of(Import("torch", "FloatStorage"), ")R")) },
    };

    [Theory]
    [MemberData(nameof(OtherShapes))]
    public void Anything_else_in_an_archive_is_suspected(string what, byte[] pickle) =>
        Assert.True(Archived(pickle).Findings.Any(finding => finding.Rule == PickleRules.PersistentIdentifier), what);

    [Theory]
    [InlineData("x = torch.add(a, b)\ny = ops.prim.NumToTensor(1)", null)]
    [InlineData("torch.save(x, 'here')", "TSC101")]
    [InlineData("x = torch . \\\n from_file ('/etc/passwd')", "TSC101")]
    [InlineData("x = ops.aten.from_file('f')", "TSC101")]
    [InlineData("x = ops.evil.run(1)", "TSC102")]
    [InlineData("x = ops . # \n evil.run(1)", "TSC102")]
    [InlineData("x = ops \\\n . \\\n aten . add(1)", null)]
    [InlineData("x = shops.evil.run(saved, from_files, ops2)", null)]
    [InlineData("x = ops.atention.run(1)", "TSC102")]
    [InlineData("x = __torch__.torchvision.ops.misc.Permute(y); self.ops.forward(x)", null)]
    [InlineData("x = 1.\nops.evil.run(1)", "TSC102")]
    [InlineData("x = ops", "TSC102")]
    [InlineData("ops.", "TSC102")]
    [InlineData("torch.\u00e9save", "TSC101")]
    [InlineData("t = torch\nt.save(x, y)", "TSC101")]
    [InlineData("def save(self, from_file):\n  return self.save", null)]
    [InlineData("x = ops.prepacked.linear_clamp_run(x, y)", null)]
    public void Code_in_an_archive_may_call_only_what_is_known_to_stay_inside(string code, string? expected)
    {
        var archive = ZipForge.Make(new ForgedMember("model/code/__torch__/m.py", System.Text.Encoding.Latin1.GetBytes(code)));

        var inspection = Inspector.Inspect(ModelContent.FromBytes(archive), "model.zip");

        Assert.Contains(inspection.Findings, finding => finding.Code == "TSC103");
        Assert.Equal(expected is null ? InspectionVerdict.Clean : InspectionVerdict.Suspicious, inspection.Verdict);
        Assert.Equal(expected is null ? [] : [expected], inspection.Findings.Select(finding => finding.Code).Where(found => found is "TSC101" or "TSC102"));
    }

    [Fact]
    public void A_class_of_the_archives_own_code_is_known_inside_of_an_archive_only()
    {
        byte[] pickle = Of(Proto(2), Import("__torch__.m", "Net"), ")", 0x81, ".");

        Assert.Equal(InspectionVerdict.Clean, Archived(pickle).Verdict);
        Assert.Contains(Inspector.Inspect(ModelContent.FromBytes(pickle), "data.pkl").Findings, finding => finding.Code == "PKL201");
    }

    private static FileInspection Archived(byte[] pickle, byte[]? storage = null) =>
        Inspector.Inspect(ModelContent.FromBytes(ZipForge.Make(new("archive/data.pkl", pickle), new("archive/data/0", storage ?? new byte[16]))), "model.pt");

    private static byte[] Storage(byte[] type) => Of(Proto(2), "(", Text("storage"), type, Text("0"), Text("cpu"), "K", 4, "tQ.");
}
