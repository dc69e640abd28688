using System.Diagnostics;
using System.Text.Json.Nodes;
using Precinto.Files;
using Precinto.Signatures;
using Precinto.Signatures.Keys;
using Precinto.Tests.Shared;
using Precinto.Tests.Signatures.Bundles;
using Precinto.Trust;
using Precinto.Verification;
using Xunit;

namespace Precinto.Tests.Verification;

/// <summary>What someone tries who reads the source and can write into the model's folder.</summary>
public sealed class HostileModelTests
{
    [Fact]
    public async Task A_file_that_one_of_two_demanded_signers_lists_is_never_handed_out()
    {
        using TemporaryFolder folder = new();
        using var first = SigningKey.Generate(EllipticCurve.P256);
        using var second = SigningKey.Generate(EllipticCurve.P256);
        folder.Write("model/weights.bin", "weights");
        folder.Write("model/README.md", "readme");
        folder.Write("model/model.sig", ForgedBundle.Sign(ForgedBundle.Statement(("README.md", "readme"), ("weights.bin", "weights")), first));
        folder.Write("model/README.md.sig", ForgedBundle.Sign(ForgedBundle.Statement(("README.md", "readme")), second));
        TrustPolicy policy = new() { Signers = [new TrustedKey(first.PublicKey), new TrustedKey(second.PublicKey)], Threshold = 2, AllowExtraFiles = true };
        var report = await new Verifier(policy).VerifyAndSealAsync(folder["model"], cancellation: TestContext.Current.CancellationToken);
        Assert.True(report.TryGetSealed(out var model));
        using (model)
            Assert.Equal(["README.md"], model.Paths);
    }

    [Fact]
    public async Task Leaving_a_file_out_does_not_complete_a_threshold()
    {
        using TemporaryFolder folder = new();
        using var first = SigningKey.Generate(EllipticCurve.P256);
        using var second = SigningKey.Generate(EllipticCurve.P256);
        folder.Write("model/weights.bin", "weights");
        folder.Write("model/README.md", "readme");
        var other = ForgedBundle.Statement(("README.md", "readme"));
        other["predicate"]!["serialization"]!["ignore_paths"] = new JsonArray("weights.bin");
        folder.Write("model/model.sig", ForgedBundle.Sign(ForgedBundle.Statement(("README.md", "readme"), ("weights.bin", "weights")), first));
        folder.Write("model/README.md.sig", ForgedBundle.Sign(other, second));
        TrustPolicy policy = new() { Signers = [new TrustedKey(first.PublicKey), new TrustedKey(second.PublicKey)], Threshold = 2 };
        var report = await new Verifier(policy).VerifyAsync(folder["model"], cancellation: TestContext.Current.CancellationToken);
        Assert.Contains("INT003", Rejected(report)[CheckName.Integrity].Codes);
    }

    [Fact]
    public async Task The_same_key_named_twice_is_one_signer()
    {
        using var model = await SignedModel.File();
        TrustPolicy policy = new() { Signers = [.. model.Policy.Signers, new TrustedKey(PublicKey.ParsePem(model.Key.PublicKey.ToPem()))], Threshold = 2 };
        File.Copy(model["model.bin.oms.sig"], model["model.bin.sig"]);
        Assert.Contains("SIG005", Rejected(await model.Verify(policy))[CheckName.Signature].Codes);
    }

    [Fact]
    public async Task A_signature_that_lists_nothing_of_the_model_seals_nothing()
    {
        using TemporaryFolder folder = new();
        using var key = SigningKey.Generate(EllipticCurve.P256);
        folder.Write("model/weights.bin", "weights");
        folder.Write("model/model_metadata.json", "{}");
        var statement = ForgedBundle.Statement(("model_metadata.json", "{}"));
        statement["predicate"]!["serialization"]!["ignore_paths"] = new JsonArray("weights.bin");
        folder.Write("model/model.sig", ForgedBundle.Sign(statement, key));
        foreach (var policy in new[] { new TrustPolicy { Signers = [new TrustedKey(key.PublicKey)], AllowExtraFiles = true }, TrustPolicy.IntegrityOnly })
        {
            var report = await new Verifier(policy).VerifyAndSealAsync(folder["model"], cancellation: TestContext.Current.CancellationToken);
            Assert.Contains("INT009", Rejected(report)[CheckName.Integrity].Codes);
        }
    }

