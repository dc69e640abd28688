using System.Diagnostics;
using System.Text;
using Precinto.Digests;
using Precinto.Files;
using Precinto.Signatures;
using Precinto.Signatures.Keys;
using Precinto.Signatures.OpenPgp;
using Precinto.Trust;
using Precinto.Verification;
using Xunit;

namespace Precinto.Tests.Verification;

public sealed class VerifierTests
{
    [Fact]
    public async Task A_signed_file_is_trusted()
    {
        using var model = await SignedModel.File();
        var report = await model.Verify();

        AssertTrusted(report);
        Assert.Equal(CheckOutcome.Passed, report[CheckName.Signature].Outcome);
        Assert.Equal(CheckOutcome.Passed, report[CheckName.Integrity].Outcome);
        Assert.Equal(CheckOutcome.Passed, report[CheckName.Metadata].Outcome);
        Assert.Equal(CheckOutcome.Skipped, report[CheckName.Structure].Outcome);
        Assert.Equal("model", report.Name);
        Assert.True(Assert.Single(report.Signers).IsTrusted);
        Assert.Equal(["model.bin", "model.bin.oms.sig", "model_hash.txt", "model_metadata.json"], Names(model));
    }

    [Fact]
    public async Task A_signed_folder_is_trusted_whatever_hash_its_manifest_uses()
    {
        foreach (var algorithm in new[] { DigestAlgorithm.Sha256, DigestAlgorithm.Blake2b, DigestAlgorithm.Blake3 })
        {
            using var model = await SignedModel.InFolder(new() { HashAlgorithm = algorithm });
            AssertTrusted(await model.Verify());

            File.AppendAllText(model["vocabulary/words.txt"], "!");
            await Expect(model, CheckName.Integrity, "INT001");
        }
    }

    [Fact]
    public async Task The_report_always_holds_the_six_checks_in_order()
    {
        using var model = await SignedModel.File();
        var report = await model.Verify();
        Assert.Equal(Enum.GetValues<CheckName>(), report.Checks.Select(check => check.Name));
    }

