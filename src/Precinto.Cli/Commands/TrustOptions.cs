using System.CommandLine;
using Precinto.Inspection;
using Precinto.Manifests;
using Precinto.Trust;
using Precinto.Verification;

namespace Precinto.Cli.Commands;

/// <summary>
/// Whom the user trusts, said on the command line: the part that every verifying command shares. Nobody is trusted unless told,
/// and an option never makes a policy file weaker.
/// </summary>
internal sealed class TrustOptions
{
    private readonly Option<string?> _policy = new("--policy") { Description = "A policy file: whom to trust, and what to insist on", HelpName = "FILE" };
    private readonly Option<string?> _trust = new("--trust") { Description = "A folder with a policy.json, or with the keys of those who are trusted", HelpName = "FOLDER" };
    private readonly Option<string[]> _key = CommonOptions.Several("--key", "PUBLIC.pem", "A public key whose owner is trusted");
    private readonly Option<string[]> _ca = CommonOptions.Several("--ca", "CERTIFICATE.pem", "An authority whose certificates are trusted");
    private readonly Option<string[]> _identity = CommonOptions.Several("--identity", "NAME", "Trust only those whom --ca certifies by this name");
    private readonly Option<int?> _threshold = NumberOption.Create("--threshold", "How many different signers must have signed (1 unless told otherwise)", "N", 1, 1000);
    private readonly Option<bool> _beyond = CommonOptions.BeyondSpecification();
    private readonly Option<string[]> _openPgpKey = CommonOptions.Several("--openpgp-key", "KEYRING", "An OpenPGP certificate or keyring whose owners are trusted");
    private readonly Option<string[]> _fingerprint = CommonOptions.Several("--fingerprint", "FPR", "Trust only these full fingerprints of --openpgp-key");
    private readonly Option<bool> _integrityOnly = new("--integrity-only") { Description = "Trust nobody: compare digests and record alone (verdict: intact)" };
    private readonly Option<bool> _allowExtraFiles = new("--allow-extra-files") { Description = "Accept files in a folder that no signature covers" };
    private readonly Option<string[]> _ignore = CommonOptions.Several("--ignore", "PATH", "A path in the model to leave out");
    private readonly Option<string?> _expectName = new("--expect-name") { Description = "The name that the model must be signed under", HelpName = "N" };
    private readonly Option<string?> _expectVersion = new("--expect-version") { Description = "The version that it must be signed as", HelpName = "V" };
    private readonly Option<string?> _minVersion = new("--min-version") { Description = "The lowest version that is accepted", HelpName = "V" };
    private readonly Option<string[]> _allowFormat = CommonOptions.Several("--allow-format", "F", "The only formats that a model file may have");
    private readonly Option<string?> _state = new("--state") { Description = "A file that remembers the newest version accepted; an older one is rejected", HelpName = "FILE" };
    private readonly Option<string[]> _signature = CommonOptions.Several("--signature", "FILE", "A signature file that does not lie with the model");
    private readonly Option<FindingSeverity?> _failOn = SeverityOption.Create("Findings of this severity and above are a rejection (warning unless told otherwise)");

    private readonly AttestationOptions? _attestations;

    /// <summary>All options; a command that itself makes attestations takes no demands for them on the command line.</summary>
    public TrustOptions(bool withAttestations = true) => _attestations = withAttestations ? new() : null;

    public void AddTo(Command command)
    {
        Option[] all =
        [
            _policy, _trust, _key, _ca, _identity, _openPgpKey, _fingerprint, _threshold, _beyond, _integrityOnly, _signature, _expectName, _expectVersion, _minVersion,
            _state, _allowFormat, _failOn, _allowExtraFiles, _ignore, .. _attestations?.All ?? [],
        ];
        foreach (var option in all)
        {
            CommonOptions.RefuseEmpty(option);
            command.Options.Add(option);
        }
    }

    /// <summary>The policy that the options make.</summary>
    /// <exception cref="UsageException">No trust is stated, or the options contradict each other.</exception>
    public TrustPolicy ReadPolicy(ParseResult parsed, Surroundings surroundings)
    {
        var policy = ReadSigners(parsed, surroundings);
        if (_attestations is not null)
            policy = _attestations.Demand(parsed, policy, isOwnPolicy: !IsWritten(parsed, surroundings));
        if (parsed.GetValue(_state) is not { } state)
            return policy;
        return policy.IsIntegrityOnly
            ? throw new UsageException("--integrity-only trusts nobody; nothing is accepted that --state could remember")
            : policy.Remember(Path.GetFullPath(state));
    }

    /// <summary>Whether anything was said about whom to trust; the variable does not count.</summary>
    public bool IsStated(ParseResult parsed) => parsed.GetValue(_policy) is not null || parsed.GetValue(_trust) is not null || parsed.GetValue(_integrityOnly)
        || NamesSigners(parsed);

    /// <summary>The same, where the variable does count.</summary>
    public bool IsStated(ParseResult parsed, Surroundings surroundings) => IsStated(parsed) || PolicyVariable(surroundings) is not null;

