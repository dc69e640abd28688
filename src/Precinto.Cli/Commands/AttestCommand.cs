using System.CommandLine;
using Precinto.Attestations;
using Precinto.Cli.Files;
using Precinto.Cli.Output;
using Precinto.Digests;
using Precinto.Files;
using Precinto.Signatures.Bundles;
using Precinto.Signatures.Keys;
using Precinto.Trust;
using Precinto.Verification;
using VerificationSummary = Precinto.Attestations.VerificationSummary;

namespace Precinto.Cli.Commands;

/// <summary><c>precinto attest</c>: a signed statement about a model: how it was made, or what a verification of it said.</summary>
internal sealed class AttestCommand
{
    private readonly Argument<string> _model = CommonOptions.Model();
    private readonly Option<string> _type = new("--type") { Description = "What is attested: how it was made (provenance), or the verdict (vsa)", HelpName = "provenance|vsa", Required = true };
    private readonly Option<string> _attestKey = new("--attest-key") { Description = "The private key of the attester in PEM", HelpName = "PEM", Required = true };
    private readonly Option<string?> _passwordFile = CommonOptions.PasswordFile();
    private readonly Option<string?> _output = new("--output", "-o") { Description = "Where the attestation goes (beside or into the model unless told otherwise)", HelpName = "FILE" };
    private readonly Option<bool> _force = new("--force") { Description = "Replace an attestation that is there already" };
    private readonly Option<string[]> _data = new("--data") { Description = "provenance: a file that the model was made from (several times)", HelpName = "FILE", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> _builderId = new("--builder-id") { Description = "provenance: who made the model", HelpName = "URI" };
    private readonly Option<string?> _verifierId = new("--verifier-id") { Description = "vsa: who verified it", HelpName = "URI" };
    private readonly Option<string?> _resourceUri = new("--resource-uri") { Description = "vsa: what was verified", HelpName = "URI" };
    private readonly Option<string?> _policyUri = new("--policy-uri") { Description = "vsa: where the policy is found", HelpName = "URI" };
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly TrustOptions _trust = new(withAttestations: false);

    private AttestCommand() => _type.AcceptOnlyFromAmong(ProvenanceType, SummaryType);

    public static Command Create(Surroundings surroundings)
    {
        AttestCommand attest = new();
        Option[] named = [attest._attestKey, attest._passwordFile, attest._output, attest._data];
        foreach (var option in named)
            CommonOptions.RefuseEmpty(option);
        DocumentedCommand command = new(
            "attest",
            "Signs a statement about a model: how it was made, or the verdict of a verification.",
            "precinto attest models/iris.onnx --type provenance --attest-key trainer.key --data iris.csv",
            "precinto attest folder/ --type vsa --attest-key gate.key --policy policy.json",
            "precinto attest folder/ --type vsa --attest-key gate.key --key release.pub --verifier-id https://ci.example.org/gate -o iris.vsa.sigstore.json")
        {
            attest._model, attest._type, attest._attestKey, attest._passwordFile, attest._output, attest._force, attest._data, attest._builderId,
            attest._verifierId, attest._resourceUri, attest._policyUri, attest._json,
        };
        attest._trust.AddTo(command);
        command.SetAction(async (parsed, cancellation) => (int)await attest.RunAsync(parsed, surroundings, cancellation).ConfigureAwait(false));
        return command;
    }

    private async Task<ExitCode> RunAsync(ParseResult parsed, Surroundings surroundings, CancellationToken cancellation)
    {
        var isSummary = parsed.GetValue(_type) == SummaryType;
        RefuseOthersOptions(parsed, isSummary);
        var model = parsed.GetValue(_model)!;
        var path = parsed.GetValue(_output) ?? DefaultPath(model, isSummary);
        RefuseOutput(model, path, parsed.GetValue(_force));
        using var key = NamedFile.ReadSigningKey(parsed.GetValue(_attestKey)!, NamedFile.ReadPassword(parsed.GetValue(_passwordFile)));

        var attested = isSummary
            ? await VerifyAsync(parsed, surroundings, model, path, cancellation).ConfigureAwait(false)
            : await ReadProvenanceAsync(parsed, surroundings, model, cancellation).ConfigureAwait(false);
        if (attested is not { } statement)
            return ExitCode.Rejected;

        var (subjects, predicate, policy) = statement;

        NewFile.Write(path, AttestationSigner.Sign(subjects, predicate, key), parsed.GetValue(_force));
        if (parsed.GetValue(_json))
            WriteJson(surroundings.Output, model, path, subjects.Count, predicate, key.PublicKey);
        else
            WriteText(surroundings, path, subjects.Count, predicate, key.PublicKey);
        if (policy is not null && !policy.AllSigners.OfType<TrustedKey>().Any(signer => signer.Key.Equals(key.PublicKey)) && parsed.GetValue(_output) is null && Directory.Exists(model))
            surroundings.Error.WriteLine("precinto: the policy of whoever verifies must name this key, or --attester-key where there is no policy; for all others the file is an extra one, so keep it elsewhere with -o if there are such");
        return predicate is VerificationSummary { IsPassed: false } ? ExitCode.Rejected : ExitCode.Success;
    }

    private async Task<Statement?> ReadProvenanceAsync(
        ParseResult parsed, Surroundings surroundings, string model, CancellationToken cancellation)
    {
        var builder = parsed.GetValue(_builderId) is { } uri ? AttestationOptions.ParseUri(uri, _builderId.Name) : null;
        List<ResourceDescriptor> data = [];
        foreach (var file in parsed.GetValue(_data) ?? [])
        {
            var hashes = await Manifests.ModelHashes.ComputeAsync(RealPath.Of(file), DigestAlgorithm.Sha256, cancellation: cancellation).ConfigureAwait(false);
            if (Directory.Exists(file))
                throw new UsageException($"{file} is a folder; --data takes files");
            data.Add(new(Path.GetFileName(file), hashes.Manifest.Resources[0].Digest));
        }

        var now = surroundings.Time.GetUtcNow();
        var (subjects, provenance) = await ProgressBar.RunAsync(surroundings, "attesting", model,
            progress => Task.Run(() => RecordedProvenance.Read(model, data, builder, now, progress, cancellation), cancellation)).ConfigureAwait(false);
        return new(subjects, provenance, null);
    }

    private async Task<Statement?> VerifyAsync(
        ParseResult parsed, Surroundings surroundings, string model, string path, CancellationToken cancellation)
    {
        var verifierId = parsed.GetValue(_verifierId) is { } verifier ? AttestationOptions.ParseUri(verifier, _verifierId.Name) : VerificationSummary.ModelVerifier;
        var resource = parsed.GetValue(_resourceUri) is { } uri ? AttestationOptions.ParseUri(uri, _resourceUri.Name) : null;
        var policyUri = parsed.GetValue(_policyUri) is { } address ? AttestationOptions.ParseUri(address, _policyUri.Name) : null;
        var policy = _trust.ReadPolicy(parsed, surroundings);
        if (policy.IsIntegrityOnly)
            throw new UsageException("--integrity-only trusts nobody; a vsa passes on a verdict that somebody is trusted for");

        // A gate that looks every night replaces what it said the night before; its own old word must not count as an extra file.
        var expectations = _trust.ReadExpectations(parsed, parsed.GetValue(_force) ? path : null);
        Verifier verifies = new(policy, surroundings.Time);
        var report = await ProgressBar.RunAsync(
            surroundings, "verifying", model, progress => verifies.VerifyAsync(model, expectations, progress, cancellation)).ConfigureAwait(false);
        if (report.Verdict != Verdict.Trusted)
            ReportText.Write(surroundings.Error, report, colour: false);
        if (report.Files.Count == 0)
        {
            surroundings.Error.WriteLine("precinto: not attested: no file of the model could be read");
            return null;
        }

        return new([.. report.Files.Select(file => new ResourceDescriptor(file.Path, file.Digest))], report.Summarize(verifierId, resource, policyUri), policy);
    }

    // An option that says nothing here would be taken for said.
    private void RefuseOthersOptions(ParseResult parsed, bool isSummary)
    {
        Option?[] stated = isSummary
            ? [parsed.GetValue(_data) is { Length: > 0 } ? _data : null, parsed.GetValue(_builderId) is null ? null : _builderId]
            : [
                parsed.GetValue(_verifierId) is null ? null : _verifierId,
                parsed.GetValue(_resourceUri) is null ? null : _resourceUri,
                parsed.GetValue(_policyUri) is null ? null : _policyUri,
            ];
        if (stated.OfType<Option>().FirstOrDefault() is { } stranger)
            throw new UsageException($"{stranger.Name} belongs to --type {(isSummary ? ProvenanceType : SummaryType)}");
        if (!isSummary && _trust.IsStated(parsed))
            throw new UsageException("whom to trust belongs to --type vsa; a provenance says how the model was made, and the attester answers for it");
    }

    private static string DefaultPath(string model, bool isSummary)
    {
        var ending = isSummary ? AttestationFiles.SummaryEnding : AttestationFiles.ProvenanceEnding;
        return Directory.Exists(model) ? Path.Combine(model, "model" + ending) : model + ending;
    }

    // What is replaced must be an attestation, and what is added to a model must be found as one.
    private static void RefuseOutput(string model, string path, bool force)
    {
        if (Directory.Exists(path))
            throw new UsageException($"{path} is a folder; -o takes a file");
        NewFile.ThrowIfTaken(path, force);
        if (File.Exists(path) && !AttestationFiles.IsAttestation(NamedFile.Read(path, AttestationFiles.MaximumSize)))
            throw new UsageException($"{path} is no attestation, and only such a one is replaced");
        if (!path.EndsWith(AttestationFiles.Ending, StringComparison.Ordinal) && Directory.Exists(model)
            && RealPath.IsInside(RealPath.Of(Path.GetDirectoryName(Path.GetFullPath(path))!) + Path.DirectorySeparatorChar, RealPath.Of(model)))
            throw new UsageException($"in the model's folder, the name of an attestation ends in {AttestationFiles.Ending}; any other file would be an extra one");
    }

    private static void WriteText(Surroundings surroundings, string path, int subjects, AttestationPredicate predicate, PublicKey key)
    {
        surroundings.Output.WriteLine(Escaping.Escape(path));
        var files = subjects == 1 ? "1 file" : $"{subjects} files";
        var verdict = predicate is VerificationSummary summary ? summary.IsPassed ? ", PASSED," : ", FAILED," : "";
        surroundings.Error.WriteLine($"attested {predicate.Kind}{verdict} of {files}, by key {key.Identity}");
    }

    private static void WriteJson(TextWriter output, string model, string path, int subjects, AttestationPredicate predicate, PublicKey key) => JsonText.Write(output, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("schema", "precinto.attesting/v1");
        writer.WriteData("model", model);
        writer.WriteString("type", predicate.Kind);
        writer.WriteString("predicateType", predicate.PredicateType);
        writer.WriteNumber("subjects", subjects);
        writer.WriteString("result", predicate is VerificationSummary summary ? summary.IsPassed ? "passed" : "failed" : null);
        writer.WriteString("attester", $"key {key.Identity}");
        writer.WriteData("written", path);
        writer.WriteEndObject();
    });

    private sealed record Statement(IReadOnlyList<ResourceDescriptor> Subjects, AttestationPredicate Predicate, TrustPolicy? Policy);

    private const string ProvenanceType = "provenance";
    private const string SummaryType = "vsa";
}
