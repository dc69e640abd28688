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

    /// <summary>
    /// A class or function that honest pickles hold, or a class of which they make an object by <c>__new__</c> alone and then restore it. Nobody
    /// pickles a call: constructors read files, start processes and ask the network, and no call, be it without arguments, is known to be harmless.
    /// </summary>
    Held,

    /// <summary>What honest pickles call with data; calls are judged where the callee calls what it is given.</summary>
    Harmless,
}

internal static class ImportStandings
{
    /// <summary>Whether it is harmless as a value.</summary>
    public static bool IsKnown(this ImportStanding standing) => standing is ImportStanding.Held or ImportStanding.Harmless;
}
