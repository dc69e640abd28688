using System.Text.Json.Nodes;
using Precinto.Attestations;
using Precinto.Signatures;
using Precinto.Signatures.Keys;
using Precinto.Tests.Verification;
using Precinto.Trust;
using Precinto.Verification;
using Xunit;

namespace Precinto.Tests.Attestations;

/// <summary>A policy demands attestations; an attacker who has all old ones and no key tries to meet the demand.</summary>
public sealed class DemandTests : IDisposable
{
    private readonly SigningKey _gate = SigningKey.Generate(EllipticCurve.P256);
    private readonly SigningKey _stranger = SigningKey.Generate(EllipticCurve.P256);

    [Fact]
    public async Task Without_a_demand_an_attestation_is_only_listed()
    {
        using var model = await SignedModel.InFolder();
        Attest(model, Attested.Summary(isPassed: false), model.Key);
        var report = await model.Verify();

        Assert.Equal(Verdict.Trusted, report.Verdict);
        var found = Assert.Single(report.Attestations);
        Assert.True(found is { Kind: "vsa", IsTrusted: true, IsAboutModel: true, IsPassed: false });
    }

    [Fact]
    public async Task A_demanded_verdict_that_is_there_is_enough()
    {
        using var model = await SignedModel.InFolder();
        Attest(model, Attested.Summary(), _gate);

        Assert.Equal(Verdict.Trusted, (await model.Verify(Demanding(model, Summary()))).Verdict);
    }

    [Fact]
    public async Task A_demanded_attestation_that_is_missing_is_a_rejection()
    {
        using var model = await SignedModel.InFolder();
        Attest(model, Attested.Provenance(), _gate);

        Refused("ATT001", await model.Verify(Demanding(model, Summary())));
        Refused("INT003", await model.Verify());
    }

    [Fact]
    public async Task An_attestation_never_stands_in_for_the_signature_of_the_model()
    {
        using var model = await SignedModel.InFolder();
        Attest(model, Attested.Summary(), model.Key);
        File.Copy(model["model.vsa.sigstore.json"], model["model.sig"], overwrite: true);
        var report = await model.Verify(Demanding(model, new SummaryDemand()));

        Assert.Equal(Verdict.Rejected, report.Verdict);
        Assert.Contains("SIG002", report[CheckName.Signature].Codes);

        File.Delete(model["model.sig"]);
        Refused("SIG001", await model.Verify(Demanding(model, new SummaryDemand())));
    }

    [Fact]
    public async Task The_signature_of_the_model_is_no_attestation()
    {
        using var model = await SignedModel.InFolder();
        File.Copy(model["model.sig"], model["model.vsa.sigstore.json"]);
        var report = await model.Verify(Demanding(model, new SummaryDemand()));

        Refused("ATT001", report);
        Assert.Contains("INT003", report[CheckName.Integrity].Codes);
    }

    [Fact]
    public async Task A_stranger_attests_nothing_and_their_file_is_an_extra_one()
    {
        using var model = await SignedModel.InFolder();
        Attest(model, Attested.Summary(), _stranger);
        var report = await model.Verify(Demanding(model, Summary()));

        Refused("ATT003", report);
        Assert.Contains("INT003", report[CheckName.Integrity].Codes);
        Assert.False(Assert.Single(report.Attestations).IsTrusted);
    }

    [Fact]
    public async Task The_hint_of_a_trusted_key_on_a_strangers_signature_is_found_out()
    {
        using var model = await SignedModel.InFolder();
        var bundle = JsonNode.Parse(AttestationSigner.Sign(Attested.Subjects(model.Folder), Attested.Summary(), _stranger))!;
        bundle["verificationMaterial"]!["publicKey"]!["hint"] = _gate.PublicKey.Hint;
        File.WriteAllText(model["model.vsa.sigstore.json"], bundle.ToJsonString());
        var report = await model.Verify(Demanding(model, Summary()));

        Refused("ATT004", report);
        Assert.Contains("INT003", report[CheckName.Integrity].Codes);
    }

