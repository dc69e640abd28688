namespace Precinto.Files;

/// <summary>Something in a model is no regular file: a link, a pipe, a device.</summary>
public sealed class IrregularModelException : Exception
{
    /// <summary>Creates the exception.</summary>
    public IrregularModelException(IReadOnlyList<Irregularity> irregularities)
        : base(string.Join("; ", irregularities.Select(irregularity => $"{irregularity.Path} {irregularity.Reason}"))) => Irregularities = irregularities;

    /// <summary>What is irregular.</summary>
    public IReadOnlyList<Irregularity> Irregularities { get; }
}
