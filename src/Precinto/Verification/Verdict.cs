namespace Precinto.Verification;

/// <summary>What all checks together say; the default value refuses.</summary>
public enum Verdict
{
    /// <summary>A check failed.</summary>
    Rejected,

    /// <summary>Digests and record agree; nobody vouches for them. Only where <c>TrustPolicy.IntegrityOnly</c> was asked for.</summary>
    Intact,

    /// <summary>Every enforced check passed, <c>signature</c> and <c>integrity</c> among them.</summary>
    Trusted,

    /// <summary>
    /// The policy dangerously does not enforce <c>signature</c> or <c>integrity</c>, and that one did not pass. Nothing is known of the model,
    /// and nothing is ever loaded of it.
    /// </summary>
    Tolerated,
}
