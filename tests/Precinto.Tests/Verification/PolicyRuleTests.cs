using System.Text;
using Precinto.Signatures.Keys;
using Precinto.Signatures.OpenPgp;
using Precinto.Trust;
using Precinto.Verification;
using Xunit;

namespace Precinto.Tests.Verification;

/// <summary>Which rule of a policy a model is held to, and how strictly.</summary>
public sealed class PolicyRuleTests
{
    [Theory]
    [InlineData(Enforcement.Warn)]
    [InlineData(Enforcement.Skip)]
    public async Task A_flood_of_broken_signatures_hides_nothing_that_no_policy_softens(Enforcement enforcement)
    {
        using var model = await SignedModel.InFolder();
        for (var index = 0; index < 60; index++)
        {
            File.WriteAllText(model[$"{index}.txt"], "words");
            File.WriteAllText(model[$"{index}.txt.sig"], "no signature");
        }

        TrustPolicy policy = new()
        {
            Signers = model.Policy.Signers,
            Expires = SignedModel.Now.AddDays(-1),
            AllowExtraFiles = true,
            Checks = new() { DangerousSignature = enforcement },
        };
        var report = await model.Verify(policy);

        Assert.Equal(Verdict.Rejected, report.Verdict);
        Assert.Contains("POL002", report[CheckName.Signature].Codes);
    }

    [Fact]
    public async Task A_model_is_held_to_the_rule_for_its_name()
    {
        using var model = await SignedModel.InFolder(new() { Name = "iris", Version = "1.0.0" });
        using var other = SigningKey.Generate(EllipticCurve.P256);

        Assert.Equal(Verdict.Trusted, (await model.Verify(Policy(Rule("iris*", model.Key), Rule("*", other)))).Verdict);
        Assert.Equal(["SIG003"], (await model.Verify(Policy(Rule("iris*", other), Rule("*", model.Key))))[CheckName.Signature].Codes);
        Assert.Equal(Verdict.Trusted, (await model.Verify(Policy(Rule("wine", other), Rule("*", model.Key)))).Verdict);
    }

    [Fact]
    public async Task A_model_for_which_no_rule_speaks_is_rejected()
    {
        using var model = await SignedModel.InFolder(new() { Name = "iris" });
        foreach (var policy in new[] { Policy(Rule("wine", model.Key)), Rule("wine", model.Key) })
        {
            var report = await model.Verify(policy);
            Assert.Equal((Verdict.Rejected, "POL001"), (report.Verdict, Assert.Single(report[CheckName.Signature].Codes)));
            Assert.Equal(Verdict.Rejected, (await model.Verify(policy.WithoutTrust())).Verdict);
            Assert.Equal(["POL001"], (await model.Verify(policy.WithoutTrust()))[CheckName.Signature].Codes);
        }
    }

    [Fact]
    public async Task A_model_without_a_signed_name_falls_under_a_rule_for_every_model_only()
    {
        var generated = OpenPgpKeyGenerator.Generate("Test <test@example.org>", SignedModel.Now, null);
        using var key = OpenPgpSigningKey.Parse(Encoding.ASCII.GetBytes(generated.SecretKey), null, SignedModel.Now);
        using var model = await SignedModel.File(new() { OpenPgpKey = key });
        TrustPolicy named = new() { Models = [Pattern("model*")], Signers = [new TrustedOpenPgpKey(key.Certificate)] };
        TrustPolicy every = new() { Signers = named.Signers };

        Assert.Equal(Verdict.Trusted, (await model.Verify(new() { Rules = [named, every] })).Verdict);
        Assert.Equal(["POL001"], (await model.Verify(named))[CheckName.Signature].Codes);
    }

    [Fact]
    public async Task Another_name_in_a_strangers_signature_leads_to_no_other_rule()
    {
        using var model = await SignedModel.InFolder(new() { Name = "credit" });
        using var stranger = SigningKey.Generate(EllipticCurve.P256);
        string[] written = ["model.sig", "model_metadata.json", "model_hash.txt"];
        var good = written.Select(name => File.ReadAllBytes(model[name])).ToArray();
        await model.Sign(new() { Key = stranger, Name = "toy", Overwrite = true });
        File.Copy(model["model.sig"], model.Outside("toy.sig"));
        foreach (var (name, bytes) in written.Zip(good))
            File.WriteAllBytes(model[name], bytes);
        Expectations both = new() { SignatureFiles = [model.Outside("toy.sig")] };

        // The strict rule stays in force, whether the stranger is unknown or known to another rule.
        Assert.Equal(CheckOutcome.Passed, (await model.Verify(Policy(Rule("credit", model.Key), Rule("*")), both))[CheckName.Signature].Outcome);
        var report = await model.Verify(Policy(Rule("credit", model.Key), Rule("*", stranger)), both);
        Assert.Equal(["POL001"], report[CheckName.Signature].Codes);
        Assert.Contains("different rules", report[CheckName.Signature].Detail, StringComparison.Ordinal);

        File.Delete(model["model.sig"]);
        Assert.Equal(Verdict.Rejected, (await model.Verify(Policy(Rule("credit", model.Key), Rule("*", model.Key)), both)).Verdict);
    }

    [Fact]
    public async Task To_ask_for_another_name_takes_its_rule_and_then_fails()
    {
        using var model = await SignedModel.InFolder(new() { Name = "credit" });
        var report = await model.Verify(Policy(Rule("credit"), Rule("*", model.Key)), new() { Name = "toy" });

        Assert.Equal(CheckOutcome.Passed, report[CheckName.Signature].Outcome);
        Assert.Equal(["POL001", "IDN001"], report[CheckName.Identity].Codes);
    }