    [Fact]
    public async Task What_is_hidden_in_the_white_space_of_a_good_attestation_makes_it_an_extra_file()
    {
        using var model = await SignedModel.InFolder();
        Attest(model, Attested.Summary(), _gate);
        var path = model["model.vsa.sigstore.json"];
        var honest = File.ReadAllText(path);
        File.WriteAllText(path, JsonNode.Parse(honest)!.ToJsonString(new() { WriteIndented = true }));
        Assert.Equal(Verdict.Trusted, (await model.Verify(Demanding(model, Summary()))).Verdict);

        File.WriteAllText(path, new string(' ', 8192) + honest);
        Refused("INT003", await model.Verify(Demanding(model, Summary())), CheckName.Integrity);
    }

    [Fact]
    public async Task A_second_copy_of_a_good_attestation_is_an_extra_file()
    {
        using var model = await SignedModel.InFolder();
        Attest(model, Attested.Summary(), _gate);
        File.WriteAllText(model["copy.sigstore.json"], File.ReadAllText(model["model.vsa.sigstore.json"]) + " ");

        Refused("INT003", await model.Verify(Demanding(model, Summary())), CheckName.Integrity);
    }

    [Fact]
    public async Task Who_may_sign_models_may_not_attest_where_others_are_named()
    {
        using var model = await SignedModel.InFolder();
        Attest(model, Attested.Summary(), model.Key);

        Refused("ATT003", await model.Verify(Demanding(model, Summary())));
        Assert.Equal(Verdict.Trusted, (await model.Verify(Demanding(model, new SummaryDemand()))).Verdict);
    }

    [Fact]
    public async Task Who_may_attest_may_not_sign_models()
    {
        using var model = await SignedModel.InFolder();
        Attest(model, Attested.Summary(), _gate);
        File.Delete(model["model.sig"]);
        await ModelSigner.SignAsync(model.Path, new() { Key = _gate, Time = model.Clock }, cancellation: TestContext.Current.CancellationToken);

        Refused("SIG003", await model.Verify(Demanding(model, Summary())));
    }

    [Fact]
    public async Task The_verdict_on_an_older_version_says_nothing_of_this_one()
    {
        using var model = await SignedModel.InFolder();
        Attest(model, Attested.Summary(), _gate);
        File.WriteAllText(model["weights.bin"], "other weights");
        File.Delete(model["model.sig"]);
        File.Delete(model["model_metadata.json"]);
        File.Delete(model["model_hash.txt"]);
        var verdict = model.Outside("old.json");
        File.Move(model["model.vsa.sigstore.json"], verdict);
        await model.Sign();

        Assert.Equal(Verdict.Trusted, (await model.Verify()).Verdict);
        Refused("ATT005", await model.Verify(Demanding(model, Summary()), new() { AttestationFiles = [verdict] }));
    }

    [Theory]
    [InlineData("one file less")]
    [InlineData("one file more")]
    [InlineData("a name with a dot before it")]
    [InlineData("a name in other case")]
    [InlineData("names exchanged")]
    [InlineData("no names")]
    public async Task A_verdict_on_other_files_says_nothing_of_these(string change)
    {
        using var model = await SignedModel.InFolder();
        var subjects = Attested.Subjects(model.Folder).ToList();
        Assert.Equal(3, subjects.Count);
        switch (change)
        {
            case "one file less":
                subjects.RemoveAt(0);
                break;
            case "one file more":
                subjects.Add(new("more.bin", Attested.DigestOf("more")));
                break;
            case "a name with a dot before it":
                subjects[0] = new("./" + subjects[0].Name, subjects[0].Digest);
                break;
            case "a name in other case":
                subjects[0] = new(subjects[0].Name!.ToUpperInvariant() + "x", subjects[0].Digest);
                break;
            case "names exchanged":
                (subjects[0], subjects[1]) = (new(subjects[0].Name, subjects[1].Digest), new(subjects[1].Name, subjects[0].Digest));
                break;
            default:
                subjects = [new(digest: subjects[0].Digest)];
                break;
        }

        File.WriteAllBytes(model["model.vsa.sigstore.json"], AttestationSigner.Sign(subjects, Attested.Summary(), _gate));
        var report = await model.Verify(Demanding(model, Summary()));

        Refused("ATT005", report);
        Assert.Contains("INT003", report[CheckName.Integrity].Codes);
    }

