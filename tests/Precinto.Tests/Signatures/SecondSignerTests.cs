using System.Text.Json.Nodes;
using Precinto.Signatures;
using Precinto.Signatures.Bundles;
using Precinto.Signatures.Keys;
using Precinto.Tests.Verification;
using Precinto.Trust;
using Precinto.Verification;
using Xunit;

namespace Precinto.Tests.Signatures;

/// <summary>Several signers of one statement in one bundle.</summary>
public sealed class SecondSignerTests : IDisposable
{
    private readonly SigningKey _second = SigningKey.Generate(EllipticCurve.P521);

    public void Dispose() => _second.Dispose();

    [Fact]
    public async Task A_second_signature_makes_two_signers_of_the_same_statement()
    {
        using var model = await SignedModel.InFolder();
        var before = ModelBundle.Parse(await Read(model));
        await Add(model);
        var after = ModelBundle.Parse(await Read(model));
        Assert.Equal(before.Statement.Manifest.RootDigest, after.Statement.Manifest.RootDigest);
        Assert.Equal(before.KeyHint, after.KeyHint);
        Assert.True(after.IsSignedBy(model.Key.PublicKey));
        Assert.True(after.IsSignedBy(_second.PublicKey, 1));

        Assert.Equal(Verdict.Trusted, (await model.Verify(Both(model, 2))).Verdict);
        Assert.Equal(Verdict.Trusted, (await model.Verify()).Verdict);
        Assert.Equal(Verdict.Trusted, (await model.Verify(new() { Signers = [new TrustedKey(_second.PublicKey)] })).Verdict);
        await File.AppendAllTextAsync(model["README.md"], "changed", TestContext.Current.CancellationToken);
        Assert.Equal(Verdict.Rejected, (await model.Verify(Both(model, 2))).Verdict);
    }

    [Fact]
    public async Task One_signer_is_not_two()
    {
        using var model = await SignedModel.InFolder();
        Assert.Equal(["SIG005"], (await model.Verify(Both(model, 2)))[CheckName.Signature].Codes);
        var refused = await Assert.ThrowsAsync<SigningRefusedException>(() => Add(model, model.Key));
        Assert.Contains("signed by this key already", Assert.Single(refused.Reasons), StringComparison.Ordinal);
        await Add(model);
        await Assert.ThrowsAsync<SigningRefusedException>(() => Add(model));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("\u200B")]
    public void Without_words_there_is_no_reason(string reason) => Assert.Throws<ArgumentException>(() => new SigningOptions { DangerouslySignDespite = reason });

    [Fact]
    public async Task A_second_signer_can_give_no_other_reason_than_the_one_that_is_signed()
    {
        using var plain = await SignedModel.InFolder();
        var refused = await Assert.ThrowsAsync<SigningRefusedException>(() => Add(plain, despite: "one of my own"));
        Assert.Contains("gives no reason", Assert.Single(refused.Reasons), StringComparison.Ordinal);

        using var reasoned = await SignedModel.InFolder(new() { DangerouslySignDespite = "it was looked at" });
        refused = await Assert.ThrowsAsync<SigningRefusedException>(() => Add(reasoned, despite: "another"));
        Assert.Contains("'it was looked at'", Assert.Single(refused.Reasons), StringComparison.Ordinal);
        await Add(reasoned, despite: "it was looked at");
    }

