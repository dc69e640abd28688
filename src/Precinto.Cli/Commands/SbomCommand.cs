using System.CommandLine;
using System.Text.Json;
using Precinto.Cli.Bom;
using Precinto.Cli.Files;
using Precinto.Cli.Output;
using Precinto.Digests;
using Precinto.Files;
using Precinto.Scans;
using Precinto.Trust;
using Precinto.Verification;

namespace Precinto.Cli.Commands;

/// <summary><c>precinto sbom</c>: the bill of materials of a model, or of a program from its lock files.</summary>
internal sealed class SbomCommand
{
    private readonly Argument<string?> _model = new("MODEL") { Description = "A model: a file or a folder", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string[]> _packages = CommonOptions.Several("--packages", "LOCKFILE|FOLDER", "A packages.lock.json, or a folder with such files: lists a program instead of a model");
    private readonly Option<string[]> _excludePackage = CommonOptions.Several("--exclude-package", "NAME", "With --packages: a package that only takes part in building");
    private readonly Option<string[]> _component = CommonOptions.Several("--component", "NAME=VERSION[@FILE]", "With --packages: what no lock file knows, such as a runtime");
    private readonly Option<string?> _name = new("--name") { Description = "What it is called, where no trusted signature says so", HelpName = "N" };
    private readonly Option<string?> _version = new("--version") { Description = "Its version, where no trusted signature says so", HelpName = "V" };
    private readonly Option<string?> _license = new("--license") { Description = "The licence of the model, as an SPDX expression", HelpName = "SPDX" };
    private readonly Option<string> _format = new("--format") { Description = "The format: cyclonedx (1.6, JSON)", HelpName = "cyclonedx", DefaultValueFactory = _ => "cyclonedx" };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "Where it goes (stdout unless told otherwise)", HelpName = "FILE" };
    private readonly Option<bool> _force = new("--force") { Description = "Replace a file that is there already" };
    private readonly TrustOptions _trust = new(withAttestations: false);

    private SbomCommand() => _format.AcceptOnlyFromAmong("cyclonedx");

    public static Command Create(Surroundings surroundings)
    {
        SbomCommand sbom = new();
        CommonOptions.RefuseEmpty(sbom._model);
        Option[] named = [sbom._packages, sbom._component, sbom._output, sbom._name, sbom._version, sbom._license];
        foreach (var option in named)
            CommonOptions.RefuseEmpty(option);
        DocumentedCommand command = new(
            "sbom",
            "Writes a bill of materials: of a model, or of a program from its lock files.",
            "precinto sbom models/iris.onnx --license Apache-2.0 -o iris.cdx.json",
            "precinto sbom folder/ --key release.pub",
            "precinto sbom --packages src/app/packages.lock.json --name app --version 1.2.0 --component openssl=3.0.19@libcrypto.so.3")
        {
            sbom._model, sbom._packages, sbom._excludePackage, sbom._component, sbom._name, sbom._version, sbom._license, sbom._format, sbom._output, sbom._force,
        };
        sbom._trust.AddTo(command);
        command.SetAction(async (parsed, cancellation) => (int)await sbom.RunAsync(parsed, surroundings, cancellation).ConfigureAwait(false));
        return command;
    }

    private async Task<ExitCode> RunAsync(ParseResult parsed, Surroundings surroundings, CancellationToken cancellation)
    {
        var model = parsed.GetValue(_model);
        var packages = parsed.GetValue(_packages) ?? [];
        if (model is null == (packages.Length == 0))
            throw new UsageException("name either a MODEL or --packages LOCKFILE");
        if (model is not null && (parsed.GetValue(_component) is { Length: > 0 } || parsed.GetValue(_excludePackage) is { Length: > 0 }))
            throw new UsageException("--component and --exclude-package belong to --packages; the components of a model are its files");
        if (parsed.GetValue(_license) is { } license && !SpdxExpression.IsValid(license))
            throw new UsageException($"'{license}' is no SPDX licence expression such as Apache-2.0 or MIT OR Apache-2.0");

        var output = parsed.GetValue(_output);
        if (output is not null)
        {
            OutputFile.ThrowIfRead(output, [model ?? "", .. packages]);
            NewFile.ThrowIfTaken(output, parsed.GetValue(_force));

            // Policies, keys, lock files and the files of the model are none.
            if (File.Exists(output) && !BillOfMaterials.IsOne(NamedFile.Read(output, MaximumBill)))
                throw new UsageException($"{output} is no bill of materials, and only such a one is replaced");
        }

        var document = model is null
            ? OfPackages(parsed, surroundings, packages)
            : await OfModelAsync(parsed, surroundings, model, cancellation).ConfigureAwait(false);
        if (document is null)
            return ExitCode.Rejected;

        var bytes = CycloneDxWriter.Write(document);
        if (output is null)
        {
            surroundings.Output.Write(System.Text.Encoding.ASCII.GetString(bytes));
            return ExitCode.Success;
        }

        NewFile.Write(output, bytes, parsed.GetValue(_force));
        surroundings.Output.WriteLine(Escaping.Escape(output));
        return ExitCode.Success;
    }