    [Fact]
    public async Task A_changed_file_is_named()
    {
        using var model = await SignedModel.InFolder();
        File.AppendAllText(model["weights.bin"], "!");
        var check = await Expect(model, CheckName.Integrity, "INT001");
        Assert.Contains("weights.bin", check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        using var model = await SignedModel.InFolder();
        File.Delete(model["vocabulary/words.txt"]);
        var check = await Expect(model, CheckName.Integrity, "INT002");
        Assert.Contains("vocabulary/words.txt", check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_extra_file_is_named_unless_the_policy_allows_it()
    {
        using var model = await SignedModel.InFolder();
        File.WriteAllText(model["vocabulary/more.txt"], "four");
        var check = await Expect(model, CheckName.Integrity, "INT003");
        Assert.Contains("vocabulary/more.txt", check.Detail, StringComparison.Ordinal);

        var lenient = new TrustPolicy { Signers = model.Policy.Signers, AllowExtraFiles = true };
        AssertTrusted(await model.Verify(lenient));
    }

    [Fact]
    public async Task A_link_to_equal_bytes_is_rejected()
    {
        using var model = await SignedModel.InFolder();
        File.Move(model["weights.bin"], model.Outside("weights.bin"));
        File.CreateSymbolicLink(model["weights.bin"], model.Outside("weights.bin"));
        await Expect(model, CheckName.Integrity, "INT004");

        using var single = await SignedModel.File();
        File.Move(single["model.bin"], single.Outside("model.bin"));
        File.CreateSymbolicLink(single["model.bin"], single.Outside("model.bin"));
        await Expect(single, CheckName.Integrity, "INT004");
    }

    [Fact]
    public async Task A_pipe_is_rejected_without_waiting_for_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Pipes are made with mkfifo.");
        using var model = await SignedModel.InFolder();
        using (var process = Process.Start("mkfifo", model["pipe"]))
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var check = await Expect(model, CheckName.Integrity, "INT004");
        Assert.Contains("pipe is a named pipe", check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_signature_it_is_rejected()
    {
        using var model = await SignedModel.InFolder();
        File.Delete(model["model.sig"]);
        await Expect(model, CheckName.Signature, "SIG001");
    }

    [Fact]
    public async Task A_stranger_is_rejected()
    {
        using var model = await SignedModel.File();
        using var other = SigningKey.Generate(EllipticCurve.P256);
        var report = await model.Verify(new() { Signers = [new TrustedKey(other.PublicKey)] });
        Assert.Equal(Verdict.Rejected, report.Verdict);
        Assert.Contains("SIG003", report[CheckName.Signature].Codes);
    }

    [Fact]
    public async Task An_empty_policy_trusts_nobody()
    {
        using var model = await SignedModel.File();
        var report = await model.Verify(new());
        Assert.Equal(Verdict.Rejected, report.Verdict);
        Assert.Contains("SIG007", report[CheckName.Signature].Codes);
    }

    [Fact]
    public async Task A_signature_that_names_our_key_and_was_made_by_another_is_broken()
    {
        using var model = await SignedModel.File();
        using var other = SigningKey.Generate(EllipticCurve.P256);
        await model.Sign(new() { Key = other, Overwrite = true });
        var forged = File.ReadAllText(model["model.bin.oms.sig"]).Replace(other.PublicKey.Hint, model.Key.PublicKey.Hint, StringComparison.Ordinal);
        File.WriteAllText(model["model.bin.oms.sig"], forged);
        await Expect(model, CheckName.Signature, "SIG004");
    }

    [Fact]
    public async Task The_signature_of_another_model_is_rejected()
    {
        using var model = await SignedModel.File();
        File.WriteAllText(model["other.bin"], "another model");
        Directory.CreateDirectory(model["elsewhere"]);
        File.Move(model["other.bin"], model["elsewhere/model.bin"]);
        await ModelSigner.SignAsync(model["elsewhere/model.bin"], new() { Key = model.Key, Time = model.Clock }, cancellation: TestContext.Current.CancellationToken);
        File.Copy(model["elsewhere/model.bin.oms.sig"], model["model.bin.oms.sig"], overwrite: true);
        await Expect(model, CheckName.Integrity, "INT001");
    }

    [Fact]
    public async Task A_signature_file_that_is_no_signature_is_rejected()
    {
        foreach (var content in new[] { "", "not a signature", "{", "{}", "-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n" })
        {
            using var model = await SignedModel.File();
            File.WriteAllText(model["model.bin.asc"], content);
            await Expect(model, CheckName.Signature, "SIG002");
        }
    }

    [Fact]
    public async Task Hash_and_record_rewritten_to_fit_a_forged_model_do_not_help()
    {
        using var model = await SignedModel.File();
        File.WriteAllText(model["model.bin"], "a forged model");
        var digest = Hashing.Compute("a forged model"u8, DigestAlgorithm.Sha256);
        File.WriteAllText(model["model_hash.txt"], digest.Hex);
        File.WriteAllText(model["model_metadata.json"], $$"""{"digest":"{{digest}}","file_size_bytes":14}""");
        await Expect(model, CheckName.Integrity, "INT001");
    }

    [Fact]
    public async Task A_key_that_lies_with_the_model_is_not_believed()
    {
        using var model = await SignedModel.InFolder();
        File.WriteAllText(model.Outside("outside.pub"), model.Key.PublicKey.ToPem());
        Directory.CreateSymbolicLink(model.Outside("link"), model.Folder);

        foreach (var path in new[] { model["trusted.pub"], model["vocabulary/trusted.pub"], model.Outside("link/trusted.pub") })
        {
            TrustPolicy policy = new() { Signers = model.Policy.Signers, Sources = [path], AllowExtraFiles = true };
            var report = await model.Verify(policy);
            Assert.Equal(Verdict.Rejected, report.Verdict);
            Assert.Contains("SIG006", report[CheckName.Signature].Codes);
        }

        AssertTrusted(await model.Verify(new() { Signers = model.Policy.Signers, Sources = [model.Outside("outside.pub")] }));
    }

    [Fact]
    public async Task Name_and_version_must_be_those_that_were_signed()
    {
        using var model = await SignedModel.File(new() { Name = "iris", Version = "1.2.0" });
        AssertTrusted(await model.Verify(expectations: new() { Name = "iris", Version = "1.2.0" }));
        Assert.Contains("IDN001", (await model.Verify(expectations: new() { Name = "wine" }))[CheckName.Identity].Codes);
        Assert.Contains("IDN002", (await model.Verify(expectations: new() { Version = "1.2.1" }))[CheckName.Identity].Codes);
        Assert.True(ModelVersion.TryParse("1.3", out var minimum));
        Assert.Contains("FRS002", (await model.Verify(expectations: new() { MinimumVersion = minimum }))[CheckName.Freshness].Codes);
    }

    [Fact]
    public async Task An_expired_model_is_rejected()
    {
        using var model = await SignedModel.File(new() { ExpiresAt = SignedModel.Now.AddDays(1) });
        AssertTrusted(await model.Verify());
        model.Clock.Advance(TimeSpan.FromDays(1));
        await Expect(model, CheckName.Freshness, "FRS001");
    }

    [Fact]
    public async Task A_model_that_is_too_old_or_from_the_future_is_rejected()
    {
        using var model = await SignedModel.File();
        TrustPolicy policy = new() { Signers = model.Policy.Signers, MaximumAge = TimeSpan.FromDays(30) };
        AssertTrusted(await model.Verify(policy));
        model.Clock.Advance(TimeSpan.FromDays(31));
        Assert.Contains("FRS002", (await model.Verify(policy))[CheckName.Freshness].Codes);
        Assert.Contains("FRS003", (await new Verifier(policy, new Microsoft.Extensions.Time.Testing.FakeTimeProvider(SignedModel.Now.AddHours(-1)))
            .VerifyAsync(model.Path, cancellation: TestContext.Current.CancellationToken))[CheckName.Freshness].Codes);
    }

    [Fact]
    public async Task Two_signers_are_demanded_and_only_one_signed()
    {
        using var model = await SignedModel.File();
        using var second = SigningKey.Generate(EllipticCurve.P384);
        TrustPolicy policy = new() { Signers = [new TrustedKey(model.Key.PublicKey), new TrustedKey(second.PublicKey)], Threshold = 2 };
        Assert.Contains("SIG005", (await model.Verify(policy))[CheckName.Signature].Codes);
    }

    [Fact]
    public async Task Where_two_must_sign_one_alone_cannot_state_version_or_age()
    {
        using var model = await SignedModel.File(new() { Name = "iris", Version = "1.0.0" });
        var generated = OpenPgpKeyGenerator.Generate("Second <second@example.org>", SignedModel.Now, null);
        using var second = OpenPgpSigningKey.Parse(Encoding.ASCII.GetBytes(generated.SecretKey), null, SignedModel.Now);
        await model.Sign(new() { OpenPgpKey = second });
        TrustPolicy both = new() { Signers = [new TrustedKey(model.Key.PublicKey), new TrustedOpenPgpKey(second.Certificate)], Threshold = 2 };
        AssertTrusted(await model.Verify(both));

        // A year later the first key is stolen; its thief signs the old model anew as a newer version.
        model.Clock.Advance(TimeSpan.FromDays(365));
        File.Delete(model["model_metadata.json"]);
        await ModelSigner.SignAsync(model.Path, new() { Key = model.Key, Name = "iris", Version = "2.0.0", Overwrite = true, Time = model.Clock }, cancellation: TestContext.Current.CancellationToken);
        Assert.True(ModelVersion.TryParse("2.0.0", out var minimum));
        Assert.Contains("FRS004", (await model.Verify(both, new() { MinimumVersion = minimum }))[CheckName.Freshness].Codes);
        Assert.Contains("IDN003", (await model.Verify(both, new() { Version = "2.0.0" }))[CheckName.Identity].Codes);
        TrustPolicy young = new() { Signers = both.Signers, Threshold = 2, MaximumAge = TimeSpan.FromDays(30) };
        Assert.Contains("FRS002", (await model.Verify(young))[CheckName.Freshness].Codes);
    }

    [Fact]
    public async Task A_folder_in_which_something_poses_as_a_signature_is_not_signed()
    {
        using var model = await SignedModel.InFolder();
        File.WriteAllText(model["README.md.sig"], "no signature");
        var refused = await Assert.ThrowsAsync<SigningRefusedException>(() => model.Sign(new() { Overwrite = true }));
        Assert.Contains("README.md.sig", Assert.Single(refused.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_signer_left_out_is_listed_as_unprotected()
    {
        using var model = await SignedModel.InFolder(new() { IgnoredPaths = ["vocabulary"] });
        File.AppendAllText(model["vocabulary/words.txt"], "!");
        var report = await model.Verify();
        AssertTrusted(report);
        Assert.Contains("not protected, since it is left out: vocabulary", report[CheckName.Integrity].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_untrusted_bundle_cannot_leave_files_out()
    {
        using var model = await SignedModel.InFolder();
        using var stranger = SigningKey.Generate(EllipticCurve.P256);
        File.WriteAllText(model["extra.bin"], "extra");
        await ModelSigner.SignAsync(model.Path, new() { Key = stranger, IgnoredPaths = ["extra.bin"], OutputPath = model["weights.bin.sig"], Time = model.Clock }, cancellation: TestContext.Current.CancellationToken);
        await Expect(model, CheckName.Integrity, "INT003");
    }

    [Fact]
    public async Task Integrity_only_vouches_for_nobody()
    {
        using var model = await SignedModel.File();
        var report = await model.Verify(TrustPolicy.IntegrityOnly);
        Assert.Equal(Verdict.Intact, report.Verdict);
        Assert.Equal(CheckOutcome.Skipped, report[CheckName.Signature].Outcome);

        File.AppendAllText(model["model.bin"], "!");
        report = await model.Verify(TrustPolicy.IntegrityOnly);
        Assert.Equal(Verdict.Rejected, report.Verdict);
        Assert.Contains("INT006", report[CheckName.Integrity].Codes);
        Assert.Contains("MET001", report[CheckName.Metadata].Codes);
    }

    [Fact]
    public async Task Integrity_only_of_a_bare_file_compares_with_nothing_and_fails()
    {
        using var model = await SignedModel.File();
        foreach (var name in new[] { "model_hash.txt", "model_metadata.json", "model.bin.oms.sig" })
            File.Delete(model[name]);
        var report = await model.Verify(TrustPolicy.IntegrityOnly);
        Assert.Equal(Verdict.Rejected, report.Verdict);
        Assert.Contains("INT008", report[CheckName.Integrity].Codes);
    }

    [Fact]
    public async Task Integrity_only_with_nothing_but_a_record_compares_its_digest()
    {
        using var model = await SignedModel.File();
        foreach (var name in new[] { "model_hash.txt", "model.bin.oms.sig" })
            File.Delete(model[name]);
        Assert.Equal(Verdict.Intact, (await model.Verify(TrustPolicy.IntegrityOnly)).Verdict);
        File.AppendAllText(model["model.bin"], "!");
        Assert.Equal(Verdict.Rejected, (await model.Verify(TrustPolicy.IntegrityOnly)).Verdict);
    }

    [Fact]
    public async Task A_model_that_does_not_exist_is_no_verdict()
    {
        using var model = await SignedModel.File();
        await Assert.ThrowsAsync<FileNotFoundException>(() => new Verifier(model.Policy).VerifyAsync(model["absent"], cancellation: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_sealed_bytes_stay_when_the_file_changes_and_nobody_can_write_them()
    {
        using var model = await SignedModel.File();
        var report = await new Verifier(model.Policy, model.Clock).VerifyAndSealAsync(model.Path, cancellation: TestContext.Current.CancellationToken);
        Assert.True(report.TryGetSealed(out var bytes));
        using (bytes)
        {
            File.WriteAllText(model["model.bin"], "another model entirely");
            Assert.Equal("the weights of a model", Encoding.UTF8.GetString(bytes.Main!.ToArray()));
        }
    }

    [Fact]
    public async Task A_rejected_report_hands_out_nothing()
    {
        using var model = await SignedModel.File();
        File.AppendAllText(model["model.bin"], "!");
        var report = await new Verifier(model.Policy, model.Clock).VerifyAndSealAsync(model.Path, cancellation: TestContext.Current.CancellationToken);
        Assert.False(report.TryGetSealed(out _));
    }

    [Fact]
    public async Task An_OpenPGP_signature_over_a_file_is_trusted_and_of_other_bytes_is_not()
    {
        var generated = OpenPgpKeyGenerator.Generate("Test <test@example.org>", SignedModel.Now, null);
        using var key = OpenPgpSigningKey.Parse(Encoding.ASCII.GetBytes(generated.SecretKey), null, SignedModel.Now);
        foreach (var armor in new[] { true, false })
        {
            using var model = await SignedModel.File(new() { OpenPgpKey = key, Armor = armor });
            TrustPolicy policy = new() { Signers = [new TrustedOpenPgpKey(key.Certificate)] };
            AssertTrusted(await model.Verify(policy));

            File.AppendAllText(model["model.bin"], "!");
            var report = await model.Verify(policy);
            Assert.Equal(Verdict.Rejected, report.Verdict);
            Assert.Equal(CheckOutcome.Failed, report[CheckName.Signature].Outcome);
        }
    }

    [Fact]
    public async Task An_OpenPGP_signature_over_a_folder_covers_every_file()
    {
        var generated = OpenPgpKeyGenerator.Generate("Test <test@example.org>", SignedModel.Now, null);
        using var key = OpenPgpSigningKey.Parse(Encoding.ASCII.GetBytes(generated.SecretKey), null, SignedModel.Now);
        using var model = await SignedModel.InFolder(new() { OpenPgpKey = key, Armor = true });
        TrustPolicy policy = new() { Signers = [new TrustedOpenPgpKey(key.Certificate)] };
        AssertTrusted(await model.Verify(policy));

        File.WriteAllText(model["extra.txt"], "extra");
        Assert.Contains("INT003", (await model.Verify(policy))[CheckName.Integrity].Codes);
        File.Delete(model["extra.txt"]);
        File.AppendAllText(model["README.md"], "!");
        Assert.Contains("INT001", (await model.Verify(policy))[CheckName.Integrity].Codes);
        File.AppendAllText(model["SHA256SUMS"], "\n");
        Assert.Equal(CheckOutcome.Failed, (await model.Verify(policy))[CheckName.Signature].Outcome);
    }

    [Fact]
    public async Task Both_kinds_of_signature_can_be_made_at_once_and_each_suffices()
    {
        var generated = OpenPgpKeyGenerator.Generate("Test <test@example.org>", SignedModel.Now, null);
        using var key = OpenPgpSigningKey.Parse(Encoding.ASCII.GetBytes(generated.SecretKey), null, SignedModel.Now);
        using var signing = SigningKey.Generate(EllipticCurve.P521);
        using var model = await SignedModel.InFolder(new() { Key = signing, OpenPgpKey = key });
        TrustPolicy both = new() { Signers = [new TrustedKey(signing.PublicKey), new TrustedOpenPgpKey(key.Certificate)], Threshold = 2 };
        AssertTrusted(await model.Verify(both));
        AssertTrusted(await model.Verify(new() { Signers = [new TrustedKey(signing.PublicKey)] }));
        AssertTrusted(await model.Verify(new() { Signers = [new TrustedOpenPgpKey(key.Certificate)] }));
    }

    private static async Task<Check> Expect(SignedModel model, CheckName name, string code)
    {
        var report = await model.Verify();
        Assert.Equal(Verdict.Rejected, report.Verdict);
        var check = report[name];
        Assert.Equal(CheckOutcome.Failed, check.Outcome);
        Assert.Contains(code, check.Codes);
        return check;
    }

    private static void AssertTrusted(VerificationReport report) =>
        Assert.True(report.Verdict == Verdict.Trusted, string.Join("\n", report.Checks.Select(check => $"{check.Name} {check.Outcome}: {check.Detail}")));

    private static IEnumerable<string> Names(SignedModel model) => new DirectoryInfo(model.Folder).EnumerateFiles().Select(file => file.Name).Order(StringComparer.Ordinal);
}
