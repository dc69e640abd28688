namespace Precinto.Files;

/// <summary>A file of the model changed, was exchanged, or held more than its size says, while the model was being read.</summary>
public sealed class ModelChangedException : Exception
{
    /// <summary>Creates the exception for a file of the model.</summary>
    public ModelChangedException(string file)
        : base($"{file} changed while it was being read.") => File = file;

    /// <summary>The path of the file in the model.</summary>
    public string File { get; }
}
