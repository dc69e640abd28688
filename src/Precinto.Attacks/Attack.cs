using Precinto.Verification;

namespace Precinto.Attacks;

/// <summary>Something that an attacker does to a signed model: a closed set, see <see cref="All"/>.</summary>
public abstract class Attack
{
    private protected Attack(string name, string description)
    {
        Name = name;
        Description = description;
    }

    /// <summary>All attacks, in the order in which they are told.</summary>
    public static IReadOnlyList<Attack> All { get; } =
    [
        new ExchangeModel(), new FlipBit(), new Truncate(), new Append(), new ForgeRecord(), new InjectPayload(),
        new RemoveSignature(), new SignWithOtherKey(), new ReuseSignature(), new RollBack(),
        new AddFile(), new ReplaceByLink(), new ExchangeWhileVerifying(), new ExchangeAfterVerifying(), new BringOwnTrust(),
    ];

    /// <summary>The name by which it is asked for, such as <c>flip-bit</c>.</summary>
    public string Name { get; }

    /// <summary>What the attacker does, in a few words.</summary>
    public string Description { get; }

    /// <summary>Why the attack cannot be made on this model; null where it can.</summary>
    internal virtual string? WhyNot(AttackStage stage) => null;

    /// <summary>Does the deed and lets the deployment answer.</summary>
    internal async Task<AttackResult> RunAsync(AttackStage stage, CancellationToken cancellation)
    {
        if (WhyNot(stage) is { } reason)
            return AttackResult.NotApplicable(this, reason);

        return await RunCoreAsync(stage, cancellation).ConfigureAwait(false);
    }

    private protected virtual async Task<AttackResult> RunCoreAsync(AttackStage stage, CancellationToken cancellation)
    {
        await ApplyAsync(stage, cancellation).ConfigureAwait(false);
        stage.ThrowIfUnchanged();
        var report = await stage.VerifyAsync(cancellation).ConfigureAwait(false);
        using var model = report.TryGetSealed(out var handedOut) ? handedOut : null;
        return AttackResult.Of(this, report);
    }

    private protected virtual Task ApplyAsync(AttackStage stage, CancellationToken cancellation)
    {
        Apply(stage);
        return Task.CompletedTask;
    }

    private protected virtual void Apply(AttackStage stage) => throw new InvalidOperationException($"{Name} does nothing.");
}
