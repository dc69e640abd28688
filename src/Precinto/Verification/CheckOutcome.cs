namespace Precinto.Verification;

/// <summary>How a check ended; the default value is a failure.</summary>
public enum CheckOutcome
{
    /// <summary>The answer is no.</summary>
    Failed,

    /// <summary>The answer is yes.</summary>
    Passed,

    /// <summary>There was nothing to check, or it was not asked for.</summary>
    Skipped,

    /// <summary>The answer is no, and the policy only wants to be told.</summary>
    Warned,
}
