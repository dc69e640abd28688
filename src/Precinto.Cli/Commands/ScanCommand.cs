using System.CommandLine;
using Precinto.Cli.Output;
using Precinto.Cli.Scanning;
using Precinto.Digests;
using Precinto.Scans;

namespace Precinto.Cli.Commands;

/// <summary><c>precinto scan</c>: the gate over Trivy. It decides by rules, and a report that says nothing is no pass.</summary>
internal sealed class ScanCommand
{
    private readonly Argument<string> _target = new("TARGET") { Description = "An image, a folder, an archive of an image, a bill of materials, or a report by Trivy (JSON or SARIF; - for stdin)" };
    private readonly ScanOptions _rules = new();
    private readonly Option<bool> _image = new("--image") { Description = "TARGET is the name of an image, whatever lies here under that name" };
    private readonly Option<string?> _trivy = new("--trivy") { Description = "The Trivy to run; else the one that PRECINTO_TRIVY names, else the one on PATH", HelpName = "PATH" };
    private readonly Option<string?> _digest = new("--trivy-sha256") { Description = "What Trivy must be, or it is not run", HelpName = "HEX" };
    private readonly Option<bool> _offline = new("--offline") { Description = "Stay with the vulnerability database that is there" };

    private readonly Option<int?> _timeout =
        NumberOption.Create("--timeout", $"How many minutes a scan may take ({DefaultMinutes} unless told otherwise)", "MINUTES", 1, MaximumMinutes);

    private readonly OutputOptions _output = new();
    private readonly ScanAttester _attester = new();
    private readonly Surroundings _surroundings;

    private ScanCommand(Surroundings surroundings) => _surroundings = surroundings;

    public static Command Create(Surroundings surroundings) => new ScanCommand(surroundings).Create();

    private DocumentedCommand Create()
    {
        CommonOptions.RefuseEmpty(_target);
        CommonOptions.RefuseEmpty(_trivy);
        DocumentedCommand command = new(
            "scan",
            "Decides whether what Trivy finds in an image or a folder is acceptable.",
            "precinto scan registry.example/iris:1.0.0 --rules scan-rules.json",
            "precinto scan report.json --severity CRITICAL,HIGH --ignore-unfixed --max-report-age 2",
            "precinto scan . --offline --max-database-age 3 --require-class lang-pkgs",
            "precinto scan report.json --format github --report sarif=scan.sarif",
            "precinto scan report.json --rules scan-rules.json --attest-key gate.key --image-digest sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")
        {
            _target,
        };
        _rules.AddTo(command);
        foreach (var option in new Option[] { _image, _trivy, _digest, _offline, _timeout })
            command.Options.Add(option);
        _attester.AddTo(command);
        _output.AddTo(command);
        command.SetAction(async (parsed, cancellation) => (int)await RunAsync(parsed, cancellation).ConfigureAwait(false));
        return command;
    }

    private async Task<ExitCode> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        // What can be wrong is read first: a scan takes minutes.
        var target = parsed.GetValue(_target)!;
        string[] inputs = [target, parsed.GetValue(_trivy) ?? "", .. _rules.Files(parsed), .. _attester.Files(parsed)];
        var plan = _output.Read(parsed, _surroundings, inputs);
        var rules = _rules.Read(parsed);
        foreach (var severity in rules.GraverThanFailing())
            _surroundings.Error.WriteLine($"precinto: {ScanText.NameOf(severity)} is graver than a severity that fails, and passes");
        var scanner = ReadScannerOptions(parsed);
        using var attestation = _attester.Read(parsed, rules, target, inputs, parsed.GetValue<bool>("--force"));
        var subject = ScanSubject.Of(target, parsed.GetValue(_image), _surroundings.Input);
        if (attestation is not null)
            ScanAttestation.ThrowIfNoImage(subject);
        var (report, run) = await ReadAsync(subject, target, scanner, cancellation).ConfigureAwait(false);
        if (attestation is not null)
            ScanAttestation.ThrowIfNoImage(report);
        ScanOutcome outcome = new(target, ScanGate.Decide(report, rules.Policy, run, _surroundings.Time), rules, run);
        plan.Write(
            ScanSummary.Of(outcome, subject.Kind == ScanSubjectKind.Folder),
            (text, colour) => ScanText.Write(text, outcome, colour),
            text => ScanJson.Write(text, outcome));
        attestation?.Write(_surroundings, outcome);
        return outcome.Decision.Verdict switch
        {
            ScanVerdict.Passed => ExitCode.Success,
            ScanVerdict.Failed => ExitCode.Rejected,
            _ => ExitCode.WorldFailed,
        };
    }

    private async Task<(ScanReport Report, ScannerRun? Run)> ReadAsync(
        ScanSubject subject, string target, TrivyScannerOptions scanner, CancellationToken cancellation)
    {
        if (subject.Report is { } bytes)
        {
            return scanner.IsStated
                ? throw new UsageException($"{target} is a report, and Trivy is not run; --trivy, --trivy-sha256, --offline and --timeout are for a run")
                : (ScanReport.Parse(bytes), null);
        }

        if (subject.HidesImage)
            _surroundings.Error.WriteLine($"precinto: {Escaping.Escape(target)} lies here and is scanned; --image scans the image of that name");
        return await new TrivyScanner(_surroundings, scanner).ScanAsync(subject, cancellation).ConfigureAwait(false);
    }

    private TrivyScannerOptions ReadScannerOptions(ParseResult parsed)
    {
        Digest? digest = null;
        if (parsed.GetValue(_digest) is { } hex && !Digest.TryParseHex(DigestAlgorithm.Sha256, hex.ToLowerInvariant(), out digest))
            throw new UsageException($"'{hex}' is no SHA-256; --trivy-sha256 takes 64 hexadecimal digits");
        return new(parsed.GetValue(_trivy), digest, parsed.GetValue(_offline), TimeSpan.FromMinutes(parsed.GetValue(_timeout) ?? DefaultMinutes))
        {
            IsStated = parsed.GetValue(_trivy) is not null || digest is not null || parsed.GetValue(_offline) || parsed.GetValue(_timeout) is not null,
        };
    }

    private const int DefaultMinutes = 15;
    private const int MaximumMinutes = 24 * 60;
}
