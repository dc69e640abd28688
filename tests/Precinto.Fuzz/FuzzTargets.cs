using Precinto.Fuzz.Targets;
using Precinto.Inspection;

namespace Precinto.Fuzz;

/// <summary>Every reader of bytes that come from somebody else.</summary>
internal static class FuzzTargets
{
    /// <summary>The documents and keys, then one target for each format; a format that is added has its target by that alone.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new BundleTarget(),
        .. DocumentTargets.All,
        .. DecoderTargets.All,
        new OpenPgpSignatureTarget(),
        new OpenPgpCertificateTarget(),
        new OpenPgpSecretTarget(),
        .. Inspector.FormatNames.Distinct().Select(format => new FormatTarget(format)),
    ];
}
