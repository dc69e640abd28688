namespace Precinto.Formats.Jinja;

/// <summary>A loop that is open.</summary>
/// <param name="Targets">What its variables are called.</param>
/// <param name="Element">What they stand for.</param>
/// <param name="Rounds">How often it goes round; once where that is not known.</param>
/// <param name="Start">The token behind its head.</param>
internal sealed record JinjaLoop(List<string> Targets, JinjaValue Element, long Rounds, int Start)
{
    /// <summary>How often it was gone round while reading.</summary>
    public int Read { get; set; } = 1;

    /// <summary>How often the loops around it go round.</summary>
    public double Around { get; init; } = 1;

    /// <summary>How large variables, and what is put out, were when this round began.</summary>
    public Dictionary<string, JinjaSize> Sizes { get; set; } = [];

    public JinjaSize Output { get; set; }
}
