using Precinto.Signatures;
using Precinto.Signatures.Keys;
using Precinto.Tests.Shared;
using Precinto.Trust;
using Precinto.Verification;
using Xunit;

namespace Precinto.Tests.Signatures;

public sealed class EmptyModelTests
{
    [Fact]
    public async Task A_file_that_holds_no_bytes_is_not_signed()
    {
        using TemporaryFolder folder = new();
        using var key = SigningKey.Generate(EllipticCurve.P256);
        var model = folder.Write("model.bin", "");
        var refused = await Assert.ThrowsAsync<SigningRefusedException>(
            () => ModelSigner.SignAsync(model, new() { Key = key }, cancellation: TestContext.Current.CancellationToken));
        Assert.Equal(["model.bin holds no bytes"], refused.Reasons);
        Assert.Equal([model], Directory.GetFiles(Path.GetDirectoryName(model)!));
    }

    [Theory]
    [InlineData(".gitkeep", Verdict.Trusted)]
    [InlineData("package/__init__.py", Verdict.Trusted)]
    [InlineData("empty.bin", Verdict.Trusted)]
    [InlineData("model.safetensors", Verdict.Rejected)]
    [InlineData("model.onnx", Verdict.Rejected)]
    public async Task An_empty_file_that_accompanies_a_model_is_signed_like_any_other(string name, Verdict verdict)
    {
        using TemporaryFolder folder = new();
        using var key = SigningKey.Generate(EllipticCurve.P256);
        folder.Write("model/weights.txt", "the weights of a model");
        folder.Write("model/" + name, "");
        await ModelSigner.SignAsync(folder["model"], new() { Key = key }, cancellation: TestContext.Current.CancellationToken);
        Verifier verifier = new(new() { Signers = [new TrustedKey(key.PublicKey)] });
        Assert.Equal(verdict, (await verifier.VerifyAsync(folder["model"], cancellation: TestContext.Current.CancellationToken)).Verdict);

        File.Delete(folder["model/" + name]);
        Assert.Contains("INT002", (await verifier.VerifyAsync(folder["model"], cancellation: TestContext.Current.CancellationToken))[CheckName.Integrity].Codes);
    }
}
