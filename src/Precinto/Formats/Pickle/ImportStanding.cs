namespace Precinto.Formats.Pickle;

/// <summary>What is known of something that a pickle imports.</summary>
internal enum ImportStanding
{
    /// <summary>Nothing: it is never clean.</summary>
    Unknown,

    /// <summary>It runs commands or code, loads code, or reaches files or the network.</summary>
    Dangerous,

    /// <summary>Harmless only with some arguments; each call is judged, and it must not be handed on.</summary>
    Conditional,

    /// <summary>It makes functions out of code in the pickle, as dill and cloudpickle do.</summary>
    Code,

    /// <summary>It unpickles what it is given.</summary>
    Loader,

    /// <summary>Harmless whatever it is called with.</summary>
    Harmless,
}