    [Fact]
    public async Task A_verdict_by_another_verifier_of_the_same_key_is_not_accepted()
    {
        using var model = await SignedModel.InFolder();
        Attest(model, Attested.Summary(verifierId: VerificationSummary.ImageVerifier), _gate);

        Refused("ATT006", await model.Verify(Demanding(model, Summary())));
    }

    [Fact]
    public async Task A_verdict_by_another_policy_or_about_another_resource_is_not_accepted_where_one_is_asked_for()
    {
        using var model = await SignedModel.InFolder();
        Attest(model, Attested.Summary(policy: "a weak policy", resource: "pkg:generic/model@1"), _gate);
        SummaryDemand policy = new() { Attesters = [new(_gate.PublicKey)], PolicyDigest = Attested.DigestOf("a strict policy") };
        SummaryDemand resource = new() { Attesters = [new(_gate.PublicKey)], ResourceUri = "pkg:generic/model@2" };

        Refused("ATT006", await model.Verify(Demanding(model, policy)));
        Refused("ATT006", await model.Verify(Demanding(model, resource)));
        Assert.Equal(Verdict.Trusted, (await model.Verify(Demanding(model, Summary()))).Verdict);
    }

    [Fact]
    public async Task A_verdict_grows_old_and_does_not_come_from_the_future()
    {
        using var model = await SignedModel.InFolder();
        Attest(model, Attested.Summary(on: Attested.Now.AddDays(-3)), _gate);
        SummaryDemand Within(int days) => new() { Attesters = [new(_gate.PublicKey)], MaximumAge = TimeSpan.FromDays(days) };

        Refused("ATT008", await model.Verify(Demanding(model, Within(2))));
        Assert.Equal(Verdict.Trusted, (await model.Verify(Demanding(model, Within(4)))).Verdict);

        Attest(model, Attested.Summary(on: Attested.Now.AddDays(3)), _gate);
        Refused("ATT008", await model.Verify(Demanding(model, Summary())));
    }

    [Fact]
    public async Task A_rejection_by_whom_one_asked_counts_even_beside_an_approval()
    {
        using var model = await SignedModel.InFolder();
        Attest(model, Attested.Summary(), _gate);
        var rejection = model.Outside("rejection.json");
        File.WriteAllBytes(rejection, AttestationSigner.Sign(Attested.Subjects(model.Folder), Attested.Summary(isPassed: false), _gate));

        Refused("ATT007", await model.Verify(Demanding(model, Summary()), new() { AttestationFiles = [rejection] }));
        Assert.Equal(Verdict.Trusted, (await model.Verify(Demanding(model, Summary()))).Verdict);
    }

    [Fact]
    public async Task A_provenance_must_name_the_builder_and_the_data_that_are_demanded()
    {
        using var model = await SignedModel.InFolder();
        Attest(model, Attested.Provenance("https://ci.example.org/builder"), _gate);
        ProvenanceDemand By(string builder, string data) => new() { Attesters = [new(_gate.PublicKey)], BuilderId = builder, TrainingData = [Attested.DigestOf(data)] };

        Assert.Equal(Verdict.Trusted, (await model.Verify(Demanding(model, By("https://ci.example.org/builder", "the data")))).Verdict);
        Refused("ATT006", await model.Verify(Demanding(model, By("https://ci.example.org/builder", "other data"))));
        Refused("ATT006", await model.Verify(Demanding(model, By("https://ci.example.org/builder/", "the data"))));
        Refused("ATT006", await model.Verify(Demanding(model, new ProvenanceDemand { Attesters = [new(_gate.PublicKey)] })));
    }

    [Fact]
    public async Task Every_demand_is_to_be_met()
    {
        using var model = await SignedModel.InFolder();
        Attest(model, Attested.Summary(), _gate);

        Refused("ATT001", await model.Verify(Demanding(model, Summary(), new ProvenanceDemand { Attesters = [new(_gate.PublicKey)] })));
        Attest(model, Attested.Provenance(), _gate);
        Assert.Equal(Verdict.Trusted, (await model.Verify(Demanding(model, Summary(), new ProvenanceDemand { Attesters = [new(_gate.PublicKey)] }))).Verdict);
    }

