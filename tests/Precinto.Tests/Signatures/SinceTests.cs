using System.Text.Json.Nodes;
using Precinto.Digests;
using Precinto.Signatures;
using Precinto.Signatures.Keys;
using Precinto.Tests.Verification;
using Precinto.Verification;
using Xunit;

namespace Precinto.Tests.Signatures;

/// <summary>Signing anew with the digests of an earlier signature.</summary>
public sealed class SinceTests
{
    [Fact]
    public async Task Only_new_files_and_those_that_are_named_are_hashed_again()
    {
        using var model = await SignedModel.InFolder();
        await File.WriteAllTextAsync(model["weights.bin"], "the weights, trained on", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(model["new.txt"], "new", TestContext.Current.CancellationToken);
        Count read = new();
        await Sign(model, ["weights.bin"], read);
        Assert.Equal(Verdict.Trusted, (await model.Verify()).Verdict);
        Assert.Equal("the weights, trained on".Length + "new".Length, read.Bytes);

        var bundle = JsonNode.Parse(await File.ReadAllBytesAsync(model["model.sig"], TestContext.Current.CancellationToken))!;
        var annotations = JsonNode.Parse(Convert.FromBase64String(bundle["dsseEnvelope"]!["payload"]!.GetValue<string>()))!["subject"]![0]!["annotations"]!;
        var old = await File.ReadAllBytesAsync(model.Outside("old.sig"), TestContext.Current.CancellationToken);
        Assert.Equal(Hashing.Compute(old, DigestAlgorithm.Sha256).ToString(), annotations["digests_from"]!.GetValue<string>());
        Assert.Equal(2, annotations["digests_taken_over"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("weights.bni")]
    [InlineData("vocabulary/word")]
    [InlineData(".git/config")]
    public async Task A_path_that_is_said_to_have_changed_and_is_none_of_the_model_is_refused(string path)
    {
        using var model = await SignedModel.InFolder();
        await Assert.ThrowsAsync<ArgumentException>(() => Sign(model, ["weights.bin", path]));
        Assert.False(File.Exists(model["model.sig"]));
    }

    [Fact]
    public async Task A_file_that_changed_and_was_not_named_makes_the_signature_reject_the_model()
    {
        using var model = await SignedModel.InFolder();
        await File.WriteAllTextAsync(model["README.md"], "# Another", TestContext.Current.CancellationToken);
        await Sign(model, ["weights.bin"]);
        var report = await model.Verify();
        Assert.Equal(Verdict.Rejected, report.Verdict);
        Assert.Contains("README.md", report[CheckName.Integrity].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_strangers_signature_vouches_for_nothing()
    {
        using var model = await SignedModel.InFolder();
        using var stranger = SigningKey.Generate(EllipticCurve.P256);
        var refused = await Assert.ThrowsAsync<SigningRefusedException>(() => Sign(model, [], key: stranger));
        Assert.Contains("was not signed by the key that signs now", Assert.Single(refused.Reasons), StringComparison.Ordinal);

        File.WriteAllText(model.Outside("old.sig"), "{}");
        await Assert.ThrowsAsync<SigningRefusedException>(() => Sign(model, [], keepsOld: true));
    }

    [Fact]
    public async Task Digests_are_taken_over_for_whole_files_by_the_same_hash_alone()
    {
        using var model = await SignedModel.InFolder(new() { ShardSize = 10 });
        await Assert.ThrowsAsync<SigningRefusedException>(() => Sign(model, []));
        using var other = await SignedModel.InFolder();
        await Assert.ThrowsAsync<ArgumentException>(() => ModelSigner.SignAsync(
            other.Path, new() { Key = other.Key, Since = other["model.sig"], HashAlgorithm = DigestAlgorithm.Blake3, Overwrite = true }, cancellation: TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentException>(() => ModelSigner.SignAsync(
            other.Path, new() { Key = other.Key, Changed = ["README.md"], OutputPath = other.Outside("x.sig") }, cancellation: TestContext.Current.CancellationToken));
    }

    private static async Task Sign(SignedModel model, string[] changed, Count? read = null, SigningKey? key = null, bool keepsOld = false)
    {
        if (!keepsOld)
            File.Copy(model["model.sig"], model.Outside("old.sig"));
        File.Delete(model["model.sig"]);
        File.Delete(model["model_hash.txt"]);
        File.Delete(model["model_metadata.json"]);
        SigningOptions options = new() { Key = key ?? model.Key, Since = model.Outside("old.sig"), Changed = changed, Time = model.Clock };
        await ModelSigner.SignAsync(model.Path, options, read, TestContext.Current.CancellationToken);
    }

    private sealed class Count : IProgress<long>
    {
        private long _bytes;

        public long Bytes => Interlocked.Read(ref _bytes);

        public void Report(long value) => Interlocked.Add(ref _bytes, value);
    }
}
