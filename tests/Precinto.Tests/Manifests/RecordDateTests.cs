using System.Text;
using Precinto.Manifests;
using Precinto.Signatures;
using Precinto.Signatures.Keys;
using Precinto.Tests.Shared;
using Precinto.Trust;
using Precinto.Verification;
using Xunit;

namespace Precinto.Tests.Manifests;

public sealed class RecordDateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, byte[]> ModelsWithADate => new()
    {
        { "model.onnx", OnnxForge.Adder(more: OnnxForge.Metadata("created_at", "2025-03-14T10:21:07Z")) },
        { "model.safetensors", Safetensors("""{"__metadata__":{"created_at":"2025-03-14T10:21:07Z"},"w":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", [1, 2, 3, 4]) },
    };

    [Theory]
    [MemberData(nameof(ModelsWithADate))]
    public async Task A_record_that_dates_a_model_otherwise_than_the_model_itself_is_rejected(string name, byte[] model)
    {
        _folder.Write(name, model);
        _folder.Write(ModelRecord.FileName, """{ "created_at": "2025-03-15T10:21:07Z" }""");

        var report = await VerifyAsync();

        Assert.Contains("MET009", report[CheckName.Metadata].Codes);
        Assert.Equal(Verdict.Rejected, report.Verdict);
    }

    [Theory]
    [MemberData(nameof(ModelsWithADate))]
    public async Task The_date_that_is_signed_is_the_one_that_the_model_states(string name, byte[] model)
    {
        _folder.Write(name, model);
        using var key = SigningKey.Generate(EllipticCurve.P256);

        var result = await ModelSigner.SignAsync(_folder.Path, new() { Key = key }, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(new DateTimeOffset(2025, 3, 14, 10, 21, 7, TimeSpan.Zero), result.Record.CreatedAt);
        Assert.Equal(CheckOutcome.Passed, (await VerifyAsync())[CheckName.Metadata].Outcome);
    }

    public void Dispose() => _folder.Dispose();

    private Task<VerificationReport> VerifyAsync() => new Verifier(TrustPolicy.IntegrityOnly).VerifyAsync(_folder.Path, cancellation: TestContext.Current.CancellationToken);

    private static byte[] Safetensors(string header, byte[] tensors) =>
        [.. BitConverter.GetBytes((ulong)Encoding.UTF8.GetByteCount(header)), .. Encoding.UTF8.GetBytes(header), .. tensors];
}
