namespace Precinto.Files;

/// <summary>Something in a model that is no regular file with a proper name; a model that has one is never verified.</summary>
public sealed class Irregularity
{
    internal Irregularity(string path, string reason)
    {
        Path = path;
        Reason = reason;
    }

    /// <summary>Where it lies in the model; may hold anything that a file name can hold.</summary>
    public string Path { get; }

    /// <summary>What it is, as the end of a sentence: "is a link".</summary>
    public string Reason { get; }
}
