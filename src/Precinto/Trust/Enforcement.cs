namespace Precinto.Trust;

/// <summary>What becomes of a model when a check fails; the default value refuses it.</summary>
public enum Enforcement
{
    /// <summary>It is rejected.</summary>
    Enforce,

    /// <summary>The failure is reported, and decides nothing.</summary>
    Warn,

    /// <summary>The question is not asked; the report says so.</summary>
    Skip,
}
