namespace Precinto.Inspection;

/// <summary>How much a finding weighs; the default value is the heaviest.</summary>
public enum FindingSeverity
{
    /// <summary>Something runs, or is reached, when the file is loaded.</summary>
    Danger,

    /// <summary>Something that cannot be judged, or breaks the format.</summary>
    Warning,

    /// <summary>Worth knowing; the file is still clean.</summary>
    Info,
}
