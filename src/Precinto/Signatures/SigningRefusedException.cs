namespace Precinto.Signatures;

/// <summary>A model that is not signed: it holds something dangerous, is no proper model, or disagrees with its record.</summary>
public sealed class SigningRefusedException : Exception
{
    /// <summary>Creates the exception with the reasons.</summary>
    public SigningRefusedException(IReadOnlyList<string> reasons)
        : base(string.Join("; ", reasons)) => Reasons = reasons;

    /// <summary>Why it was refused, a sentence without full stop each.</summary>
    public IReadOnlyList<string> Reasons { get; }
}