    [Fact]
    public async Task Integrity_only_rejects_a_file_that_the_checksums_do_not_list()
    {
        using TemporaryFolder folder = new();
        folder.Write("model/weights.bin", "weights");
        folder.Write("model/extra.bin", "extra");
        folder.Write("model/SHA256SUMS", ForgedBundle.Hex("weights") + "  weights.bin\n");
        var verifier = new Verifier(TrustPolicy.IntegrityOnly);
        Assert.Contains("INT003", Rejected(await verifier.VerifyAsync(folder["model"], cancellation: TestContext.Current.CancellationToken))[CheckName.Integrity].Codes);
        File.Delete(folder["model/extra.bin"]);
        Assert.Equal(Verdict.Intact, (await verifier.VerifyAsync(folder["model"], cancellation: TestContext.Current.CancellationToken)).Verdict);
    }

    [Fact]
    public async Task Several_unknown_files_do_not_pass_a_list_of_formats()
    {
        using var model = await SignedModel.InFolder();
        var report = await model.Verify(new() { Signers = model.Policy.Signers, AllowedFormats = ["safetensors"] });
        Assert.Contains("STR004", Rejected(report)[CheckName.Structure].Codes);
    }

    [Fact]
    public async Task A_policy_reached_through_a_link_in_the_model_is_not_believed()
    {
        using var model = await SignedModel.InFolder(new() { IgnoredPaths = ["hop"] });
        File.WriteAllText(model.Outside("real.json"), "{}");
        File.CreateSymbolicLink(model["hop"], model.Outside("real.json"));
        File.CreateSymbolicLink(model.Outside("policy.json"), model["hop"]);
        TrustPolicy policy = new() { Signers = model.Policy.Signers, Sources = [model.Outside("policy.json")], IgnoredPaths = ["hop"] };
        Assert.Contains("SIG006", Rejected(await model.Verify(policy))[CheckName.Signature].Codes);
    }