    [Fact]
    public async Task What_changed_since_is_not_signed_a_second_time()
    {
        foreach (var (name, reason) in new[] { ("README.md", "is not what the bundle states"), ("new.txt", "is not listed") })
        {
            using var model = await SignedModel.InFolder();
            var bundle = await Read(model);
            await File.AppendAllTextAsync(model[name], "changed", TestContext.Current.CancellationToken);
            var refused = await Assert.ThrowsAsync<SigningRefusedException>(() => Add(model));
            Assert.Contains(reason, Assert.Single(refused.Reasons), StringComparison.Ordinal);
            Assert.Equal(bundle, await Read(model));
        }

        using var lacking = await SignedModel.InFolder();
        File.Delete(lacking["README.md"]);
        Assert.Contains("is missing", Assert.Single((await Assert.ThrowsAsync<SigningRefusedException>(() => Add(lacking))).Reasons), StringComparison.Ordinal);

        using var expired = await SignedModel.InFolder(new() { ExpiresAt = SignedModel.Now.AddDays(1) });
        expired.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Contains("expired", Assert.Single((await Assert.ThrowsAsync<SigningRefusedException>(() => Add(expired))).Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_signature_that_is_not_by_the_key_it_names_is_a_rejection()
    {
        using var model = await SignedModel.InFolder();
        await Add(model);
        await Forge(model, signatures => signatures[1]!["sig"] = signatures[0]!["sig"]!.GetValue<string>());
        Assert.Equal(["SIG004"], (await model.Verify(Both(model, 1)))[CheckName.Signature].Codes);

        // One whose key the policy does not know says nothing, and does no harm where one signer is enough.
        Assert.Equal(Verdict.Trusted, (await model.Verify()).Verdict);
    }

    public static TheoryData<string> Defects => [.. WrongSignatures.Keys];

    private static readonly Dictionary<string, Action<JsonArray>> WrongSignatures = new()
    {
        ["no key is named"] = signatures => signatures[1]!.AsObject().Remove("keyid"),
        ["the name is empty"] = signatures => signatures[1]!["keyid"] = "",
        ["the name is null"] = signatures => signatures[1]!["keyid"] = null,
        ["the name is no hint"] = signatures => signatures[1]!["keyid"] = new string('g', 64),
        ["upper case"] = signatures => signatures[1]!["keyid"] = signatures[1]!["keyid"]!.GetValue<string>().ToUpperInvariant(),
        ["one key twice"] = signatures => signatures.Add(signatures[1]!.DeepClone()),
        ["more than anyone needs"] = signatures =>
        {
            for (var number = 0; number < 20; number++)
                signatures.Add(new JsonObject { ["sig"] = "AAAA", ["keyid"] = $"{number:x64}" });
        },
    };

    [Theory]
    [MemberData(nameof(Defects))]
    public async Task A_further_signature_that_does_not_say_whose_it_is_makes_the_bundle_unreadable(string defect)
    {
        using var model = await SignedModel.InFolder();
        await Add(model);
        await Forge(model, WrongSignatures[defect]);
        Assert.Equal(["SIG002"], (await model.Verify(Both(model, 1)))[CheckName.Signature].Codes);
    }

    [Fact]
    public async Task A_single_file_takes_a_second_signature_too()
    {
        using var model = await SignedModel.File();
        await Add(model);
        Assert.Equal(Verdict.Trusted, (await model.Verify(Both(model, 2))).Verdict);
    }

    private TrustPolicy Both(SignedModel model, int threshold) =>
        new() { Signers = [new TrustedKey(model.Key.PublicKey), new TrustedKey(_second.PublicKey)], Threshold = threshold };

    private Task<SigningResult> Add(SignedModel model, SigningKey? key = null, string? despite = null) =>
        ModelSigner.AddSignatureAsync(model.Path, new() { Key = key ?? _second, Time = model.Clock, DangerouslySignDespite = despite }, cancellation: TestContext.Current.CancellationToken);

    private static Task<byte[]> Read(SignedModel model) => File.ReadAllBytesAsync(model["model.sig"], TestContext.Current.CancellationToken);

    private static async Task Forge(SignedModel model, Action<JsonArray> change)
    {
        var bundle = JsonNode.Parse(await Read(model))!;
        change(bundle["dsseEnvelope"]!["signatures"]!.AsArray());
        await File.WriteAllTextAsync(model["model.sig"], bundle.ToJsonString(), TestContext.Current.CancellationToken);
    }
}
