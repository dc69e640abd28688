namespace Precinto.Cli;

/// <summary>The command was used wrongly; the message is one sentence that says what to do instead.</summary>
internal sealed class UsageException : Exception
{
    public UsageException(string message)
        : base(message)
    {
    }

    public UsageException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
