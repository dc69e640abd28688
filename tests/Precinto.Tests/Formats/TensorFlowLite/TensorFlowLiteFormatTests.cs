using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.TensorFlowLite;

public sealed class TensorFlowLiteFormatTests
{
    [Fact]
    public void A_model_states_its_inputs_operators_and_tensors()
    {
        var found = Inspect(Model(), "m.tflite");
        Assert.Empty(found.Findings);
        Assert.Equal(("tflite", InspectionVerdict.Clean), (found.Format, found.Verdict));
        Assert.Equal(("tensorflow-lite", "schema 3", "main", 3L), (found.Facts.Framework, found.Facts.FrameworkVersion, found.Facts.Type, found.Facts.ParameterCount));
        Assert.Equal("x FLOAT32", Assert.Single(found.Facts.Inputs) is { } input ? $"{input.Name} {input.ElementType}" : "");
        Assert.Equal([1, 3], found.Facts.Inputs[0].Shape);
        Assert.Equal([new("builtin 9", 1)], found.Facts.Parts);
        Assert.Equal("tflite", Inspect(Model(), "renamed.bin").Format);
    }

    [Theory]
    [InlineData("TFL101", InspectionVerdict.Suspicious, "MyOperator")]
    [InlineData("TFL102", InspectionVerdict.Suspicious, "FlexErf")]
    [InlineData("TFL103", InspectionVerdict.Dangerous, "FlexWriteFile")]
    [InlineData("TFL103", InspectionVerdict.Dangerous, "FlexPyFunc")]
    [InlineData(null, InspectionVerdict.Clean, "TFLite_Detection_PostProcess")]
    public void An_operator_is_judged_by_who_computes_it(string? code, InspectionVerdict verdict, string custom)
    {
        var found = Inspect(Model(custom: custom), "m.tflite");
        Assert.Equal(verdict, found.Verdict);
        Assert.Equal(code is null ? [] : [code], found.Findings.Select(finding => finding.Code));
    }

    [Theory]
    [InlineData(7, 1, 0)]
    [InlineData(1, 7, 0)]
    [InlineData(1, -2, 0)]
    [InlineData(1, 1, 5)]
    public void A_reference_to_what_is_not_there_is_malformed(int buffer, int tensor, int code)
    {
        var found = Inspect(Model(buffer, tensor, code), "m.tflite");
        Assert.Equal(InspectionVerdict.Malformed, found.Verdict);
        Assert.Contains("TFL104", found.Findings.Select(finding => finding.Code));
    }

    [Fact]
    public void Hostile_bytes_are_survived()
    {
        var bytes = Model();
        AssertTruncationsAreNoticed(bytes, "m.tflite");
        AssertFlipsAreSurvived(bytes, "m.tflite");
    }

    private static byte[] Model(int buffer = 1, int tensor = 1, int code = 0, string? custom = null) => FlatForge.Make("TFL3", new()
    {
        [0] = 3,
        [1] = new Dictionary<int, object>[] { custom is null ? new() { [0] = (sbyte)9, [3] = 9 } : new() { [0] = (sbyte)32, [1] = custom, [3] = 32 } },
        [2] = new Dictionary<int, object>[]
        {
            new()
            {
                [0] = new Dictionary<int, object>[]
                {
                    new() { [0] = new[] { 1, 3 }, [2] = 0, [3] = "x" },
                    new() { [0] = new[] { 3 }, [2] = buffer, [3] = "w" },
                    new() { [0] = new[] { 1 }, [2] = 0, [3] = "y" },
                },
                [1] = new[] { 0 },
                [2] = new[] { 2 },
                [3] = new Dictionary<int, object>[] { new() { [0] = code, [1] = new[] { 0, tensor, -1 }, [2] = new[] { 2 } } },
                [4] = "main",
            },
        },
        [4] = new Dictionary<int, object>[] { new(), new() { [0] = new byte[12] } },
    });
}
