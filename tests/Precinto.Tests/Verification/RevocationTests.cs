using System.Text;
using Precinto.Attestations;
using Precinto.Digests;
using Precinto.Signatures.Keys;
using Precinto.Trust;
using Precinto.Verification;
using Xunit;

namespace Precinto.Tests.Verification;

public sealed class RevocationTests : IDisposable
{
    private readonly SigningKey _security = SigningKey.Generate(EllipticCurve.P256);

    public void Dispose() => _security.Dispose();

    [Fact]
    public async Task A_revoked_signer_counts_for_nothing_whenever_the_signature_was_made()
    {
        using var model = await SignedModel.InFolder(new() { Name = "iris" });
        var report = await model.Verify(Revoking(model, new() { Signers = [new("key", model.Key.PublicKey.Identity, "laptop stolen", SignedModel.Now.AddYears(1))] }));

        Assert.Equal((Verdict.Rejected, "POL003"), (report.Verdict, Assert.Single(report[CheckName.Signature].Codes)));
        Assert.Contains("laptop stolen", report[CheckName.Signature].Detail, StringComparison.Ordinal);
        Assert.False(Assert.Single(report.Signers).IsTrusted);
        Assert.Null(report.Name);
    }

    [Fact]
    public async Task What_is_revoked_by_any_of_its_digests_is_rejected_even_where_nobody_asks()
    {
        using var model = await SignedModel.InFolder();
        var trusted = await model.Verify();
        foreach (var digest in trusted.Files.Select(file => file.Digest).Append(trusted.Digest!))
        {
            var policy = Revoking(model, new() { Digests = [new(digest, "wrong data", SignedModel.Now)] }, new() { Freshness = Enforcement.Skip });
            var report = await model.Verify(policy);
            Assert.Equal((Verdict.Rejected, "POL004"), (report.Verdict, Assert.Single(report[CheckName.Freshness].Codes)));
        }

        Assert.Equal(Verdict.Trusted, (await model.Verify(Revoking(model, new() { Digests = [new(Hash("other"), "r", SignedModel.Now)] }))).Verdict);
    }

    [Fact]
    public async Task A_signed_list_is_read_anew_each_time()
    {
        using var model = await SignedModel.InFolder();
        var policy = Listed(model);
        WriteList(model, SignedModel.Now);
        Verifier verifier = new(policy, model.Clock);
        Assert.Equal(Verdict.Trusted, (await VerifyAsync(verifier, model)).Verdict);

        WriteList(model, SignedModel.Now, $$"""
            , "signers": [{"kind": "key", "identity": "{{model.Key.PublicKey.Identity}}", "reason": "stolen", "date": "2026-11-22"}]
            """);
        Assert.Equal(["POL003"], (await VerifyAsync(verifier, model))[CheckName.Signature].Codes);

        File.Delete(model.Outside("list.json"));
        await Assert.ThrowsAsync<FileNotFoundException>(() => VerifyAsync(verifier, model));
    }

    [Theory]
    [InlineData(-31, "more than 30 days ago")]
    [InlineData(1, "in the future")]
    public async Task A_list_that_is_too_old_or_of_the_future_cannot_be_relied_on_and_still_revokes(int days, string reason)
    {
        using var model = await SignedModel.InFolder();
        var digest = (await model.Verify()).Digest;
        WriteList(model, SignedModel.Now.AddDays(days), $$"""
            , "digests": [{"digest": "{{digest}}", "reason": "wrong data", "date": "2026-11-22"}]
            """);
        var report = await model.Verify(Listed(model));

        Assert.Equal((Verdict.Rejected, "POL005"), (report.Verdict, Assert.Single(report[CheckName.Signature].Codes)));
        Assert.Contains(reason, report[CheckName.Signature].Detail, StringComparison.Ordinal);
        Assert.Equal(["POL004"], report[CheckName.Freshness].Codes);
    }

    [Fact]
    public async Task A_list_that_none_of_the_named_signed_revokes_nothing_and_is_no_excuse()
    {
        using var model = await SignedModel.InFolder();
        var policy = Listed(model);
        byte[][] lists =
        [
            RevocationEnvelope.Sign(List(SignedModel.Now, ""), model.Key),
            List(SignedModel.Now, ""),
            File.ReadAllBytes(model["model.sig"]),
            Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(RevocationEnvelope.Sign(List(SignedModel.Now, ""), _security)).Replace("precinto.revocations+json", "other+json", StringComparison.Ordinal)),
            RevocationEnvelope.Sign(Encoding.UTF8.GetBytes("{}"), _security),
            RevocationEnvelope.Sign(List(SignedModel.Now, ", \"more\": 1"), _security),
            RevocationEnvelope.Sign(List(SignedModel.Now, ", \"signers\": [], \"signers\": []"), _security),
            [],
        ];
        foreach (var list in lists)
        {
            File.WriteAllBytes(model.Outside("list.json"), list);
            var report = await model.Verify(policy);
            Assert.Equal((Verdict.Rejected, "POL005"), (report.Verdict, Assert.Single(report[CheckName.Signature].Codes)));
        }