    private async Task<BomDocument?> OfModelAsync(ParseResult parsed, Surroundings surroundings, string model, CancellationToken cancellation)
    {
        // Who says whom to trust wants a verdict; who does not gets a list that says so.
        var isVerified = _trust.IsStated(parsed, surroundings);
        var policy = isVerified ? _trust.ReadPolicy(parsed, surroundings) : TrustPolicy.IntegrityOnly;
        var expectations = _trust.ReadExpectations(parsed);
        Verifier verifier = new(policy, surroundings.Time);
        var report = await ProgressBar.RunAsync(
            surroundings, isVerified ? "verifying" : "reading", model, progress => verifier.VerifyAsync(model, expectations, progress, cancellation)).ConfigureAwait(false);
        var isRefused = isVerified ? report.Verdict is not (Verdict.Trusted or Verdict.Intact) : report.Files.Count == 0;
        if (isRefused)
        {
            ReportText.Write(surroundings.Error, report, colour: false);
            surroundings.Error.WriteLine("precinto: no bill of materials: the model was rejected");
            return null;
        }

        return ModelBom.Make(report, isVerified, parsed.GetValue(_license), parsed.GetValue(_name), parsed.GetValue(_version), StatedDate(surroundings));
    }

    private BomDocument OfPackages(ParseResult parsed, Surroundings surroundings, string[] packages)
    {
        if (_trust.IsStated(parsed) || parsed.GetValue(_license) is not null)
            throw new UsageException("whom to trust and --license belong to a MODEL");
        if (parsed.GetValue(_name) is not { } name)
            throw new UsageException("--packages needs --name: what the program is called");

        List<PackageLock> locks = [];
        foreach (var path in packages.SelectMany(LockFiles))
        {
            try
            {
                locks.Add(PackageLock.Parse(NamedFile.Read(path, MaximumLock)));
            }
            catch (JsonException exception)
            {
                throw new UsageException($"{path} is no lock file: {exception.Message}", exception);
            }
        }

        BomComponent[] added = [.. (parsed.GetValue(_component) ?? []).Select(ParseComponent)];
        try
        {
            return PackageBom.Make(name, parsed.GetValue(_version), locks, parsed.GetValue(_excludePackage) ?? [], added, StatedDate(surroundings));
        }
        catch (JsonException exception)
        {
            throw new UsageException(exception.Message, exception);
        }
    }

    // Only the source date, never the present: the same input gives the same bytes.
    private static DateTimeOffset? StatedDate(Surroundings surroundings)
    {
        var clock = SourceDate.Of(surroundings);
        return clock == surroundings.Time ? null : clock.GetUtcNow();
    }

    private static IEnumerable<string> LockFiles(string path)
    {
        if (!Directory.Exists(path))
            return [path];

        // What was built lies beside its sources, and links may lead anywhere: neither is looked into.
        EnumerationOptions options = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, MaxRecursionDepth = MaximumDepth };
        string[] found = [.. Directory.EnumerateFiles(path, "packages.lock.json", options)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules"))
            .Take(MaximumFiles + 1).Order(StringComparer.Ordinal)];
        return found.Length switch
        {
            0 => throw new UsageException($"{path} holds no packages.lock.json"),
            > MaximumFiles => throw new UsageException($"{path} holds more than {MaximumFiles} lock files"),
            _ => found,
        };
    }

    private static BomComponent ParseComponent(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var at = equals < 0 ? -1 : text.IndexOf('@', equals);
        var version = equals < 0 ? "" : at < 0 ? text[(equals + 1)..] : text[(equals + 1)..at];
        if (equals <= 0 || version.Length == 0 || at == text.Length - 1)
            throw new UsageException($"'{text}' is no component; --component takes NAME=VERSION or NAME=VERSION@FILE");

        var name = text[..equals];
        return new("library", $"component:{name}@{version}", name)
        {
            Version = version,
            PackageUrl = $"pkg:generic/{Uri.EscapeDataString(name)}@{Uri.EscapeDataString(version)}",
            Hashes = at < 0 ? [] : HashFile(text[(at + 1)..]),
        };
    }

    private static Digest[] HashFile(string path)
    {
        using var snapshot = Snapshot.Open(RealPath.Of(path));
        if (snapshot.IsFolder || snapshot.Files is not [var file])
            throw new UsageException($"{path} is no regular file");
        using var opened = file.Open();
        Digest[] digests = [ContentHashing.Compute(opened.Content, DigestAlgorithm.Sha256), ContentHashing.Compute(opened.Content, DigestAlgorithm.Sha512)];
        try
        {
            opened.ThrowIfChanged();
        }
        catch (ModelChangedException exception)
        {
            throw new IOException($"{path} changed while it was read, or holds more than its size says", exception);
        }

        return digests;
    }

    private const int MaximumLock = 16 << 20;
    private const int MaximumBill = 64 << 20;
    private const int MaximumFiles = 1000;
    private const int MaximumDepth = 32;
}
