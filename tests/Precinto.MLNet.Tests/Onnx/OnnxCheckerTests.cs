using System.Diagnostics;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.MLNet.Tests.Onnx;

/// <summary>The reference implementation's own checker, from the onnx package for Python, with its shape inference.</summary>
public sealed class OnnxCheckerTests
{
    [Theory]
    [InlineData(TrainingAlgorithm.Forest, false)]
    [InlineData(TrainingAlgorithm.Forest, true)]
    [InlineData(TrainingAlgorithm.Linear, false)]
    [InlineData(TrainingAlgorithm.Linear, true)]
    public async Task The_reference_checker_accepts_what_is_exported(TrainingAlgorithm algorithm, bool integers)
    {
        var cancellation = TestContext.Current.CancellationToken;
        if (!File.Exists(Python) || (await RunAsync("import onnx", [], cancellation)).ExitCode != 0)
            Assert.Skip("The onnx package for Python is absent.");

        using TemporaryFolder folder = new();
        var data = integers ? Samples.IrisWithIntegers() : Samples.Iris();
        var path = folder.Write("model.onnx", ModelTrainer.Train(data, Samples.Options(algorithm), cancellation).Onnx);

        var (exitCode, output, errors) = await RunAsync(
            """
            import sys, onnx
            model = onnx.load(sys.argv[1])
            onnx.checker.check_model(model, full_check=True)
            print(model.ir_version, [(s.domain, s.version) for s in model.opset_import], model.producer_name, model.graph.name)
            assert len(model.SerializeToString()) == len(open(sys.argv[1], 'rb').read())
            """, [path], cancellation);

        Assert.Equal("", errors);
        Assert.Equal("8 [('', 15), ('ai.onnx.ml', 3)] Precinto classifier\n", output);
        Assert.Equal(0, exitCode);
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string script, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        ProcessStartInfo start = new(Python, ["-I", "-c", script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, await output, await errors);
    }

    private const string Python = "/usr/bin/python3";
}
