namespace Precinto.Trust;

/// <summary>A file that remembers what was accepted cannot be used as it is: nothing can be said about a model, and nothing is forgotten.</summary>
public sealed class StateException : IOException
{
    internal StateException(string path, string message, Exception innerException)
        : base($"{path}: {message}", innerException) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }
}