    [Theory]
    [InlineData("model.bin.oms.sig", "SIG002")]
    [InlineData("model_metadata.json", "MET")]
    [InlineData("model_hash.txt", "INT007")]
    public async Task A_companion_that_is_a_link_a_pipe_or_a_folder_is_refused_without_being_opened(string name, string code)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Pipes are made with mkfifo.");
        foreach (var kind in new[] { "link", "pipe", "folder" })
        {
            using var model = await SignedModel.File();
            File.Move(model[name], model.Outside("moved"));
            if (kind == "link")
                File.CreateSymbolicLink(model[name], model.Outside("moved"));
            else
                using (var process = Process.Start(kind == "pipe" ? "mkfifo" : "mkdir", model[name]))
                    await process.WaitForExitAsync(TestContext.Current.CancellationToken);

            var report = Rejected(await model.Verify());
            Assert.Contains(report.Checks.SelectMany(check => check.Codes), found => found.StartsWith(code, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task More_signatures_than_anyone_makes_are_rejected()
    {
        using var model = await SignedModel.InFolder();
        for (var index = 0; index < 1001; index++)
        {
            File.WriteAllText(model[$"f{index}"], "");
            File.WriteAllText(model[$"f{index}.sig"], "{}");
        }

        Assert.Contains("SIG002", Rejected(await model.Verify())[CheckName.Signature].Codes);
    }

    [Fact]
    public async Task A_signature_named_by_the_caller_is_no_part_of_the_folder_it_lies_in()
    {
        using var model = await SignedModel.InFolder();
        File.Move(model["model.sig"], model["vocabulary/elsewhere.json"]);
        Assert.Equal(Verdict.Trusted, (await model.Verify(expectations: new() { SignatureFiles = [model["vocabulary/elsewhere.json"]] })).Verdict);
        Rejected(await model.Verify());
    }

    [Fact]
    public async Task A_name_too_long_for_a_companion_has_none()
    {
        using TemporaryFolder folder = new();
        using var key = SigningKey.Generate(EllipticCurve.P256);
        var name = new string('n', 250);
        var model = folder.Write(name, "weights");
        var signature = folder.Write("named.sig", ForgedBundle.Sign(ForgedBundle.Statement((name, "weights")), key));
        var verifier = new Verifier(new() { Signers = [new TrustedKey(key.PublicKey)] });
        Assert.Equal(Verdict.Trusted, (await verifier.VerifyAsync(model, new() { SignatureFiles = [signature] }, cancellation: TestContext.Current.CancellationToken)).Verdict);
    }

    [Fact]
    public async Task Times_at_the_edge_are_compared_without_overflowing()
    {
        using TemporaryFolder folder = new();
        using var key = SigningKey.Generate(EllipticCurve.P256);
        var statement = ForgedBundle.Statement(("model.bin", ForgedBundle.Content));
        statement["subject"]![0]!["annotations"] = new JsonObject { ["signed_at"] = "9999-12-31T23:59:59Z" };
        var model = folder.Write("model.bin", ForgedBundle.Content);
        folder.Write("model.bin.oms.sig", ForgedBundle.Sign(statement, key));
        TrustPolicy policy = new() { Signers = [new TrustedKey(key.PublicKey)], MaximumAge = TimeSpan.FromDays(36_500) };
        var report = await new Verifier(policy).VerifyAsync(model, cancellation: TestContext.Current.CancellationToken);
        Assert.Contains("FRS003", Rejected(report)[CheckName.Freshness].Codes);
    }

    [Fact]
    public async Task A_folder_that_appears_as_a_link_itself_is_followed_and_one_inside_is_not()
    {
        using var model = await SignedModel.InFolder();
        Directory.CreateSymbolicLink(model.Outside("current"), model.Folder);
        var report = await new Verifier(model.Policy, model.Clock).VerifyAsync(model.Outside("current"), cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(Verdict.Trusted, report.Verdict);

        Directory.Move(model["vocabulary"], model.Outside("vocabulary"));
        Directory.CreateSymbolicLink(model["vocabulary"], model.Outside("vocabulary"));
        Assert.Contains("INT004", Rejected(await model.Verify())[CheckName.Integrity].Codes);
    }

    [Fact]
    public async Task A_progress_callback_that_throws_gives_no_verdict()
    {
        using var model = await SignedModel.InFolder();
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() =>
            new Verifier(model.Policy).VerifyAndSealAsync(model.Path, progress: new Throwing(), cancellation: TestContext.Current.CancellationToken));
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new Verifier(model.Policy).VerifyAsync(model.Path, cancellation: cancelled.Token));
    }

    [Fact]
    public async Task A_model_that_fits_in_no_memory_is_not_sealed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs sparse files.");
        using TemporaryFolder folder = new();
        var path = folder.Write("model.bin", "");
        using (var file = File.OpenWrite(path))
            file.SetLength(8L << 40);
        var exception = await Assert.ThrowsAsync<IOException>(() => new Verifier(TrustPolicy.IntegrityOnly).VerifyAndSealAsync(path, cancellation: TestContext.Current.CancellationToken));
        Assert.Contains("memory", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_change_of_one_byte_turns_a_rejection_into_an_acceptance()
    {
        using var model = await SignedModel.File();
        using var stranger = SigningKey.Generate(EllipticCurve.P256);
        TrustPolicy policy = new() { Signers = [new TrustedKey(stranger.PublicKey)] };
        Random random = new(7);
        foreach (var name in new[] { "model.bin", "model.bin.oms.sig", "model_metadata.json", "model_hash.txt" })
        {
            var original = File.ReadAllBytes(model[name]);
            for (var round = 0; round < 100; round++)
            {
                var changed = original.ToArray();
                changed[random.Next(changed.Length)] ^= (byte)(1 + random.Next(255));
                File.WriteAllBytes(model[name], changed);
                Rejected(await model.Verify(policy));
                var trusted = await model.Verify();
                Assert.True(name != "model.bin" || trusted.Verdict == Verdict.Rejected);
            }

            File.WriteAllBytes(model[name], original);
        }
    }

    private static VerificationReport Rejected(VerificationReport report)
    {
        Assert.True(report.Verdict == Verdict.Rejected, string.Join("\n", report.Checks.Select(check => $"{check.Name} {check.Outcome}: {check.Detail}")));
        return report;
    }

    private sealed class Throwing : IProgress<long>
    {
        public void Report(long value) => throw new TimeZoneNotFoundException();
    }
}