    [Fact]
    public async Task An_image_needs_a_verdict_on_that_very_image()
    {
        using var model = await SignedModel.File();
        var (image, other) = (Attested.DigestOf("a manifest"), Attested.DigestOf("another manifest"));
        SummaryDemand demand = new() { Attesters = [new(_gate.PublicKey)], Image = image };
        var good = Image("good.json", image, isPassed: true);

        Assert.Equal(Verdict.Trusted, (await model.Verify(Demanding(model, demand), new() { AttestationFiles = [good] })).Verdict);
        Refused("ATT005", await model.Verify(Demanding(model, demand), new() { AttestationFiles = [Image("other.json", other, isPassed: true)] }));
        Refused("ATT007", await model.Verify(Demanding(model, demand), new() { AttestationFiles = [good, Image("bad.json", image, isPassed: false)] }));
        Refused("ATT001", await model.Verify(Demanding(model, demand)));
        Refused("ATT005", await model.Verify(Demanding(model, Summary()), new() { AttestationFiles = [good] }));

        string Image(string name, Precinto.Digests.Digest digest, bool isPassed)
        {
            var summary = VerificationSummary.ForImage("registry.example.org/app", digest, new(uri: "urn:test:rules"), isPassed, Attested.Now, new Dictionary<string, string>(), [], []);
            File.WriteAllBytes(model.Outside(name), AttestationSigner.Sign([VerificationSummary.ImageSubject("registry.example.org/app", digest)], summary, _gate));
            return model.Outside(name);
        }
    }

    [Fact]
    public async Task A_named_file_that_is_no_attestation_is_a_rejection_even_where_none_is_demanded()
    {
        using var model = await SignedModel.File();
        File.WriteAllText(model.Outside("none.json"), "{}");

        Refused("ATT002", await model.Verify(expectations: new() { AttestationFiles = [model.Outside("none.json")] }));
    }

    [Fact]
    public async Task Beside_a_file_an_attestation_is_found_by_its_name()
    {
        using var model = await SignedModel.File();
        File.WriteAllBytes(model.Path + ".vsa.sigstore.json", AttestationSigner.Sign([Attested.Subjects(model.Folder).Single(subject => subject.Name == "model.bin")], Attested.Summary(), _gate));

        Assert.Equal(Verdict.Trusted, (await model.Verify(Demanding(model, Summary()))).Verdict);
    }

    [Fact]
    public async Task An_attestation_that_was_signed_with_the_model_is_a_resource_and_still_evidence()
    {
        using var model = await SignedModel.InFolder();
        Attest(model, Attested.Summary(), _gate);
        await model.Sign(new() { Overwrite = true });
        var policy = Demanding(model, Summary());

        Assert.Equal(Verdict.Trusted, (await model.Verify(policy)).Verdict);
        // A stranger to this policy, and all the same what was signed.
        Assert.Equal(Verdict.Trusted, (await model.Verify()).Verdict);

        Attest(model, Attested.Summary(on: Attested.Now.AddHours(-1)), _gate);
        Refused("INT001", await model.Verify(policy), CheckName.Integrity);
        File.Delete(model["model.vsa.sigstore.json"]);
        Refused("INT002", await model.Verify(policy), CheckName.Integrity);
    }

    [Fact]
    public async Task What_the_policy_ignores_is_no_evidence()
    {
        using var model = await SignedModel.InFolder();
        Attest(model, Attested.Summary(), _gate);
        TrustPolicy policy = new() { Signers = model.Policy.Signers, Attestations = [Summary()], IgnoredPaths = ["model.vsa.sigstore.json"] };

        Refused("ATT001", await model.Verify(policy));
    }

    [Fact]
    public async Task A_verdict_that_a_signer_left_out_of_the_signature_stands_by_its_own_signature()
    {
        using var model = await SignedModel.InFolder(new() { IgnoredPaths = ["model.vsa.sigstore.json"] });
        Attest(model, Attested.Summary(), _gate);
        Assert.Equal(Verdict.Trusted, (await model.Verify(Demanding(model, Summary()))).Verdict);

        Attest(model, Attested.Summary(), _stranger);
        Refused("ATT003", await model.Verify(Demanding(model, Summary())));
    }

