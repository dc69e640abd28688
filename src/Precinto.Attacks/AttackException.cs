namespace Precinto.Attacks;

/// <summary>Attacks cannot be tried on a model.</summary>
public sealed class AttackException : Exception
{
    /// <summary>Creates the exception with the reason.</summary>
    public AttackException(string message)
        : base(message)
    {
    }
}
