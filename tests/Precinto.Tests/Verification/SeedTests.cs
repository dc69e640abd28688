using Precinto.Tests.Shared;
using Precinto.Trust;
using Precinto.Verification;
using Xunit;

namespace Precinto.Tests.Verification;

public sealed class SeedTests
{
    [Fact]
    public async Task The_model_as_it_was_trained_is_intact()
    {
        var report = await Verify("intact");
        Assert.True(report.Verdict == Verdict.Intact, string.Join("\n", report.Checks.Select(check => $"{check.Name} {check.Outcome}: {check.Detail}")));
        Assert.Equal("RandomForestClassifier", report.Facts!.Type);
        Assert.Equal(4, report.Facts.FeatureCount);
    }

    [Fact]
    public async Task The_overwritten_model_disagrees_in_hash_size_type_and_input_shape()
    {
        var report = await Verify("tampered");
        Assert.Equal(Verdict.Rejected, report.Verdict);
        Assert.Contains("INT006", report[CheckName.Integrity].Codes);
        var metadata = report[CheckName.Metadata];
        Assert.Equal(CheckOutcome.Failed, metadata.Outcome);
        foreach (var member in new[] { "file_size_bytes", "model_type", "input_shape" })
            Assert.Contains(member, metadata.Detail, StringComparison.Ordinal);
    }

    private static Task<VerificationReport> Verify(string folder) =>
        new Verifier(TrustPolicy.IntegrityOnly).VerifyAsync(Fixtures.PathOf("seed", folder, "model.pkl"), cancellation: TestContext.Current.CancellationToken);
}
