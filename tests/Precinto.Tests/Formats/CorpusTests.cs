using System.Diagnostics;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Tests.Formats;

/// <summary>The collected files of these formats, each against what it is known to be.</summary>
public sealed class CorpusTests
{
    [Theory]
    [InlineData("onnx")]
    [InlineData("safetensors")]
    [InlineData("npy")]
    [InlineData("npz")]
    [InlineData("zip")]
    [InlineData("json")]
    [InlineData("mlnet")]
    [InlineData("hdf5")]
    [InlineData("tar")]
    [InlineData("compressed")]
    [InlineData("7z")]
    [InlineData("skops")]
    [InlineData("savedmodel")]
    [InlineData("jinja")]
    [InlineData("yaml")]
    [InlineData("openvino")]
    [InlineData("pmml")]
    [InlineData("gguf")]
    [InlineData("python")]
    [InlineData("executable")]
    public void What_is_known_of_a_file_is_found(string format)
    {
        foreach (var (file, label) in Corpus())
        {
            var bytes = Fixtures.Read("inspect", file);
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var watch = Stopwatch.StartNew();
            var found = HostileBytes.Inspect(bytes, Path.GetFileName(file));
            var milliseconds = watch.ElapsedMilliseconds;
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            // Pickles in archives, and what claims to be one of these and is a pickle, are judged where pickles are.
            if (found.Format != format || (label == "malicious" && !file.Contains("/formats/", StringComparison.Ordinal)))
                continue;

            Assert.True(milliseconds < 1000 && allocated < 200 << 20, $"{file}: {milliseconds} ms, {allocated} bytes");
            var fits = label switch
            {
                "malicious" => found.Verdict == InspectionVerdict.Dangerous,
                "malformed" or "bomb" => found.Verdict is InspectionVerdict.Malformed or InspectionVerdict.Dangerous,
                "encrypted" => found.Verdict == InspectionVerdict.Suspicious,
                "benign" => found.Verdict == InspectionVerdict.Clean,
                _ => true,
            };
            Assert.True(fits, $"{file} is {label}, found {found.Verdict}: {string.Join(", ", found.Findings.Select(finding => finding.Code + " " + finding.Message))}");
        }
    }

    private static IEnumerable<(string File, string Label)> Corpus() =>
        File.ReadLines(Fixtures.PathOf("inspect", "labels.tsv")).Skip(1).Select(line => line.Split('\t')).Select(cells => (cells[0], cells[1]));
}
