using System.Buffers.Binary;
using Precinto.Formats.Pickle;
using Precinto.Formats.Torch;
using Precinto.Formats.Zip;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;
using static Precinto.Tests.Shared.Ops;

namespace Precinto.Tests.Formats.Torch;

public sealed class TorchFormatTests
{
    [Fact]
    public void An_archive_tells_its_tensors_by_name_type_and_shape()
    {
        var found = Inspect(Archive(StateDict(Tensor("0", 32, shape: [8, 4], strides: [4, 1]))), "model.pt");

        Assert.Equal(("pytorch", InspectionVerdict.Clean), (found.Format, found.Verdict));
        Assert.Equal(("pytorch", "dict", 32L), (found.Facts.Framework, found.Facts.Type, found.Facts.ParameterCount));
        var tensor = Assert.Single(found.Facts.Tensors);
        Assert.Equal(("weight", "float32"), (tensor.Name, tensor.ElementType));
        Assert.Equal([8L, 4L], tensor.Shape);
    }

    [Fact]
    public void The_older_format_tells_the_same_and_is_read_to_its_end()
    {
        var file = Legacy(StateDict(Tensor("0", 32, [8, 4], [4, 1])), 32, new byte[128]);
        var found = Inspect(file, "model.pth");

        Assert.Equal(("pytorch", InspectionVerdict.Clean, 32L), (found.Format, found.Verdict, found.Facts.ParameterCount));
        Assert.Equal([8L, 4L], Assert.Single(found.Facts.Tensors).Shape);
        AssertFinding(Inspect([.. file, 0], "model.pth"), InspectionRules.TrailingBytes);
        AssertFinding(Inspect(Legacy(StateDict(Tensor("0", 32, [8, 4], [4, 1])), 31, new byte[128]), "model.pth"), InspectionRules.Malformed);
        AssertFinding(Inspect(Legacy(StateDict(Tensor("1", 32, [8, 4], [4, 1])), 32, new byte[128]), "model.pth"), TorchRules.Storage);
        AssertTruncationsAreNoticed(file, "model.pth");
        AssertFlipsAreSurvived(file, "model.pth");
    }

    [Fact]
    public void A_distributed_checkpoint_is_one_archive_after_the_other()
    {
        var one = Archive(StateDict(Tensor("0", 32, shape: [8, 4], strides: [4, 1])));
        var found = Inspect([.. one, .. one, .. one], "__0_0.distcp");
        Assert.Equal(("distcp", InspectionVerdict.Clean, 96L), (found.Format, found.Verdict, found.Facts.ParameterCount));
        Assert.Equal([new("pytorch", 3)], found.Facts.Parts);

        AssertFinding(Inspect([.. one, 0, .. one], "__0_0.distcp"), InspectionRules.TrailingBytes);
        AssertFinding(Inspect([0, .. one, .. one], "__0_0.distcp"), ZipRules.Prepended);
        AssertFinding(Inspect([.. one, .. one, 0], "__0_0.distcp"), InspectionRules.TrailingBytes);
        Assert.Equal(InspectionVerdict.Dangerous, Inspect([.. one, .. Archive(Of(Proto(2), Import("os", "system"), "(", Text("id"), "tR.")), .. one], "__0_0.distcp").Verdict);
        AssertTruncationsAreNoticed([.. one, .. one], "__0_0.distcp", length => length == one.Length);
        AssertFlipsAreSurvived([.. one, .. one], "__0_0.distcp");
    }

    [Fact]
    public void Tensors_that_share_their_bytes_count_once()
    {
        var tied = Of(Proto(2), "}", "(", Text("a"), Tensor("0", 4, [4], [1]), Text("b"), Tensor("0", 4, [4], [1]), "u.");
        var found = Inspect(Archive(tied, new byte[16]), "model.pt");

        Assert.Equal((2, 4L), (found.Facts.Tensors.Count, found.Facts.ParameterCount));
    }

    [Theory]
    [InlineData(32, new[] { 8, 4 }, new[] { 4, 1 }, 124)]
    [InlineData(32, new[] { 8, 4 }, new[] { 4, 1 }, 132)]
    public void Bytes_that_are_not_as_many_as_declared_are_noticed(int elements, int[] shape, int[] strides, int length) =>
        AssertFinding(Inspect(Archive(StateDict(Tensor("0", elements, shape, strides)), new byte[length]), "model.pt"), TorchRules.Storage);

    [Fact]
    public void Bytes_that_are_not_there_are_noticed() =>
        AssertFinding(Inspect(Archive(StateDict(Tensor("1", 32, [8, 4], [4, 1]))), "model.pt"), TorchRules.Storage);

    [Theory]
    [InlineData(new[] { 8, 5 }, new[] { 4, 1 })]
    [InlineData(new[] { 8, 4 }, new[] { 5, 1 })]
    [InlineData(new[] { 2147483647, 2147483647 }, new[] { 1, 1 })]
    [InlineData(new[] { 8 }, new[] { 4, 1 })]
    public void A_tensor_beyond_its_storage_is_noticed(int[] shape, int[] strides) =>
        AssertFinding(Inspect(Archive(StateDict(Tensor("0", 32, shape, strides))), "model.pt"), TorchRules.Tensor);

