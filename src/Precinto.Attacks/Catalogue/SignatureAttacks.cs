using Precinto.Manifests;
using Precinto.Signatures.Keys;

namespace Precinto.Attacks;

internal sealed class RemoveSignature() : Attack("remove-signature", "deletes the signature")
{
    private protected override void Apply(AttackStage stage) => File.Delete(Path.Combine(stage.Folder, ModelLayout.FolderBundleName));
}

internal sealed class SignWithOtherKey() : Attack("other-key", "exchanges the model and signs it with a key of the attacker's")
{
    private protected override async Task ApplyAsync(AttackStage stage, CancellationToken cancellation)
    {
        File.WriteAllBytes(stage.MainFile, stage.ForgeModel());
        using var key = SigningKey.Generate(EllipticCurve.P256);
        await AttackStage.SignAsync(stage.Folder, key, AttackStage.Current, cancellation).ConfigureAwait(false);
    }
}

internal sealed class ReuseSignature() : Attack("reuse-signature", "puts the author's valid signature of another model beside this one")
{
    private protected override async Task ApplyAsync(AttackStage stage, CancellationToken cancellation)
    {
        var other = stage.Outside("other");
        Directory.CreateDirectory(other);
        await File.WriteAllBytesAsync(Path.Combine(other, Path.GetFileName(stage.MainFile)), stage.ForgeModel(), cancellation).ConfigureAwait(false);
        await AttackStage.SignAsync(other, stage.Author, AttackStage.Current, cancellation).ConfigureAwait(false);
        File.Copy(Path.Combine(other, ModelLayout.FolderBundleName), Path.Combine(stage.Folder, ModelLayout.FolderBundleName), overwrite: true);
    }
}

internal sealed class RollBack() : Attack("roll-back", "puts back an older version that the author signed")
{
    private protected override async Task ApplyAsync(AttackStage stage, CancellationToken cancellation)
    {
        await File.WriteAllBytesAsync(stage.MainFile, stage.ForgeModel(), cancellation).ConfigureAwait(false);
        await AttackStage.SignAsync(stage.Folder, stage.Author, AttackStage.Previous, cancellation).ConfigureAwait(false);
    }
}
