namespace Precinto.Formats.Jinja;

/// <summary>A macro or a block: what its arguments are called, the variable that holds what it puts out, and what it calls.</summary>
internal sealed class JinjaMacro(string output)
{
    public string Output => output;

    public List<string> Parameters { get; } = [];

    /// <summary>Those of the parameters that need not be given.</summary>
    public HashSet<string> Optional { get; } = new(StringComparer.Ordinal);

    /// <summary>How often it calls another one.</summary>
    public Dictionary<JinjaMacro, double> Calls { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>How often it calls the block of its caller.</summary>
    public double CallerCalls { get; set; }

    /// <summary>How often its own loops go round.</summary>
    public double Weight { get; set; } = 1;

    public void Restart()
    {
        Calls.Clear();
        (CallerCalls, Weight) = (0, 1);
    }
}
