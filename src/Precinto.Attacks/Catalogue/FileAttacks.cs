using Precinto.Digests;
using Precinto.Files;
using Precinto.Signatures.Keys;
using Precinto.Trust;
using Precinto.Verification;

namespace Precinto.Attacks;

internal sealed class AddFile() : Attack("add-file", "adds a file that was not signed")
{
    private protected override void Apply(AttackStage stage) => File.WriteAllText(Path.Combine(stage.Folder, "sitecustomize.py"), "print('attacked')\n");
}

internal sealed class ReplaceByLink() : Attack("link", "replaces the model by a link to equal bytes, to exchange them later")
{
    private protected override void Apply(AttackStage stage)
    {
        File.Move(stage.MainFile, stage.Outside("moved"));
        File.CreateSymbolicLink(stage.MainFile, stage.Outside("moved"));
    }
}

/// <summary>The attacker wins a race: what is loaded would then not be what was verified.</summary>
internal abstract class ExchangeAttack : Attack
{
    private protected ExchangeAttack(string name, string description)
        : base(name, description)
    {
    }

    private protected override async Task<AttackResult> RunCoreAsync(AttackStage stage, CancellationToken cancellation)
    {
        var signed = Hashing.Compute(await File.ReadAllBytesAsync(stage.MainFile, cancellation).ConfigureAwait(false), DigestAlgorithm.Sha256);
        var report = await VerifyAndExchangeAsync(stage, cancellation).ConfigureAwait(false);
        stage.ThrowIfUnchanged();
        if (!report.TryGetSealed(out var model))
            return AttackResult.Of(this, report);

        using (model)
        {
            var name = Path.GetRelativePath(stage.Folder, stage.MainFile).Replace('\\', '/');
            return model.TryGetFile(name, out var content) && ContentHashing.Compute(content, DigestAlgorithm.Sha256, cancellation).Equals(signed)
                ? AttackResult.StoppedBySealing(this, "what is loaded is still what was verified, byte for byte")
                : AttackResult.GotThrough(this, "other bytes would be loaded than were verified");
        }
    }

    private protected abstract Task<VerificationReport> VerifyAndExchangeAsync(AttackStage stage, CancellationToken cancellation);
}

internal sealed class ExchangeWhileVerifying() : ExchangeAttack("exchange-while-verifying", "exchanges the model in the middle of the verification")
{
    private protected override Task<VerificationReport> VerifyAndExchangeAsync(AttackStage stage, CancellationToken cancellation) =>
        new Verifier(stage.Policy).VerifyAndSealAsync(stage.Folder, progress: new Exchange(stage), cancellation: cancellation);

    /// <summary>Strikes as soon as the first bytes were hashed.</summary>
    private sealed class Exchange(AttackStage stage) : IProgress<long>
    {
        private int _struck;

        public void Report(long value)
        {
            if (Interlocked.Exchange(ref _struck, 1) == 0)
                File.WriteAllBytes(stage.MainFile, stage.ForgeModel());
        }
    }
}

internal sealed class ExchangeAfterVerifying() : ExchangeAttack("exchange-after-verifying", "exchanges the model between verification and loading")
{
    private protected override async Task<VerificationReport> VerifyAndExchangeAsync(AttackStage stage, CancellationToken cancellation)
    {
        var report = await stage.VerifyAsync(cancellation).ConfigureAwait(false);
        await File.WriteAllBytesAsync(stage.MainFile, stage.ForgeModel(), cancellation).ConfigureAwait(false);
        return report;
    }
}

internal sealed class BringOwnTrust() : Attack("own-trust", "signs a forged model and points the deployment to a key in the model's folder")
{
    private protected override async Task ApplyAsync(AttackStage stage, CancellationToken cancellation)
    {
        using var key = SigningKey.Generate(EllipticCurve.P256);
        var path = Path.Combine(stage.Folder, "trusted.pub");
        await File.WriteAllTextAsync(path, key.PublicKey.ToPem(), cancellation).ConfigureAwait(false);
        File.WriteAllBytes(stage.MainFile, stage.ForgeModel());
        await AttackStage.SignAsync(stage.Folder, key, AttackStage.Current, cancellation).ConfigureAwait(false);
        stage.Policy = new() { Signers = [PolicyDocument.LoadKey(path)], Sources = [path], Name = AttackStage.ModelName };
    }
}
