using System.CommandLine;
using Precinto.Attestations;
using Precinto.Cli.Commands;
using Precinto.Cli.Files;
using Precinto.Cli.Output;
using Precinto.Digests;
using Precinto.Files;
using Precinto.Scans;
using Precinto.Signatures;
using Precinto.Signatures.Bundles;
using Precinto.Signatures.Keys;
using VerificationSummary = Precinto.Attestations.VerificationSummary;

namespace Precinto.Cli.Scanning;

/// <summary>
/// Signs the verdict on an image, passed or failed, as a Verification Summary Attestation (SLSA) bound to the image's digest. The report must name that digest,
/// or the scan of one image would speak for another; and the rules must stand in a file, so that their digest says by what was decided.
/// </summary>
internal sealed class ScanAttester
{
    private readonly Option<string?> _key = new("--attest-key") { Description = "Sign the verdict on an image with this private key in PEM", HelpName = "PEM" };
    private readonly Option<string?> _digest = new("--image-digest") { Description = "The image's digest, to which the signed verdict is bound", HelpName = "sha256:HEX" };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "Where the signed verdict goes", HelpName = "FILE" };
    private readonly Option<string?> _passwordFile = CommonOptions.PasswordFile();

    public ScanAttester()
    {
        foreach (var option in new Option[] { _key, _digest, _output, _passwordFile })
            CommonOptions.RefuseEmpty(option);
    }

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _key, _digest, _output, _passwordFile })
            command.Options.Add(option);
    }

    /// <summary>The files that hold the key and its password, as far as they are named.</summary>
    public IEnumerable<string> Files(ParseResult parsed) => new[] { parsed.GetValue(_key), parsed.GetValue(_passwordFile) }.OfType<string>();

    /// <summary>What is to be signed, and with what; null where nothing is. The key is read before the scan, which takes minutes.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="rules">By what is decided.</param>
    /// <param name="target">What is scanned.</param>
    /// <param name="inputs">Files that are read, which no verdict replaces.</param>
    /// <param name="overwrite">Whether a file that is there is replaced.</param>
    /// <exception cref="UsageException">Something is missing, or does not belong together.</exception>
    public ScanAttestation? Read(ParseResult parsed, ScanRuleSet rules, string target, IReadOnlyList<string> inputs, bool overwrite)
    {
        var (keyPath, digestText) = (parsed.GetValue(_key), parsed.GetValue(_digest));
        if (keyPath is null)
        {
            if ((digestText ?? parsed.GetValue(_output) ?? parsed.GetValue(_passwordFile)) is not null)
                throw new UsageException($"{(digestText is not null ? _digest : parsed.GetValue(_output) is not null ? _output : _passwordFile).Name} belongs to --attest-key");
            return null;
        }

        if (!Digest.TryParse(digestText, out var digest) || digest.Algorithm != DigestAlgorithm.Sha256)
            throw new UsageException("--attest-key needs --image-digest sha256:…, the digest that the verdict is bound to");
        if (rules.Path is null || rules.HasOptions)
            throw new UsageException("--attest-key needs --rules FILE and no other option that says what fails: the signed verdict names the rules by the digest of their file");

        var output = parsed.GetValue(_output) ?? DefaultPath(target);
        OutputFile.ThrowIfRead(output, inputs);
        NewFile.ThrowIfTaken(output, overwrite);
        return new(NamedFile.ReadSigningKey(keyPath, NamedFile.ReadPassword(parsed.GetValue(_passwordFile))), digest, output, overwrite);
    }

    // In the folder that is worked in: the target may be the name of an image, or lie where nothing is written.
    private static string DefaultPath(string target)
    {
        var name = target.Split('@')[0].TrimEnd('/').Split('/', '\\')[^1].Split(':')[0];
        var plain = string.Concat(name.Where(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_')).TrimStart('.');
        return (plain.Length == 0 ? "scan" : plain) + AttestationFiles.SummaryEnding;
    }
}

/// <summary>A verdict that is to be signed.</summary>
/// <param name="Key">Who signs; disposed by whoever uses this.</param>
/// <param name="Digest">The image's digest.</param>
/// <param name="Path">Where it goes.</param>
/// <param name="Overwrite">Whether a file that is there is replaced.</param>
internal sealed record ScanAttestation(SigningKey Key, Digest Digest, string Path, bool Overwrite) : IDisposable
{
    /// <summary>Makes sure, before anything is run, that it is an image that is scanned.</summary>
    /// <exception cref="UsageException">It is not.</exception>
    public static void ThrowIfNoImage(ScanSubject subject)
    {
        if (subject.Kind is ScanSubjectKind.Folder or ScanSubjectKind.BillOfMaterials)
            throw new UsageException(
                $"--attest-key signs a verdict on an image, and {subject.Name} is {(subject.Kind == ScanSubjectKind.Folder ? "a folder" : "a bill of materials")}");
    }

    /// <summary>Makes sure that a report is about an image. A folder may be called as an image is; SARIF names an image's digests where it is about one.</summary>
    /// <exception cref="UsageException">It is not.</exception>
    public static void ThrowIfNoImage(ScanReport report)
    {
        var isAboutImage = report.Format == ScanReportFormat.Json ? report.ArtifactType == "container_image" : report.ImageId is not null || report.RepoDigests.Count > 0;
        if (!isAboutImage)
            throw new UsageException($"--attest-key signs a verdict on an image, and the report is about {report.ArtifactType ?? "something that it does not name"}");
    }

    /// <summary>Signs what was decided; where nothing could be said there is nothing to sign, and the exit code says so.</summary>
    /// <exception cref="SigningRefusedException">The report does not name the digest.</exception>
    public void Write(Surroundings surroundings, ScanOutcome outcome)
    {
        var decision = outcome.Decision;
        if (decision.Verdict == ScanVerdict.CouldNotCheck)
        {
            surroundings.Error.WriteLine("precinto: nothing is attested, since nothing could be said");
            return;
        }

        var reference = FindReference(decision.Report) ?? throw new SigningRefusedException([Describe(decision.Report)]);
        var rules = outcome.Rules.Digest!;
        var summary = VerificationSummary.ForImage(
            reference,
            Digest,
            new ResourceDescriptor(digest: rules, uri: $"urn:precinto:scan-rules:{rules}"),
            decision.Verdict == ScanVerdict.Passed,
            decision.DecidedAt,
            Versions(outcome),
            [new ResourceDescriptor(name: decision.Report.Format == ScanReportFormat.Json ? "trivy.json" : "trivy.sarif", digest: decision.Report.Digest)],
            [.. decision.Checks.Select(check => new SummarizedCheck(ScanText.NameOf(check.Name), ScanText.NameOf(check.Outcome), [.. check.Codes]))]);
        NewFile.Write(Path, AttestationSigner.Sign([VerificationSummary.ImageSubject(reference, Digest)], summary, Key), Overwrite);
        surroundings.Error.WriteLine($"attested {(summary.IsPassed ? "PASSED" : "FAILED")} of {Escaping.Escape(reference)}, by key {Key.PublicKey.Identity}: {Escaping.Escape(Path)}");
    }

    public void Dispose() => Key.Dispose();

    // By the digest under which a registry knows it, or by which it was scanned; an image that no registry knows has only that of its configuration.
    private string? FindReference(ScanReport report)
    {
        var names = report.RepoDigests.Append(report.ArtifactName).OfType<string>();
        if (names.FirstOrDefault(name => name.EndsWith($"@{Digest}", StringComparison.Ordinal) && name.IndexOf('@', StringComparison.Ordinal) > 0) is { } name)
            return name[..name.IndexOf('@', StringComparison.Ordinal)];

        return report.RepoDigests.Count == 0 && report.ImageId == Digest.ToString() && !string.IsNullOrWhiteSpace(report.ArtifactName) ? report.ArtifactName : null;
    }

    private string Describe(ScanReport report) => report switch
    {
        { RepoDigests: [var first, ..] } => $"the report is about {first}, not about {Digest}",
        { ImageId: { } id } => $"the report is about the image {id}, not about {Digest}",
        _ => $"the report does not say which image it is about, so that it cannot be bound to {Digest}",
    };

    private static Dictionary<string, string> Versions(ScanOutcome outcome)
    {
        Dictionary<string, string> versions = new(ToolVersion.Component);
        if ((outcome.Run?.Version ?? outcome.Decision.Report.ScannerVersion) is { } trivy)
            versions["trivy"] = trivy;
        return versions;
    }
}
