using Precinto.Files;
using Precinto.Inspection;
using Xunit;

namespace Precinto.Tests.Formats;

/// <summary>What every reader owes to hostile bytes.</summary>
internal static class HostileBytes
{
    public static FileInspection Inspect(byte[] bytes, string name) => Inspector.Inspect(ModelContent.FromBytes(bytes), name);

    public static void AssertFinding(FileInspection inspection, FindingRule rule) =>
        Assert.Contains(inspection.Findings, finding => finding.Rule == rule);

    /// <summary>No truncation is clean, none throws, none allocates more than a few megabytes.</summary>
    public static void AssertTruncationsAreNoticed(byte[] valid, string name, Func<int, bool>? mayBeClean = null)
    {
        Assert.Equal(InspectionVerdict.Clean, Inspect(valid, name).Verdict);
        for (var length = 0; length < valid.Length; length++)
        {
            var verdict = Bounded(valid[..length], name).Verdict;
            if (mayBeClean?.Invoke(length) != true)
                Assert.True(verdict != InspectionVerdict.Clean, $"The first {length} bytes are clean.");
        }
    }

    /// <summary>Every byte is replaced in turn; nothing is thrown, nothing large is allocated, and the same bytes give the same report.</summary>
    public static void AssertFlipsAreSurvived(byte[] valid, string name)
    {
        Random random = new(20250505);
        for (var index = 0; index < valid.Length; index++)
        {
            foreach (var value in (ReadOnlySpan<byte>)[0, 0xFF, 0x80, (byte)random.Next(256)])
            {
                var changed = (byte[])valid.Clone();
                changed[index] = value;
                var first = Bounded(changed, name);
                if (random.Next(16) == 0)
                    Assert.Equal(Describe(first), Describe(Inspect(changed, name)));
            }
        }
    }

    private static FileInspection Bounded(byte[] bytes, string name)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var inspection = Inspect(bytes, name);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
        return inspection;
    }

    private static string Describe(FileInspection inspection) =>
        $"{inspection.Format} {inspection.Verdict} {string.Join('|', inspection.Findings.Select(finding => finding.Code + finding.Offset + finding.Message))}";
}