    [Fact]
    public async Task A_name_that_too_few_signers_state_leads_to_no_rule()
    {
        using var model = await SignedModel.InFolder(new() { Name = "credit" });
        using var second = SigningKey.Generate(EllipticCurve.P256);
        var rule = Rule("credit", model.Key, second);
        var report = await model.Verify(new() { Rules = [new() { Models = rule.Models, Signers = rule.Signers, Threshold = 2 }] });

        Assert.Contains("POL001", report[CheckName.Identity].Codes);
        Assert.Contains("SIG005", report[CheckName.Signature].Codes);
    }

    [Fact]
    public async Task An_expired_policy_accepts_nothing()
    {
        using var model = await SignedModel.InFolder(new() { Name = "iris" });
        TrustPolicy policy = new() { Signers = model.Policy.Signers, Expires = SignedModel.Now.AddSeconds(1), Checks = new() { DangerousSignature = Enforcement.Skip } };
        Assert.Equal(Verdict.Tolerated, (await model.Verify(policy)).Verdict);

        model.Clock.Advance(TimeSpan.FromSeconds(1));
        var report = await model.Verify(policy);
        Assert.Equal((Verdict.Rejected, "POL002"), (report.Verdict, Assert.Single(report[CheckName.Signature].Codes)));
    }

    [Fact]
    public async Task A_version_above_the_highest_is_rejected()
    {
        using var model = await SignedModel.InFolder(new() { Name = "iris", Version = "2.0.1" });
        Assert.Equal(Verdict.Trusted, (await model.Verify(new() { Signers = model.Policy.Signers, MaximumVersion = Version("2.0.1") })).Verdict);
        Assert.Equal(["FRS008"], (await model.Verify(new() { Signers = model.Policy.Signers, MaximumVersion = Version("2.0.0") }))[CheckName.Freshness].Codes);

        using var nameless = await SignedModel.InFolder();
        Assert.Equal(["FRS004"], (await nameless.Verify(new() { Signers = nameless.Policy.Signers, MaximumVersion = Version("2.0.0") }))[CheckName.Freshness].Codes);
    }

    [Fact]
    public async Task What_is_only_warned_of_or_skipped_decides_nothing_and_is_told()
    {
        using var model = await SignedModel.InFolder(new() { Name = "iris", Version = "1.0.0", ExpiresAt = SignedModel.Now.AddDays(1) });
        model.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(Verdict.Rejected, (await model.Verify()).Verdict);

        var report = await model.Verify(Held(model, new() { Freshness = Enforcement.Warn, Identity = Enforcement.Skip }), new() { Name = "other" });
        Assert.Equal(Verdict.Trusted, report.Verdict);
        Assert.Equal((CheckOutcome.Warned, "FRS001"), (report[CheckName.Freshness].Outcome, Assert.Single(report[CheckName.Freshness].Codes)));
        Assert.Equal(CheckOutcome.Skipped, report[CheckName.Identity].Outcome);
        Assert.Empty(report[CheckName.Identity].Codes);
        Assert.Equal([CheckName.Identity, CheckName.Freshness], report.Unenforced.Select(check => check.Name));
    }

    [Fact]
    public async Task Without_integrity_or_signature_nothing_is_trusted_or_handed_out()
    {
        using var model = await SignedModel.InFolder();
        File.WriteAllText(model["extra.bin"], "!");
        Assert.Equal(Verdict.Rejected, (await model.Verify(Held(model, new() { DangerousSignature = Enforcement.Warn }))).Verdict);

        Verifier verifier = new(Held(model, new() { DangerousIntegrity = Enforcement.Warn }), model.Clock);
        var report = await verifier.VerifyAndSealAsync(model.Path, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((Verdict.Tolerated, CheckOutcome.Warned), (report.Verdict, report[CheckName.Integrity].Outcome));
        Assert.False(report.TryGetSealed(out _));
        Assert.False(report.Summarize().IsPassed);

        File.Delete(model["extra.bin"]);
        File.Delete(model["model.sig"]);
        Assert.Equal(Verdict.Rejected, (await model.Verify(Held(model, new() { DangerousSignature = Enforcement.Skip }))).Verdict);
        Assert.Equal(Verdict.Tolerated, (await model.Verify(Held(model, new() { DangerousSignature = Enforcement.Skip, DangerousIntegrity = Enforcement.Skip }))).Verdict);
    }

    [Fact]
    public async Task A_policy_that_weakens_a_check_that_passes_still_trusts()
    {
        using var model = await SignedModel.InFolder();
        Assert.Equal(Verdict.Trusted, (await model.Verify(Held(model, new() { DangerousSignature = Enforcement.Warn, DangerousIntegrity = Enforcement.Warn }))).Verdict);
        Assert.Equal(Verdict.Tolerated, (await model.Verify(Held(model, new() { DangerousSignature = Enforcement.Skip }))).Verdict);
    }

    private static TrustPolicy Held(SignedModel model, CheckEnforcement checks) => new() { Signers = model.Policy.Signers, Checks = checks };

    private static ModelVersion Version(string text) => ModelVersion.TryParse(text, out var version) ? version : throw new ArgumentException(text);

    private static TrustPolicy Policy(params TrustPolicy[] rules) => new() { Rules = rules };

    private static TrustPolicy Rule(string pattern, params SigningKey[] keys) => new() { Models = [Pattern(pattern)], Signers = [.. keys.Select(key => new TrustedKey(key.PublicKey))] };

    private static NamePattern Pattern(string text) => NamePattern.TryParse(text, out var pattern) ? pattern : throw new ArgumentException(text);
}