        File.Delete(model.Outside("list.json"));
        Directory.CreateDirectory(model.Outside("list.json"));
        Assert.Equal(["POL005"], (await model.Verify(policy))[CheckName.Signature].Codes);
    }

    [Fact]
    public async Task Who_is_revoked_revokes_and_attests_nothing()
    {
        using var model = await SignedModel.InFolder();
        WriteList(model, SignedModel.Now);
        Revocations revoked = new() { Signers = [new("key", _security.PublicKey.Identity, "stolen", SignedModel.Now)] };
        var listed = Listed(model);
        Assert.Equal(["POL005"], (await model.Verify(new() { Signers = listed.Signers, RevocationList = listed.RevocationList, Revoked = revoked }))[CheckName.Signature].Codes);

        var passed = (await model.Verify()).Summarize();
        var files = (await model.Verify()).Files.Select(file => new ResourceDescriptor(file.Path, file.Digest)).ToArray();
        File.WriteAllBytes(model.Outside("vsa.sigstore.json"), AttestationSigner.Sign(files, passed, _security));
        Expectations named = new() { AttestationFiles = [model.Outside("vsa.sigstore.json")] };
        SummaryDemand demand = new() { Attesters = [new(_security.PublicKey)] };
        Assert.Equal(Verdict.Trusted, (await model.Verify(new() { Signers = model.Policy.Signers, Attestations = [demand] }, named)).Verdict);
        Assert.Equal(["POL003"], (await model.Verify(new() { Signers = model.Policy.Signers, Attestations = [demand], Revoked = revoked }, named))[CheckName.Signature].Codes);
    }

    [Fact]
    public async Task A_list_that_revokes_its_only_signer_cannot_be_relied_on()
    {
        using var model = await SignedModel.InFolder();
        WriteList(model, SignedModel.Now, $$""", "signers": [{"kind": "key", "identity": "{{_security.PublicKey.Identity}}", "reason": "stolen", "date": "2026-01-01T00:00:00Z"}]""");

        Assert.Equal(["POL005"], (await model.Verify(Listed(model)))[CheckName.Signature].Codes);
    }

    [Fact]
    public async Task A_list_that_lies_with_the_model_is_refused()
    {
        using var model = await SignedModel.InFolder();
        WriteList(model, SignedModel.Now);
        File.Copy(model.Outside("list.json"), model["list.json"]);
        TrustPolicy policy = new() { Signers = model.Policy.Signers, AllowExtraFiles = true, RevocationList = new(model["list.json"], [new(_security.PublicKey)], TimeSpan.FromDays(30)) };

        Assert.Equal(["SIG006"], (await model.Verify(policy))[CheckName.Signature].Codes);
    }

    private static Task<VerificationReport> VerifyAsync(Verifier verifier, SignedModel model) => verifier.VerifyAsync(model.Path, cancellation: TestContext.Current.CancellationToken);

    private static TrustPolicy Revoking(SignedModel model, Revocations revoked, CheckEnforcement? checks = null) =>
        new() { Signers = model.Policy.Signers, Revoked = revoked, Checks = checks ?? CheckEnforcement.Strict };

    private TrustPolicy Listed(SignedModel model) =>
        new() { Signers = model.Policy.Signers, RevocationList = new(model.Outside("list.json"), [new(_security.PublicKey)], TimeSpan.FromDays(30)) };

    private void WriteList(SignedModel model, DateTimeOffset issued, string members = "") =>
        File.WriteAllBytes(model.Outside("list.json"), RevocationEnvelope.Sign(List(issued, members), _security));

    private static byte[] List(DateTimeOffset issued, string members) =>
        Encoding.UTF8.GetBytes($$"""{"schema": "precinto.revocations/v1", "issued": "{{issued:yyyy-MM-dd'T'HH:mm:ss'Z'}}"{{members}}}""");

    private static Digest Hash(string text) => Hashing.Compute(Encoding.UTF8.GetBytes(text), DigestAlgorithm.Sha256);
}
