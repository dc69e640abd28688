namespace Precinto.Signatures.OpenPgp;

/// <summary>A well-formed secret key that cannot be used.</summary>
public sealed class OpenPgpKeyException : Exception
{
    /// <summary>Creates the exception.</summary>
    public OpenPgpKeyException(OpenPgpKeyProblem problem, string message)
        : base(message) => Problem = problem;

    /// <summary>What stands in the way.</summary>
    public OpenPgpKeyProblem Problem { get; }
}
