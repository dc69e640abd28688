using Precinto.Attacks;
using Precinto.Signatures.Keys;
using Precinto.Tests.Shared;
using Precinto.Trust;
using Xunit;

namespace Precinto.Tests.Attacks;

public sealed class AttackRangeTests
{
    [Theory]
    [InlineData("pickle")]
    [InlineData("binary")]
    [InlineData("folder")]
    public async Task Every_attack_on_any_model_is_stopped(string kind)
    {
        using TemporaryFolder folder = new();
        List<AttackResult> results = [];
        await foreach (var result in AttackRange.RunAsync(Make(folder, kind), Attack.All, TestContext.Current.CancellationToken))
            results.Add(result);
        Assert.Equal(Attack.All.Count, results.Count);
        Assert.DoesNotContain(results, result => result.Outcome == AttackOutcome.GotThrough);
        Assert.All(results.Where(result => result.Outcome == AttackOutcome.NotApplicable), result => Assert.Equal("inject-payload", result.Attack.Name));
        Assert.Contains("signature", Of("remove-signature").StoppedBy);
        Assert.Contains("signature", Of("other-key").StoppedBy);
        Assert.Contains("signature", Of("own-trust").StoppedBy);
        Assert.Equal(["freshness"], Of("roll-back").StoppedBy);
        Assert.Equal(["sealing"], Of("exchange-after-verifying").StoppedBy);
        foreach (var name in new[] { "flip-bit", "truncate", "append", "exchange-model", "forge-record", "add-file", "link", "reuse-signature" })
            Assert.Contains("integrity", Of(name).StoppedBy);

        AttackResult Of(string name) => Assert.Single(results, result => result.Attack.Name == name);
    }

    [Theory]
    [InlineData("roll-back")]
    [InlineData("add-file")]
    public async Task A_policy_that_demands_too_little_lets_the_matching_attack_through(string name)
    {
        using TemporaryFolder folder = new();
        using var author = SigningKey.Generate(EllipticCurve.P256);
        using var stage = await AttackStage.SetAsync(Make(folder, "binary"), author, TestContext.Current.CancellationToken);
        stage.Policy = new() { Signers = [new TrustedKey(author.PublicKey)], AllowExtraFiles = true };
        var result = await Attack.All.Single(attack => attack.Name == name).RunAsync(stage, TestContext.Current.CancellationToken);
        Assert.Equal(AttackOutcome.GotThrough, result.Outcome);
    }

    private static string Make(TemporaryFolder folder, string kind)
    {
        switch (kind)
        {
            case "pickle":
                return folder.Write("model.pkl", [0x80, 4, (byte)']', (byte)'.']);
            case "binary":
                return folder.Write("model.bin", new byte[5000]);
            default:
                folder.Write("folder/weights.bin", new byte[5000]);
                folder.Write("folder/vocabulary/words.txt", "one two");
                return folder["folder"];
        }
    }
}
