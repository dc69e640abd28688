namespace Precinto.Verification;

/// <summary>The questions that are always asked of a model, in this order.</summary>
public enum CheckName
{
    /// <summary>Did someone whom the policy trusts sign it?</summary>
    Signature,

    /// <summary>Is every file what was signed, none missing, none extra?</summary>
    Integrity,

    /// <summary>Are the signed name and version those asked for?</summary>
    Identity,

    /// <summary>Is it not expired and not older than what is accepted?</summary>
    Freshness,

    /// <summary>Does the record agree with the content?</summary>
    Metadata,

    /// <summary>Is the format allowed, well formed, and holds nothing dangerous?</summary>
    Structure,
}
