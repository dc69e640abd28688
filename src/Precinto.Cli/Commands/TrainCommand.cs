using System.CommandLine;
using System.Globalization;
#if MLNET
using System.Text;
using Precinto.Attestations;
using Precinto.Cli.Output;
using Precinto.Digests;
using Precinto.Files;
using Precinto.Inspection;
using Precinto.Manifests;
using Precinto.MLNet;
using Precinto.Signatures.Bundles;
#endif

namespace Precinto.Cli.Commands;

/// <summary><c>precinto train</c>: a model from a table, with its record and its hash.</summary>
internal static class TrainCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Argument<string> data = new("DATA.csv") { Description = "A table whose first line names the columns" };
        Option<string> label = new("--label") { Description = "The column that holds the class", HelpName = "COLUMN", Required = true };
        Option<string> algorithm = new("--algorithm") { Description = "How to learn", DefaultValueFactory = _ => "forest" };
        algorithm.AcceptOnlyFromAmong("forest", "linear");
        Option<int> seed = new("--seed")
        {
            Description = "What chance is drawn from: same data and seed, same bytes",
            HelpName = "N",
            CustomParser = result =>
            {
                if (int.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                    return number;

                result.AddError($"'{result.Tokens[0].Value}' is no whole number of 32 bits, which --seed takes.");
                return 0;
            },
        };
        Option<string?> name = new("--name") { Description = "The name of the model", HelpName = "N" };
        Option<string?> version = new("--version") { Description = "The version of the model", HelpName = "V" };
        Option<string> output = new("--output", "-o") { Description = "The folder to write to", HelpName = "FOLDER", Required = true };
        Option<string?> attestKey = new("--attest-key") { Description = "A private key in PEM: attests how the model was made (SLSA provenance)", HelpName = "PEM" };
        var passwordFile = CommonOptions.PasswordFile();
        Option<string?> builderId = new("--builder-id") { Description = "Who trains, as the attestation states it", HelpName = "URI" };
        CommonOptions.RefuseEmpty(attestKey);
        CommonOptions.RefuseEmpty(passwordFile);
        Option<bool> force = new("--force") { Description = "Replace a model that is there already" };
        DocumentedCommand command = new(
            "train",
#if MLNET
            "Trains a classifier and writes it with its record and its hash.",
#else
            "Trains a classifier and writes it with its record and its hash (not in this build, which has no ML.NET).",
#endif
            "precinto train iris.csv --label species -o iris/",
            "precinto train iris.csv --label species -o iris/ --attest-key trainer.key --builder-id https://ci.example.org/trainer",
            "SOURCE_DATE_EPOCH=1767225600 precinto train iris.csv --label species --algorithm linear --seed 7 -o iris/")
        {
            data, label, algorithm, seed, name, version, output, attestKey, passwordFile, builderId, force,
        };
#if MLNET
        command.SetAction((parsed, cancellation) => Task.FromResult((int)Run(
            surroundings, parsed.GetValue(data)!, parsed.GetValue(label)!, parsed.GetValue(algorithm) == "linear" ? TrainingAlgorithm.Linear : TrainingAlgorithm.Forest,
            parsed.GetValue(seed), parsed.GetValue(name), parsed.GetValue(version), parsed.GetValue(output)!,
            TrainingAttester.Of(parsed.GetValue(attestKey), parsed.GetValue(passwordFile), parsed.GetValue(builderId)), parsed.GetValue(force), cancellation)));
#else
        command.SetAction((ParseResult _, CancellationToken _) => Task.FromException<int>(new UsageException("this build has no ML.NET and cannot train; the .NET tool Precinto.Tool can")));
#endif
        return command;
    }

#if MLNET
    private static ExitCode Run(
        Surroundings surroundings, string path, string label, TrainingAlgorithm algorithm, int seed, string? name, string? version,
        string folder, TrainingAttester? attester, bool force, CancellationToken cancellation)
    {
        using var attests = attester;
        if (folder.Length == 0 || File.Exists(folder))
            throw new UsageException(folder.Length == 0 ? "-o is empty; it takes the folder to write to" : $"{folder} is a file; -o takes a folder");

        var modelPath = Path.Combine(folder, ModelFileName);
        var recordPath = Path.Combine(folder, ModelRecord.FileName);
        var hashPath = Path.Combine(folder, ModelLayout.HashFileName);
        var attestationPath = Path.Combine(folder, "model" + AttestationFiles.ProvenanceEnding);
        string[] targets = attester is null ? [modelPath, recordPath, hashPath] : [modelPath, recordPath, hashPath, attestationPath];
        foreach (var target in targets)
            NewFile.ThrowIfTaken(target, force);

        var time = SourceDate.Of(surroundings);
        var createdAt = time.GetUtcNow();
        using MemoryStream stream = new(Cli.Files.NamedFile.Read(path, TrainingData.MaximumBytes));
        var data = TrainingData.ReadCsv(stream, label, Path.GetFileName(path));
        var model = ModelTrainer.Train(data, new() { Algorithm = algorithm, Seed = seed, CreatedAt = createdAt }, cancellation);

        // The record says what a verifier will read out of the same bytes.
        var inspection = Inspector.Inspect(ModelContent.FromBytes(model.Onnx), ModelFileName, cancellation);
        var digest = Hashing.Compute(model.Onnx, DigestAlgorithm.Sha256);
        var facts = inspection.Facts;
        ModelRecord record = new()
        {
            CreatedAt = model.CreatedAt,
            ModelType = facts.Type ?? model.ModelType,
            InputShape = [model.RowCount, model.FeatureCount],
            FileSizeBytes = model.Onnx.Length,
            Name = name,
            Version = version,
            Format = inspection.Format,
            Framework = facts.Framework,
            FrameworkVersion = facts.FrameworkVersion,
            ParameterCount = facts.ParameterCount,
            Digest = digest.ToString(),
            TrainingDataDigest = $"sha256:{model.DataDigest}",
            Training = new()
            {
                Algorithm = algorithm == TrainingAlgorithm.Linear ? "linear" : "forest",
                Label = label,
                Seed = seed,
                DataName = Path.GetFileName(path),
                ToolVersion = ToolVersion.Text,
            },
            Inputs = facts.Inputs,
            Outputs = facts.Outputs,
        };
        var attestation = attester?.Attest(ModelFileName, digest, record, createdAt, time.GetUtcNow());
        cancellation.ThrowIfCancellationRequested();
        Directory.CreateDirectory(folder);
        NewFile.Write(modelPath, model.Onnx, force);
        NewFile.Write(recordPath, record.ToJson(), force);
        NewFile.Write(hashPath, Encoding.ASCII.GetBytes(digest.Hex), force);
        if (attestation is not null)
            NewFile.Write(attestationPath, attestation, force);
        foreach (var written in targets)
            surroundings.Output.WriteLine(Escaping.Escape(written));
        surroundings.Error.WriteLine(
            $"{model.Algorithm} on {model.RowCount} rows of {model.FeatureCount} features, {model.Classes.Count} classes; accuracy {model.Accuracy:P1} ({Describe(model.AccuracyBasis)})");
        return ExitCode.Success;
    }

    private static string Describe(AccuracyBasis basis) => basis == AccuracyBasis.HeldOutRows
        ? "on rows held out while learning"
        : "on the rows it learned from, which says nothing of others";

    private const string ModelFileName = "model.onnx";
#endif
}
