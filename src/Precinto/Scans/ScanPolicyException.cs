namespace Precinto.Scans;

/// <summary>Rules for scans cannot be used as they are.</summary>
public sealed class ScanPolicyException : Exception
{
    /// <summary>Creates the exception with its message.</summary>
    public ScanPolicyException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its message and its cause.</summary>
    public ScanPolicyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
