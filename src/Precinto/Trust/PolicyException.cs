namespace Precinto.Trust;

/// <summary>A policy, a key or a keyring cannot be used as it is.</summary>
public sealed class PolicyException : Exception
{
    /// <summary>Creates the exception for a file.</summary>
    public PolicyException(string path, string message)
        : base($"{path}: {message}") => Path = path;

    /// <summary>Creates the exception for a file, with its cause.</summary>
    public PolicyException(string path, string message, Exception innerException)
        : base($"{path}: {message}", innerException) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }
}