    // Whether somebody else than the caller says whom to trust.
    private bool IsWritten(ParseResult parsed, Surroundings surroundings) => parsed.GetValue(_policy) is not null || parsed.GetValue(_trust) is not null
        || (!NamesSigners(parsed) && PolicyVariable(surroundings) is not null);

    private bool NamesSigners(ParseResult parsed) =>
        (parsed.GetValue(_key) ?? []).Length + (parsed.GetValue(_ca) ?? []).Length + (parsed.GetValue(_openPgpKey) ?? []).Length > 0;

    private TrustPolicy ReadSigners(ParseResult parsed, Surroundings surroundings)
    {
        var keys = parsed.GetValue(_key) ?? [];
        var authorities = parsed.GetValue(_ca) ?? [];
        var keyrings = parsed.GetValue(_openPgpKey) ?? [];
        if (parsed.GetValue(_identity) is { Length: > 0 } && authorities.Length == 0)
            throw new UsageException("--identity names someone whom an authority certifies: name the authority with --ca");
        if (parsed.GetValue(_fingerprint) is { Length: > 0 } && keyrings.Length == 0)
            throw new UsageException("--fingerprint chooses from a keyring: name it with --openpgp-key");

        var named = parsed.GetValue(_policy);
        var trust = parsed.GetValue(_trust);
        if (trust is not null && named is not null)
            throw new UsageException("--trust and --policy both say whom to trust; name one of them");

        var namesSigners = NamesSigners(parsed);
        if (parsed.GetValue(_integrityOnly))
        {
            return named is null && trust is null && !namesSigners && parsed.GetValue(_threshold) is null
                ? WithoutTrust(parsed, surroundings)
                : throw new UsageException("--integrity-only trusts nobody and cannot stand beside --policy, --trust, --key, --ca, --openpgp-key or --threshold");
        }

        // Who names keys says whom to trust; the variable is for those who say nothing.
        var folder = trust is null ? null : TrustFolder.Load(trust);
        var path = named ?? (namesSigners || folder is not null ? null : PolicyVariable(surroundings));
        if (path is null && folder is null && !namesSigners)
            throw new UsageException($"say whom you trust: --trust FOLDER, --policy FILE, --key PUBLIC.pem, --ca CERTIFICATE.pem, --openpgp-key KEYRING or {VariableName}; --integrity-only checks without trust");

        IReadOnlyList<TrustedSigner> signers = [.. keys.Select(key => PolicyDocument.LoadKey(key, parsed.GetValue(_beyond))), .. LoadAuthorities(parsed, authorities), .. LoadKeyrings(parsed, keyrings)];
        if (folder is not null)
            return Narrow(parsed, folder.Policy, folder.PolicyFile ?? trust!, signers);
        if (path is not null)
            return Narrow(parsed, PolicyDocument.Load(path), path, signers);
        return FromSigners(parsed, signers, [.. keys, .. authorities, .. keyrings]);
    }

    /// <summary>What is expected of this one model.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="replaced">An attestation that the command is about to replace.</param>
    /// <param name="isRehearsal">Whether nothing is to be remembered.</param>
    /// <exception cref="UsageException">A version cannot be compared, or a format is not known.</exception>
    public Expectations ReadExpectations(ParseResult parsed, string? replaced = null, bool isRehearsal = false)
    {
        ModelVersion? minimum = null;
        if (parsed.GetValue(_minVersion) is { } text && !ModelVersion.TryParse(text, out minimum))
            throw new UsageException($"'{text}' is no version that can be compared; --min-version takes one such as 1.4.0");

        var formats = parsed.GetValue(_allowFormat) ?? [];
        foreach (var format in formats)
            if (!Inspector.FormatNames.Contains(format))
                throw new UsageException($"'{format}' is no known format; --allow-format takes one of {string.Join(", ", Inspector.FormatNames)}");

        return new()
        {
            Name = parsed.GetValue(_expectName),
            Version = parsed.GetValue(_expectVersion),
            MinimumVersion = minimum,
            AllowedFormats = formats.Length > 0 ? formats : null,
            SignatureFiles = parsed.GetValue(_signature) ?? [],
            Replaced = replaced,
            IsRehearsal = isRehearsal,
            AttestationFiles = _attestations?.Files(parsed) ?? [],
        };
    }

    private TrustPolicy FromSigners(ParseResult parsed, IReadOnlyList<TrustedSigner> signers, IReadOnlyList<string> sources) => new()
    {
        Signers = signers,
        Threshold = ReadThreshold(parsed, signers),
        AllowExtraFiles = parsed.GetValue(_allowExtraFiles),
        IgnoredPaths = ReadIgnored(parsed),
        FailOn = parsed.GetValue(_failOn) ?? FindingSeverity.Warning,
        Sources = [.. sources.Select(Path.GetFullPath)],
    };

