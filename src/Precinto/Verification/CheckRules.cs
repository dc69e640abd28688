using Precinto.Inspection;
using Precinto.Manifests;

namespace Precinto.Verification;

/// <summary>Why a check can fail. The codes never change their meaning.</summary>
internal static class CheckRules
{
    public static readonly FindingRule NoSignature = Rule("SIG001", "There is no signature");
    public static readonly FindingRule UnreadableSignature = Rule("SIG002", "A signature cannot be parsed");
    public static readonly FindingRule Stranger = Rule("SIG003", "The signer is not trusted");
    public static readonly FindingRule BrokenSignature = Rule("SIG004", "A signature does not verify");
    public static readonly FindingRule TooFewSigners = Rule("SIG005", "Too few different trusted signers");
    public static readonly FindingRule TrustInsideModel = Rule("SIG006", "The policy or a key lies with the model");
    public static readonly FindingRule NobodyTrusted = Rule("SIG007", "The policy trusts nobody");

    public static readonly FindingRule NoRule = Rule("POL001", "The policy has no rule for the model");
    public static readonly FindingRule PolicyExpired = Rule("POL002", "The policy has expired");
    public static readonly FindingRule SignerRevoked = Rule("POL003", "The signer was revoked");
    public static readonly FindingRule ModelRevoked = Rule("POL004", "The model was revoked");
    public static readonly FindingRule UnusableRevocations = Rule("POL005", "The list of revocations cannot be relied on");
    public static readonly FindingRule NotEnforced = new("POL006", FindingSeverity.Warning, "The policy does not enforce a check");

    public static readonly FindingRule NoAttestation = Rule("ATT001", "A demanded attestation is missing");
    public static readonly FindingRule UnreadableAttestation = Rule("ATT002", "An attestation cannot be parsed");
    public static readonly FindingRule StrangeAttester = Rule("ATT003", "The attester is not trusted");
    public static readonly FindingRule BrokenAttestation = Rule("ATT004", "The signature of an attestation does not verify");
    public static readonly FindingRule OtherSubject = Rule("ATT005", "An attestation is about something else");
    public static readonly FindingRule OtherClaim = Rule("ATT006", "An attestation does not say what is demanded");
    public static readonly FindingRule FailedElsewhere = Rule("ATT007", "A trusted verifier rejected it");
    public static readonly FindingRule OldAttestation = Rule("ATT008", "An attestation is too old or from the future");

    public static readonly FindingRule DigestDiffers = Rule("INT001", "A file is not what was signed");
    public static readonly FindingRule MissingFile = Rule("INT002", "A signed file is missing");
    public static readonly FindingRule ExtraFile = Rule("INT003", "A file is there that was not signed");
    public static readonly FindingRule Irregular = Rule("INT004", "Something in the model is no regular file");
    public static readonly FindingRule Changed = Rule("INT005", "A file changed while it was read");
    public static readonly FindingRule HashDiffers = Rule("INT006", "The model does not have the digest that its hash file states");
    public static readonly FindingRule UnreadableHash = Rule("INT007", "The hash file or the list of checksums cannot be read");
    public static readonly FindingRule NothingToCompare = Rule("INT008", "Nothing states what the model should be");
    public static readonly FindingRule NoFiles = Rule("INT009", "The model holds no file");

    public static readonly FindingRule NameDiffers = Rule("IDN001", "The model was signed under another name");
    public static readonly FindingRule VersionDiffers = Rule("IDN002", "The model was signed as another version");
    public static readonly FindingRule NoIdentity = Rule("IDN003", "No signature states the name or version that is asked for");

    public static readonly FindingRule Expired = Rule("FRS001", "The model has expired");
    public static readonly FindingRule TooOld = Rule("FRS002", "The model is older than what is accepted");
    public static readonly FindingRule FromTheFuture = Rule("FRS003", "The model was signed in the future");
    public static readonly FindingRule NoTime = Rule("FRS004", "No signature states the version or time that is asked for");

    public static readonly FindingRule RolledBack = Rule("FRS005", "A newer version was accepted before");
    public static readonly FindingRule OtherContent = Rule("FRS006", "The same version was accepted before with another content");
    public static readonly FindingRule NothingToRemember = Rule("FRS007", "No signature states a name and version to be remembered");
    public static readonly FindingRule TooNew = Rule("FRS008", "The model is newer than what is accepted");

    public static readonly FindingRule Dangerous = Rule("STR001", "A file holds something dangerous");
    public static readonly FindingRule Suspicious = Rule("STR002", "A file holds something that cannot be judged");
    public static readonly FindingRule Malformed = Rule("STR003", "A file breaks its format");
    public static readonly FindingRule FormatNotAllowed = Rule("STR004", "A file is of a format that the policy does not allow");

    public static IReadOnlyList<FindingRule> All { get; } =
    [
        NoSignature, UnreadableSignature, Stranger, BrokenSignature, TooFewSigners, TrustInsideModel, NobodyTrusted,
        NoRule, PolicyExpired, SignerRevoked, ModelRevoked, UnusableRevocations, NotEnforced,
        NoAttestation, UnreadableAttestation, StrangeAttester, BrokenAttestation, OtherSubject, OtherClaim, FailedElsewhere, OldAttestation,
        DigestDiffers, MissingFile, ExtraFile, Irregular, Changed, HashDiffers, UnreadableHash, NothingToCompare, NoFiles,
        NameDiffers, VersionDiffers, NoIdentity,
        Expired, TooOld, FromTheFuture, NoTime, RolledBack, OtherContent, NothingToRemember, TooNew,
        .. RecordRules.All,
        Dangerous, Suspicious, Malformed, FormatNotAllowed,
    ];

    /// <summary>What fails a check even where the policy only warns or does not ask: nothing that comes with a model may decide these.</summary>
    public static IReadOnlySet<FindingRule> Unyielding { get; } = new HashSet<FindingRule>
    {
        TrustInsideModel, NobodyTrusted, NoRule, PolicyExpired, SignerRevoked, ModelRevoked, UnusableRevocations, RolledBack, OtherContent, NothingToRemember, Changed,
    };

    private static FindingRule Rule(string code, string title) => new(code, FindingSeverity.Danger, title);
}
