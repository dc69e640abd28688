using Precinto.Signatures;
using Precinto.Signatures.Keys;
using Precinto.Tests.Shared;
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
}
