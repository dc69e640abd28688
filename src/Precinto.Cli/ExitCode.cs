namespace Precinto.Cli;

/// <summary>What the command tells its caller; scripts rely on these numbers.</summary>
internal enum ExitCode
{
    /// <summary>The answer is yes.</summary>
    Success = 0,

    /// <summary>The answer is no: rejected, refused, not clean.</summary>
    Rejected = 1,

    /// <summary>The command was used wrongly.</summary>
    Usage = 2,

    /// <summary>Nothing can be said: the world failed.</summary>
    WorldFailed = 3,
}
