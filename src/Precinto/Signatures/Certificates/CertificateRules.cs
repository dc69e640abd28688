using Precinto.Inspection;

namespace Precinto.Signatures.Certificates;

/// <summary>Why a certificate is refused although its issuer is trusted. The codes never change their meaning.</summary>
internal static class CertificateRules
{
    public static readonly FindingRule NotValidNow = Rule("CRT001", "A certificate is not valid now");
    public static readonly FindingRule WrongPurpose = Rule("CRT002", "A certificate is not meant for signing models");
    public static readonly FindingRule BrokenPath = Rule("CRT003", "A path of certificates breaks the rules of its issuers");
    public static readonly FindingRule Weak = Rule("CRT004", "A certificate is signed by an algorithm or a key that is not accepted");

    public static IReadOnlyList<FindingRule> All { get; } = [NotValidNow, WrongPurpose, BrokenPath, Weak];

    private static FindingRule Rule(string code, string title) => new(code, FindingSeverity.Danger, title);
}