    [Fact]
    public void A_main_pickle_that_is_none_and_a_second_one_are_noticed()
    {
        AssertFinding(Inspect(ZipForge.Make(new ForgedMember("a/data.pkl", "words"u8.ToArray())), "model.pt"), TorchRules.Main);
        var twice = ZipForge.Make(new("a/data.pkl", Of(Proto(2), "}.")), new("b/data.pkl", Of(Proto(2), Import("os", "system"), Text("id"), 0x85, "R.")));
        var found = Inspect(twice, "model.pt");
        AssertFinding(found, TorchRules.Main);
        Assert.Equal(InspectionVerdict.Dangerous, found.Verdict);
    }

    [Fact]
    public void A_pickle_where_bytes_of_a_tensor_should_be_is_inspected()
    {
        var found = Inspect(Archive(StateDict(Tensor("0", 32, [8, 4], [4, 1])), [.. Of(Proto(2), Import("os", "system"), Text("id"), 0x85, "R."), .. new byte[100]]), "model.pt");
        Assert.Equal(InspectionVerdict.Dangerous, found.Verdict);
        AssertFinding(found, PickleRules.DangerousImport);
    }

    [Fact]
    public void A_class_of_the_caller_is_no_harmless_model() =>
        Assert.Contains(Inspect(Archive(Of(Proto(2), Import("mine", "Net"), ")", 0x81, ".")), "model.pt").Findings, finding => finding.Code == "PKL201");

    [Theory]
    [InlineData("aten::from_file", "TSC101")]
    [InlineData("aten::save", "TSC101")]
    [InlineData("mylib::run", "TSC102")]
    [InlineData("aten::add", null)]
    public void The_operators_of_bytecode_are_judged_as_those_of_code_are(string name, string? code)
    {
        var found = Inspect(ZipForge.Make(new ForgedMember("m/data.pkl", Of(Proto(2), "}.")), new ForgedMember("m/bytecode.pkl", Of(Proto(2), Text(name), "."))), "model.ptl");
        Assert.Equal(code is null ? [] : [code], found.Findings.Select(finding => finding.Code));
    }

    [Fact]
    public void An_archive_that_brings_its_own_modules_is_suspicious()
    {
        ForgedMember pickle = new("m/model/model.pkl", Of(Proto(2), "}."));
        ForgedMember externals = new("m/.data/extern_modules", []);
        AssertFinding(Inspect(ZipForge.Make(pickle, externals, new ForgedMember("m/collections/__init__.py", "x = 1\n"u8.ToArray())), "model.pt"), ZipRules.OwnModules);
        Assert.Equal(InspectionVerdict.Clean, Inspect(ZipForge.Make(pickle, externals), "model.pt").Verdict);
        Assert.Equal(InspectionVerdict.Clean, Inspect(ZipForge.Make(pickle, new ForgedMember("m/collections/__init__.py", "x = 1\n"u8.ToArray())), "model.pt").Verdict);
    }

    [Theory]
    [InlineData("tensorrt.Engine", true)]
    [InlineData("quantized.LinearPackedParamsBase", false)]
    public void A_class_that_a_library_registers_is_not_PyTorchs_own(string name, bool isForeign)
    {
        var found = Inspect(ZipForge.Make(new ForgedMember("m/data.pkl", Of(Proto(2), "}.")),
            new ForgedMember("m/code/__torch__/m.py", System.Text.Encoding.UTF8.GetBytes($"class M(Module):\n  def forward(self: __torch__.m.M, x: __torch__.torch.classes.{name}) -> int:\n    return 1\n"))), "model.pt");
        Assert.Equal(isForeign, found.Findings.Any(finding => finding.Code == "TSC102"));
    }

    private static byte[] Archive(byte[] pickle, byte[]? storage = null) =>
        ZipForge.Make(new("m/data.pkl", pickle), new("m/data/0", storage ?? new byte[128]), new("m/version", "3\n"u8.ToArray()), new("m/byteorder", "little"u8.ToArray()));

    private static byte[] Legacy(byte[] pickle, long elements, byte[] storage)
    {
        var count = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(count, elements);
        byte[] magic = [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, (byte)'.'];
        return [.. magic, .. Of(Proto(2), "M", 0xE9, 0x03, "."), .. Of(Proto(2), "}."), .. pickle, .. Of(Proto(2), "](", Text("0"), "e."), .. count, .. storage];
    }

    private static byte[] StateDict(byte[] tensor) => Of(Proto(2), "}", Text("weight"), tensor, "s.");

    private static byte[] Tensor(string key, int elements, int[] shape, int[] strides) =>
        Of(Import("torch._utils", "_rebuild_tensor_v2"), "((", Text("storage"), Import("torch", "FloatStorage"), Text(key), Text("cpu"), "J", Int32(elements), "tQ",
            "K", 0, Numbers(shape), Numbers(strides), 0x89, "NtR");

    private static byte[] Numbers(int[] numbers) => [(byte)'(', .. numbers.SelectMany(number => (byte[])[(byte)'J', .. Int32(number)]), (byte)'t'];
}