    [Fact]
    public async Task An_attestation_is_never_part_of_the_sealed_model()
    {
        using var model = await SignedModel.InFolder();
        Attest(model, Attested.Summary(), _gate);
        var report = await new Verifier(Demanding(model, Summary()), model.Clock).VerifyAndSealAsync(model.Path, cancellation: TestContext.Current.CancellationToken);

        Assert.True(report.TryGetSealed(out var sealedModel));
        using (sealedModel)
            Assert.DoesNotContain("model.vsa.sigstore.json", sealedModel.Paths);
    }

    [Fact]
    public async Task Nobody_who_may_attest_is_nobody()
    {
        using var model = await SignedModel.InFolder();
        Attest(model, Attested.Summary(), model.Key);

        Refused("ATT003", await model.Verify(Demanding(model, new SummaryDemand { Attesters = [] })));
    }

    [Fact]
    public async Task A_report_becomes_an_attestation_that_meets_the_demand_and_a_rejection_one_that_does_not()
    {
        using var model = await SignedModel.InFolder(new() { Version = "1.0.0" });
        var passed = await model.Verify();
        var summary = passed.Summarize();
        File.WriteAllBytes(model["model.vsa.sigstore.json"], Sign(passed));

        Assert.True(summary.IsPassed);
        Assert.Equal("pkg:generic/model@1.0.0", summary.ResourceUri);
        Assert.Equal(model.Policy.Digest, summary.Policy.Digest);
        Assert.Equal("model.sig", Assert.Single(summary.Inputs).Name);
        Assert.Equal(Verdict.Trusted, (await model.Verify(Demanding(model, Summary()))).Verdict);

        var failed = await model.Verify(new() { Signers = [new TrustedKey(_stranger.PublicKey)] });
        Assert.False(failed.Summarize().IsPassed);
        File.WriteAllBytes(model["model.vsa.sigstore.json"], Sign(failed));
        Refused("ATT007", await model.Verify(Demanding(model, Summary())));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => (await model.Verify(TrustPolicy.IntegrityOnly)).Summarize());

        byte[] Sign(VerificationReport report) =>
            AttestationSigner.Sign([.. report.Files.Select(file => new ResourceDescriptor(file.Path, file.Digest))], report.Summarize(), _gate);
    }

    [Fact]
    public async Task Two_policies_that_are_not_the_same_have_different_digests()
    {
        using var model = await SignedModel.File();
        TrustPolicy[] policies =
        [
            model.Policy,
            new() { Signers = [new TrustedKey(_gate.PublicKey)] },
            new() { Signers = model.Policy.Signers, Name = "model" },
            new() { Signers = model.Policy.Signers, Name = "model\nversion 1" },
            new() { Signers = model.Policy.Signers, Name = "model", Version = "1" },
            new() { Signers = model.Policy.Signers, AllowExtraFiles = true },
            new() { Signers = model.Policy.Signers, IgnoredPaths = ["a"] },
            new() { Signers = model.Policy.Signers, MaximumAge = TimeSpan.FromDays(1) },
            new() { Signers = model.Policy.Signers, Attestations = [new SummaryDemand()] },
            new() { Signers = model.Policy.Signers, Attestations = [Summary()] },
            new() { Signers = model.Policy.Signers, Attestations = [new ProvenanceDemand()] },
        ];

        Assert.Equal(policies.Length, policies.Select(policy => policy.Digest.ToString()).Distinct().Count());
        Assert.Equal(model.Policy.Digest, model.Policy.Digest);
    }

    public void Dispose()
    {
        _gate.Dispose();
        _stranger.Dispose();
    }

    private SummaryDemand Summary() => new() { Attesters = [new(_gate.PublicKey)] };

    private static TrustPolicy Demanding(SignedModel model, params AttestationDemand[] demands) => new() { Signers = model.Policy.Signers, Attestations = demands };

    private static void Attest(SignedModel model, AttestationPredicate predicate, SigningKey key) =>
        File.WriteAllBytes(model[$"model.{predicate.Kind}.sigstore.json"], AttestationSigner.Sign(Attested.Subjects(model.Folder), predicate, key));

    private static void Refused(string code, VerificationReport report, CheckName check = CheckName.Signature)
    {
        if (code.StartsWith("INT", StringComparison.Ordinal))
            check = CheckName.Integrity;
        Assert.Equal(Verdict.Rejected, report.Verdict);
        Assert.Contains(code, report[check].Codes);
    }
}
