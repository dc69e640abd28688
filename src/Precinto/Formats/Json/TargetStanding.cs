namespace Precinto.Formats.Json;

/// <summary>What a framework makes of a name that stands under a key.</summary>
internal enum TargetStanding
{
    /// <summary>Nothing: the key has another meaning.</summary>
    None,

    /// <summary>Some call it, so that only what is known to be dangerous counts.</summary>
    Possible,

    /// <summary>It imports it if it is a path of a module, and knows it otherwise.</summary>
    IfPath,

    /// <summary>It calls it, or imports it, whatever it is.</summary>
    Called,
}
