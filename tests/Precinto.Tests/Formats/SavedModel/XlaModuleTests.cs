using System.Text;
using Precinto.Formats.SavedModel;
using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;
using static Precinto.Tests.Formats.SavedModel.TensorFlowForge;

namespace Precinto.Tests.Formats.SavedModel;

public sealed class XlaModuleTests
{
    [Theory]
    [InlineData("Sharding", null)]
    [InlineData("cu_threefry2x32", null)]
    [InlineData("cu_threefry2x32_ffi", null)]
    [InlineData("lapack_sgesdd", null)]
    [InlineData("tf.call_tf_function", null)]
    [InlineData("stablehlo.dynamic_reduce_window", null)]
    [InlineData("evil_target", "TFM104")]
    [InlineData("", "TFM104")]
    [InlineData("xla_python_cpu_callback", "TFM101")]
    [InlineData("xla_ffi_partitioned_python_gpu_callback", "TFM101")]
    public void A_custom_call_is_judged_by_its_name(string target, string? code)
    {
        foreach (var module in (byte[][])[Bytecode(target), Bytecode(target, isVersioned: false), Encoding.UTF8.GetBytes($"module {{ %0 = stablehlo.custom_call @{target}(%arg0) : tensor<f32> }}"),
            Encoding.UTF8.GetBytes($$"""module { %0 = "stablehlo.custom_call"(%a) {backend_config = "", call_target_name = "{{target}}"} : () -> () }""")])
            Assert.Equal(code is null ? [] : [code], Find(module).Findings.Select(finding => finding.Code).Distinct());
    }

    [Fact]
    public void A_module_without_custom_calls_is_clean()
    {
        Assert.Empty(Find(Bytecode(null)).Findings);
        Assert.Empty(Find("module { func.func @main() { return } }"u8.ToArray()).Findings);
    }

    [Fact]
    public void The_names_of_functions_and_arguments_are_no_targets() => Assert.Empty(Find(Bytecode("Sharding", more: "evil_python_callback")).Findings);

    [Fact]
    public void A_call_whose_name_is_hidden_is_not_clean()
    {
        AssertFinding(Find(Bytecode("Sharding", isNamed: false)), TensorFlowRules.NativeCode);
        AssertFinding(Find([.. Bytecode("Sharding").Take(60), .. "custom_call"u8]), TensorFlowRules.NativeCode);
    }

    [Fact]
    public void Bytecode_of_any_kind_is_survived()
    {
        var module = Bytecode("evil_target");
        for (var index = 0; index < module.Length; index++)
        {
            Find(module[..index]);
            foreach (var value in (ReadOnlySpan<byte>)[0, 1, 0x7F, 0x80, 0xFF])
            {
                var changed = (byte[])module.Clone();
                changed[index] = value;
                Assert.Equal("savedmodel", Find(changed).Format);
            }
        }
    }

    private static FileInspection Find(byte[] module) => Inspect(Saved([Node("x", "XlaCallModule", [], ("module", value => value.Bytes(2, module)))]), "saved_model.pb");

    // As JAX serialises: strings, dialects, attributes with their sizes, and operations, which are not read.
    private static byte[] Bytecode(string? target, bool isVersioned = true, bool isNamed = true, string more = "main")
    {
        string[] strings = ["builtin", "vhlo", "call_target_name", target ?? "x", target is null ? "add_v1" : "custom_call_v1", more, "has_side_effect"];
        var text = isVersioned ? 26 : 2;
        byte[][] attributes =
        [
            [.. Number(2), .. Number(2)],
            [.. Number(text), .. Number(3)],
            [.. Number(2), .. Number(6)],
            [.. Number(text), .. Number(5)],
            [.. Number(1), .. Number(2), .. Number(2), .. Number(3), .. Number(0), .. Number(isNamed ? 1 : 4)],
        ];
        List<byte> offsets = [.. Number(attributes.Length), .. Number(0)];
        for (var index = 0; index < attributes.Length; index++)
            offsets.AddRange([.. Number(isVersioned && index is 1 or 3 ? 1 : 0), .. Number(1), .. Number((attributes[index].Length << 1) | 1)]);
        if (!isVersioned)
            offsets = [.. Number(attributes.Length), .. Number(0), .. Number(0), .. Number(attributes.Length), .. attributes.SelectMany(bytes => Number((bytes.Length << 1) | 1))];
        return
        [
            (byte)'M', (byte)'L', 0xEF, (byte)'R', .. Number(6), .. "StableHLO_v1.0.0\0"u8,
            .. Section(0, [.. Number(strings.Length), .. strings.Reverse().SelectMany(name => Number(name.Length + 1)), .. strings.SelectMany(name => Encoding.UTF8.GetBytes(name + "\0"))]),
            .. Section(1, [.. Number(2), .. Number(0 << 1), .. Number((1 << 1) | 1), .. Section(7, [1, 2, 3]), .. Number(1), .. Number(4 << 1)]),
            .. Section(2, [.. attributes.SelectMany(bytes => bytes)]),
            .. Section(3, [.. offsets]),
            .. Section(4, new byte[20]),
        ];
    }

    private static byte[] Section(byte id, byte[] bytes) => [id, .. Number(bytes.Length), .. bytes];

    private static byte[] Number(int number) => number < 128 ? [(byte)((number << 1) | 1)] : [(byte)((number << 2) | 2), (byte)(number >> 6)];
}
