namespace Precinto.Signatures.OpenPgp;

/// <summary>What the mathematics say about a signature; the default value is no yes.</summary>
internal enum OpenPgpCheck
{
    Bad,
    Good,

    /// <summary>Neither: its hash or algorithm cannot be computed here, or its integers are malformed.</summary>
    CannotJudge,
}
