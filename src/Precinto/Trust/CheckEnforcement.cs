namespace Precinto.Trust;

/// <summary>
/// How strictly each check is held. What a policy revokes or a state file remembers is enforced whatever stands here, and so is the place where trust lies.
/// </summary>
public sealed class CheckEnforcement
{
    /// <summary>Everything is enforced.</summary>
    public static CheckEnforcement Strict { get; } = new();

    /// <summary>Whether the signed name and version are those asked for.</summary>
    public Enforcement Identity { get; init; }

    /// <summary>Whether it is not expired and not older than what is accepted.</summary>
    public Enforcement Freshness { get; init; }

    /// <summary>Whether the record agrees with the content.</summary>
    public Enforcement Metadata { get; init; }

    /// <summary>Whether the formats are allowed, well formed, and hold nothing dangerous.</summary>
    public Enforcement Structure { get; init; }

    /// <summary>Whether somebody who is trusted signed it. Weakened, the verdict is never <c>trusted</c> where it fails, and nothing is loaded.</summary>
    public Enforcement DangerousSignature { get; init; }

    /// <summary>Whether the files are what was signed. Weakened, the verdict is never <c>trusted</c> where it fails, and nothing is loaded.</summary>
    public Enforcement DangerousIntegrity { get; init; }

    /// <summary>Every check that is not enforced, by the name that it has in a policy.</summary>
    internal IEnumerable<(string Name, Enforcement Enforcement)> Weakened => new[]
    {
        ("dangerouslySignature", DangerousSignature), ("dangerouslyIntegrity", DangerousIntegrity), ("identity", Identity), ("freshness", Freshness),
        ("metadata", Metadata), ("structure", Structure),
    }.Where(check => check.Item2 != Enforcement.Enforce);
}
