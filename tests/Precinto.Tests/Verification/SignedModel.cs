using Microsoft.Extensions.Time.Testing;
using Precinto.Signatures;
using Precinto.Signatures.Keys;
using Precinto.Tests.Shared;
using Precinto.Trust;
using Precinto.Verification;

namespace Precinto.Tests.Verification;

/// <summary>A model in a folder of its own, signed with a fresh key, to be tampered with.</summary>
internal sealed class SignedModel : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private SignedModel(SigningKey key) => Key = key;

    public static DateTimeOffset Now { get; } = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public FakeTimeProvider Clock { get; } = new(Now);

    public SigningKey Key { get; }

    /// <summary>What was signed: a file or the folder.</summary>
    public string Path { get; private set; } = "";

    public string Folder => _folder["model"];

    public TrustPolicy Policy => new() { Signers = [new TrustedKey(Key.PublicKey)] };

    public string this[string name] => System.IO.Path.Combine(Folder, name);

    public static async Task<SignedModel> File(SigningOptions? options = null)
    {
        SignedModel model = new(SigningKey.Generate(EllipticCurve.P256));
        model.Path = model._folder.Write("model/model.bin", "the weights of a model");
        await model.Sign(options);
        return model;
    }

    public static async Task<SignedModel> InFolder(SigningOptions? options = null)
    {
        SignedModel model = new(SigningKey.Generate(EllipticCurve.P256));
        model._folder.Write("model/weights.bin", "the weights of a model");
        model._folder.Write("model/vocabulary/words.txt", "one two three");
        model._folder.Write("model/README.md", "# A model");
        model.Path = model.Folder;
        await model.Sign(options);
        return model;
    }

    public Task<SigningResult> Sign(SigningOptions? options = null) => ModelSigner.SignAsync(Path, new()
    {
        Key = options?.Key ?? (options?.OpenPgpKey is null ? Key : null),
        OpenPgpKey = options?.OpenPgpKey,
        DangerouslySignDespite = options?.DangerouslySignDespite,
        Armor = options?.Armor ?? false,
        Name = options?.Name,
        Version = options?.Version,
        ExpiresAt = options?.ExpiresAt,
        IgnoredPaths = options?.IgnoredPaths ?? [],
        HashAlgorithm = options?.HashAlgorithm ?? Precinto.Digests.DigestAlgorithm.Sha256,
        ShardSize = options?.ShardSize,
        SignatureOnly = options?.SignatureOnly ?? false,
        Overwrite = options?.Overwrite ?? false,
        Time = Clock,
    }, cancellation: Xunit.TestContext.Current.CancellationToken);

    public Task<VerificationReport> Verify(TrustPolicy? policy = null, Expectations? expectations = null) =>
        new Verifier(policy ?? Policy, Clock).VerifyAsync(Path, expectations, cancellation: Xunit.TestContext.Current.CancellationToken);

    public string Outside(string name) => _folder[name];

    public void Dispose()
    {
        Key.Dispose();
        _folder.Dispose();
    }
}
