using Precinto.Inspection;

namespace Precinto.Signatures.OpenPgp;

/// <summary>Why an OpenPGP signature was not accepted.</summary>
internal static class OpenPgpRules
{
    public static readonly FindingRule OtherBytes = Rule("PGP002", "The signature was made over other bytes");
    public static readonly FindingRule UnknownKey = Rule("PGP003", "No certificate at hand holds the key that signed");
    public static readonly FindingRule BadSignature = Rule("PGP004", "The signature does not verify under the key that it names");
    public static readonly FindingRule UnsupportedVersion = Rule("PGP005", "The signature has a version that is not supported");
    public static readonly FindingRule WrongType = Rule("PGP006", "The signature is not one over the bytes of a file");
    public static readonly FindingRule WeakHash = Rule("PGP007", "The signature uses a hash for which collisions can be made");
    public static readonly FindingRule WeakKey = Rule("PGP008", "The key is too weak");
    public static readonly FindingRule UnsupportedAlgorithm = Rule("PGP009", "The signature uses an algorithm that is not supported");
    public static readonly FindingRule NoCreationTime = Rule("PGP010", "The signature does not state when it was made");
    public static readonly FindingRule NotUnderstood = Rule("PGP011", "The signature makes a critical statement that is unknown or contradictory");
    public static readonly FindingRule SignatureExpired = Rule("PGP012", "The signature has expired");
    public static readonly FindingRule FromTheFuture = Rule("PGP013", "The signature is dated in the future");
    public static readonly FindingRule OlderThanKey = Rule("PGP014", "The signature is older than the key that made it");
    public static readonly FindingRule KeyExpired = Rule("PGP015", "The key has expired");
    public static readonly FindingRule KeyRevoked = Rule("PGP016", "The key has been revoked");
    public static readonly FindingRule NotBound = Rule("PGP017", "The key is not bound to its certificate");
    public static readonly FindingRule NoBackSignature = Rule("PGP018", "The subkey never agreed to belong to its certificate");
    public static readonly FindingRule NotForSigning = Rule("PGP019", "The key is not meant for signing");
    public static readonly FindingRule IssuerDisagrees = Rule("PGP020", "The signature names another issuer than the key that made it");
    public static readonly FindingRule VersionsDisagree = Rule("PGP021", "Signature and key disagree on version or algorithm");

    public static IReadOnlyList<FindingRule> All { get; } =
    [
        OtherBytes, UnknownKey, BadSignature, UnsupportedVersion, WrongType, WeakHash, WeakKey, UnsupportedAlgorithm, NoCreationTime,
        NotUnderstood, SignatureExpired, FromTheFuture, OlderThanKey, KeyExpired, KeyRevoked, NotBound, NoBackSignature, NotForSigning,
        IssuerDisagrees, VersionsDisagree,
    ];

    private static FindingRule Rule(string code, string title) => new(code, FindingSeverity.Danger, title);
}
