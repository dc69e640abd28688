namespace Precinto.Inspection;

/// <summary>What inspection makes of a file. Only <see cref="Clean"/> passes; the default value does not.</summary>
public enum InspectionVerdict
{
    /// <summary>No known format: nothing can be said.</summary>
    Unknown,

    /// <summary>Of a known format, read to its end, and nothing above information was found.</summary>
    Clean,

    /// <summary>Something in it cannot be judged.</summary>
    Suspicious,

    /// <summary>It breaks its format.</summary>
    Malformed,

    /// <summary>Loading it would run or reach something.</summary>
    Dangerous,
}
