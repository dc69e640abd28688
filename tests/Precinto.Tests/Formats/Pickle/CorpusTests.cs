using System.Diagnostics;
using Precinto.Files;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Tests.Formats.Pickle;

/// <summary>Every file of the pickle family in the corpus of real attacks and real models.</summary>
public sealed class CorpusTests
{
    [Fact]
    public void No_attack_in_the_corpus_is_clean_and_no_model_is_suspected()
    {
        List<string> wrong = [];
        var count = 0;
        foreach (var (path, label) in Files())
        {
            count++;
            var before = GC.GetAllocatedBytesForCurrentThread();
            var watch = Stopwatch.StartNew();
            var result = Inspector.Inspect(ModelContent.FromBytes(Fixtures.Read("inspect", path)), Path.GetFileName(path), TestContext.Current.CancellationToken);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            var isRight = label switch
            {
                "benign" => result.Verdict == InspectionVerdict.Clean,
                "inert" => true,
                "malicious" => result.Verdict is InspectionVerdict.Dangerous or InspectionVerdict.Suspicious,
                _ => result.Verdict is not (InspectionVerdict.Clean or InspectionVerdict.Unknown),
            };
            // The best of five, where the machine is busy with something else.
            var milliseconds = watch.ElapsedMilliseconds;
            for (var turn = 1; turn < 5 && milliseconds > 1000 && label is ("bomb" or "malformed"); turn++)
            {
                watch.Restart();
                Inspector.Inspect(ModelContent.FromBytes(Fixtures.Read("inspect", path)), Path.GetFileName(path), TestContext.Current.CancellationToken);
                milliseconds = Math.Min(milliseconds, watch.ElapsedMilliseconds);
            }

            isRight &= milliseconds <= 1000 || label is not ("bomb" or "malformed");
            if (!isRight || allocated > 200 << 20)
                wrong.Add($"{path} ({label}): {result.Verdict} as {result.Format}, {allocated >> 20} MiB, {string.Join(", ", result.Findings.Select(finding => finding.Code))}");
        }

        Assert.Empty(wrong);
        Assert.True(count > 200, $"{count} files");
    }

    private static IEnumerable<(string Path, string Label)> Files()
    {
        foreach (var line in File.ReadLines(Fixtures.PathOf("inspect", "labels.tsv")).Skip(1))
        {
            if (line.Split('\t') is not [var path, var label, ..])
                continue;

            var head = Fixtures.Read("inspect", path).AsSpan();
            // Archives, and files of other formats, are not of this family whatever their names.
            var isArchive = head.StartsWith("PK"u8) || head.StartsWith("7z"u8) || path.Contains(".tar", StringComparison.Ordinal) || path.EndsWith("legacy_tar.pt", StringComparison.Ordinal);
            var isFamily = Endings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) || path.Contains("/ext_", StringComparison.Ordinal) || head.StartsWith("\u0080"u8);
            if (!isArchive && isFamily && !path.Contains("formats/onnx", StringComparison.Ordinal))
                yield return (path, label);
        }
    }

    private static readonly string[] Endings = [".pkl", ".pickle", ".joblib", ".pkl.gz", "_legacy.pth", "/pkl.gz", "pytorch_magic_bypass.pt"];
}
