using System.Text;
using Precinto.Signatures;
using Precinto.Signatures.Keys;
using Precinto.Tests.Shared;
using Precinto.Tests.Signatures.Bundles;
using Precinto.Trust;
using Precinto.Verification;
using Xunit;

namespace Precinto.Tests.Signatures;

/// <summary>Names that could be taken for others, and things that are no files: each has one answer, and none of them is a pass.</summary>
public sealed class NameTests
{
    [Theory]
    [InlineData("weights.bin", "Weights.bin")]
    [InlineData("Folder/a", "folder/a")]
    [InlineData("caf\u00E9", "cafe\u0301")]
    [InlineData("\u00C9t\u00E9/a", "E\u0301t\u00E9/a")]
    [InlineData("\u00E4", "\u00C4")]
    [InlineData("\uD55C", "\u1112\u1161\u11AB")]
    public async Task Names_that_are_one_elsewhere_are_not_signed(string one, string other)
    {
        using TemporaryFolder folder = new();
        using var key = SigningKey.Generate(EllipticCurve.P256);
        folder.Write("model/" + one, "1");
        folder.Write("model/" + other, "2");
        Assert.SkipUnless(Directory.GetFiles(folder["model"], "*", SearchOption.AllDirectories).Length == 2, "This file system takes the two names for one.");
        var refused = await Assert.ThrowsAsync<SigningRefusedException>(() => ModelSigner.SignAsync(folder["model"], new() { Key = key }, cancellation: TestContext.Current.CancellationToken));
        Assert.Contains("elsewhere they would be one file", Assert.Single(refused.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_that_only_look_alike_are_signed()
    {
        using TemporaryFolder folder = new();
        using var key = SigningKey.Generate(EllipticCurve.P256);
        foreach (var name in new[] { "caf\u00E9", "caf\u00E8", "cafe", "a.bin", "b.bin", "o\u0301", "o\u0302", "\u6A21\u578B", "\u578B\u6A21" })
            folder.Write("model/" + name, name);
        await ModelSigner.SignAsync(folder["model"], new() { Key = key }, cancellation: TestContext.Current.CancellationToken);
        var report = await new Verifier(new() { Signers = [new TrustedKey(key.PublicKey)] }).VerifyAsync(folder["model"], cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(Verdict.Trusted, report.Verdict);
    }

    [Theory]
    [InlineData("caf\u00E9", "cafe\u0301")]
    [InlineData("model.bin", "Model.bin")]
    [InlineData("a.bin", "a.bin ")]
    public async Task A_name_is_what_was_signed_byte_for_byte(string signed, string found)
    {
        using TemporaryFolder folder = new();
        using var key = SigningKey.Generate(EllipticCurve.P256);
        folder.Write("model/" + found, "content");
        folder.Write("model/model.sig", ForgedBundle.Sign(ForgedBundle.Statement((signed, "content")), key));
        var report = await new Verifier(new() { Signers = [new TrustedKey(key.PublicKey)] }).VerifyAsync(folder["model"], cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(Verdict.Rejected, report.Verdict);
        Assert.Contains("INT002", report[CheckName.Integrity].Codes);
    }

    [Fact]
    public async Task Emoji_and_private_characters_stand_in_the_order_of_their_bytes()
    {
        using TemporaryFolder folder = new();
        using var key = SigningKey.Generate(EllipticCurve.P256);
        foreach (var name in new[] { "\U0001F600", "\uFFFD", "a", "\u00E9" })
            folder.Write("model/" + name, name);
        await ModelSigner.SignAsync(folder["model"], new() { Key = key, SignatureOnly = true }, cancellation: TestContext.Current.CancellationToken);
        var names = Precinto.Signatures.Bundles.ModelBundle.Parse(await File.ReadAllBytesAsync(folder["model/model.sig"], TestContext.Current.CancellationToken))
            .Statement.Manifest.Resources.Select(resource => resource.Name);
        Assert.Equal(["a", "\u00E9", "\uFFFD", "\U0001F600"], names);
    }

    [Fact]
    public async Task A_name_that_is_no_utf8_is_neither_signed_nor_accepted()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have no such names.");
        using TemporaryFolder folder = new();
        using var key = SigningKey.Generate(EllipticCurve.P256);
        folder.Write("model/a", "a");
        await ModelSigner.SignAsync(folder["model"], new() { Key = key }, cancellation: TestContext.Current.CancellationToken);
        using (var made = System.Diagnostics.Process.Start("/bin/sh", ["-c", $"printf x > '{folder["model"]}/'\"$(printf '\\377')\""])!)
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);

        var report = await new Verifier(new() { Signers = [new TrustedKey(key.PublicKey)] }).VerifyAsync(folder["model"], cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(Verdict.Rejected, report.Verdict);
        Assert.Contains("INT004", report[CheckName.Integrity].Codes);
        await Assert.ThrowsAsync<SigningRefusedException>(
            () => ModelSigner.SignAsync(folder["model"], new() { Key = key, Overwrite = true }, cancellation: TestContext.Current.CancellationToken));

        // The framework cannot name it either.
        using var removed = System.Diagnostics.Process.Start("/bin/rm", ["-rf", folder["model"]])!;
        await removed.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Ignored_paths_that_are_there_are_listed_in_the_report()
    {
        using TemporaryFolder folder = new();
        using var key = SigningKey.Generate(EllipticCurve.P256);
        folder.Write("model/a", "a");
        folder.Write("model/cache/b", "b");
        folder.Write("model/.git/config", "c");
        await ModelSigner.SignAsync(folder["model"], new() { Key = key, IgnoredPaths = ["cache"] }, cancellation: TestContext.Current.CancellationToken);
        folder.Write("model/cache/evil", "e");
        var report = await new Verifier(new() { Signers = [new TrustedKey(key.PublicKey)] }).VerifyAndSealAsync(folder["model"], cancellation: TestContext.Current.CancellationToken);
        Assert.Contains("not protected, since it is left out: cache", report[CheckName.Integrity].Detail, StringComparison.Ordinal);
        Assert.Contains("not protected, since it is left out: .git", report[CheckName.Integrity].Detail, StringComparison.Ordinal);
        Assert.True(report.TryGetSealed(out var sealedModel));
        using (sealedModel)
            Assert.DoesNotContain(sealedModel.Paths, path => Encoding.UTF8.GetByteCount(path) > 0 && path.StartsWith("cache", StringComparison.Ordinal));
    }
}
