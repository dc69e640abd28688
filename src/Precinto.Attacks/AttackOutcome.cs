namespace Precinto.Attacks;

/// <summary>How an attack ended.</summary>
public enum AttackOutcome
{
    /// <summary>The deployment accepted what the attacker made.</summary>
    GotThrough,

    /// <summary>A check refused, or what was loaded was still what had been signed.</summary>
    Stopped,

    /// <summary>The attack cannot be made on this model.</summary>
    NotApplicable,
}
