using System.Runtime.CompilerServices;
using Precinto.Signatures.Keys;
using Precinto.Verification;

namespace Precinto.Attacks;

/// <summary>Puts copies of a model through attacks. The model itself is only read.</summary>
public static class AttackRange
{
    /// <summary>
    /// Copies the model into temporary folders, signs each copy with a key made for the purpose, attacks it, and tells what stopped the attack.
    /// </summary>
    /// <param name="model">A file or a folder.</param>
    /// <param name="attacks">What to try.</param>
    /// <param name="cancellation">Stops between attacks.</param>
    /// <exception cref="AttackException">The unharmed copy does not verify, so nothing could be learned from attacks.</exception>
    /// <exception cref="IOException">The world failed.</exception>
    public static async IAsyncEnumerable<AttackResult> RunAsync(
        string model, IReadOnlyList<Attack> attacks, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(attacks);
        using var author = SigningKey.Generate(EllipticCurve.P256);
        using (var unharmed = await AttackStage.SetAsync(model, author, cancellation).ConfigureAwait(false))
            await ThrowIfRejectedAsync(unharmed, cancellation).ConfigureAwait(false);

        foreach (var attack in attacks)
        {
            cancellation.ThrowIfCancellationRequested();
            using var stage = await AttackStage.SetAsync(model, author, cancellation).ConfigureAwait(false);
            yield return await attack.RunAsync(stage, cancellation).ConfigureAwait(false);
        }
    }

    private static async Task ThrowIfRejectedAsync(AttackStage stage, CancellationToken cancellation)
    {
        var report = await stage.VerifyAsync(cancellation).ConfigureAwait(false);
        using var model = report.TryGetSealed(out var handedOut) ? handedOut : null;
        if (report.Verdict != Verdict.Trusted)
            throw new AttackException($"the model is rejected even when it is signed and unharmed: {string.Join("; ", report.Checks.Where(check => check.Outcome == CheckOutcome.Failed).Select(check => check.Detail))}");
    }
}
