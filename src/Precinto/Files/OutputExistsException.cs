namespace Precinto.Files;

/// <summary>A file is there already, and nothing is overwritten without being asked to.</summary>
public sealed class OutputExistsException : IOException
{
    /// <summary>Creates the exception for a path.</summary>
    public OutputExistsException(string path)
        : base($"{path} exists already.") => Path = path;

    /// <summary>What exists.</summary>
    public string Path { get; }
}
