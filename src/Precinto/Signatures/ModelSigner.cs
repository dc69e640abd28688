namespace Precinto.Signatures;

/// <summary>Signs models.</summary>
public static class ModelSigner
{
    /// <summary>Signs a file or a folder, and writes its record and hash where they are not there yet.</summary>
    /// <param name="model">A file or a folder.</param>
    /// <param name="options">Who signs, and what is said.</param>
    /// <param name="progress">Is told how many bytes were read since it was told last.</param>
    /// <param name="cancellation">Stops before anything is written.</param>
    /// <exception cref="SigningRefusedException">The model is not signed, for the reasons in the exception.</exception>
    /// <exception cref="Files.OutputExistsException">A signature is there already.</exception>
    /// <exception cref="Files.ModelChangedException">The model changed while it was read.</exception>
    /// <exception cref="IOException">The world failed.</exception>
    public static Task<SigningResult> SignAsync(string model, SigningOptions options, IProgress<long>? progress = null, CancellationToken cancellation = default) =>
        throw new NotImplementedException();
}