    private TrustPolicy WithoutTrust(ParseResult parsed, Surroundings surroundings)
    {
        if (PolicyVariable(surroundings) is { } path)
            return Narrow(parsed, PolicyDocument.Load(path), path, []).WithoutTrust();

        return new TrustPolicy { IgnoredPaths = ReadIgnored(parsed), FailOn = parsed.GetValue(_failOn) ?? FindingSeverity.Warning }.WithoutTrust();
    }

    /// <summary>A policy file or a trust folder with what the options add to it. Keys that are named beside it choose among those whom it trusts.</summary>
    private TrustPolicy Narrow(ParseResult parsed, TrustPolicy policy, string path, IReadOnlyList<TrustedSigner> signers)
    {
        if (parsed.GetValue(_allowExtraFiles))
            throw new UsageException("--allow-extra-files would make the policy weaker; what is allowed must stand in the policy file");
        if (parsed.GetValue(_ignore) is { Length: > 0 })
            throw new UsageException("--ignore would make the policy weaker; what is left out must stand in the policy file");

        var failOn = parsed.GetValue(_failOn);
        if (failOn is { } wanted && policy.AllRules.Max(rule => rule.FailOn) is var strictest && wanted < strictest)
            throw new UsageException($"--fail-on {NameOf(wanted)} would make the policy weaker, which fails on {NameOf(strictest)}");

        foreach (var signer in signers)
            if (!policy.AllSigners.Any(trusted => IsSame(trusted, signer)))
                throw new UsageException($"{path} does not trust {signer}; keys named beside a policy choose among those whom it trusts");

        var narrowed = policy.Narrow(trusted => signers.Count == 0 || signers.Any(signer => IsSame(trusted, signer)), failOn, parsed.GetValue(_threshold));
        if (parsed.GetValue(_threshold) is { } threshold)
        {
            if (policy.AllRules.Max(rule => rule.Threshold) is var least && threshold < least)
                throw new UsageException($"--threshold {threshold} would ask for fewer signers than {least}");
            ThrowIfBeyond(threshold, narrowed.AllRules.Min(rule => Different(rule.Signers)));
        }

        return narrowed;
    }

    // A demand that nobody could ever meet is most often a signer that was forgotten.
    private int ReadThreshold(ParseResult parsed, IReadOnlyList<TrustedSigner> signers)
    {
        var threshold = parsed.GetValue(_threshold) ?? 1;
        ThrowIfBeyond(threshold, Different(signers));
        return threshold;
    }

    private static int Different(IReadOnlyList<TrustedSigner> signers) => signers.Select(signer => (signer.Kind, signer.Identity)).Distinct().Count();

    private static void ThrowIfBeyond(int threshold, int different)
    {
        if (threshold > different)
            throw new UsageException($"--threshold asks for {threshold} different signers, and {different} are trusted");
    }

    private IEnumerable<TrustedSigner> LoadAuthorities(ParseResult parsed, string[] authorities)
    {
        if (authorities.Length == 0)
            return [];
        var names = (parsed.GetValue(_identity) ?? []).Distinct().ToArray();
        return names.Length == 0 ? [PolicyDocument.LoadAuthority(authorities, null)] : names.Select(name => PolicyDocument.LoadAuthority(authorities, name));
    }

    private IEnumerable<TrustedSigner> LoadKeyrings(ParseResult parsed, string[] keyrings)
    {
        var fingerprints = (parsed.GetValue(_fingerprint) ?? []).Select(NormalizeFingerprint).ToArray();
        if (keyrings.Length <= 1)
            return keyrings.SelectMany(keyring => PolicyDocument.LoadKeyring(keyring, fingerprints));

        var all = keyrings.SelectMany(keyring => PolicyDocument.LoadKeyring(keyring, [])).ToArray();
        foreach (var fingerprint in fingerprints)
            if (!all.Any(key => key.Identity == fingerprint))
                throw new UsageException($"no keyring holds {fingerprint}");
        return fingerprints.Length == 0 ? all : all.Where(key => fingerprints.Contains(key.Identity));
    }

    private string[] ReadIgnored(ParseResult parsed) => [.. (parsed.GetValue(_ignore) ?? []).Select(IgnoredPaths.Normalize)];

    // As people copy them: with blanks between the groups, in either case. Short key IDs can be forged and name nobody.
    private static string NormalizeFingerprint(string text)
    {
        var plain = text.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        return plain.Length is 40 or 64 && plain.All(char.IsAsciiHexDigit)
            ? plain
            : throw new UsageException($"'{text}' is no full fingerprint of 40 or 64 hexadecimal digits");
    }

    private static bool IsSame(TrustedSigner left, TrustedSigner right) => left.Kind == right.Kind && left.Identity == right.Identity;

    private static string NameOf(FindingSeverity severity) => Output.FactsJson.NameOf(severity);

    private static string? PolicyVariable(Surroundings surroundings) => surroundings.Variable(VariableName) is { Length: > 0 } path ? path : null;

    private const string VariableName = "PRECINTO_POLICY";
}
