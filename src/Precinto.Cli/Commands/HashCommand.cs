using System.CommandLine;
using Precinto.Cli.Files;
using Precinto.Cli.Output;
using Precinto.Digests;
using Precinto.Manifests;

namespace Precinto.Cli.Commands;

/// <summary><c>precinto hash</c>: digests as <c>sha256sum</c> prints and reads them.</summary>
internal static class HashCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var model = CommonOptions.Model();
        var algorithm = CommonOptions.Algorithm("--algorithm", "The hash", [.. DigestAlgorithm.All]);
        Option<string?> check = new("--check") { Description = "Compare with a list of checksums instead of printing one", HelpName = "FILE" };
        var json = CommonOptions.Json();
        DocumentedCommand command = new(
            "hash",
            "Prints the digest of every file of a model, as sha256sum does, and the model's root digest.",
            "precinto hash model.onnx",
            "precinto hash folder/ > SHA256SUMS && (cd folder && sha256sum -c ../SHA256SUMS)",
            "precinto hash folder/ --check SHA256SUMS")
        {
            model, algorithm, check, json,
        };
        command.SetAction(async (parsed, cancellation) => (int)await RunAsync(
            surroundings, parsed.GetValue(model)!, parsed.GetValue(algorithm)!, parsed.GetValue(check), parsed.GetValue(json), cancellation).ConfigureAwait(false));
        return command;
    }

    private static async Task<ExitCode> RunAsync(
        Surroundings surroundings, string model, DigestAlgorithm algorithm, string? check, bool json, CancellationToken cancellation)
    {
        // Read first: a list that is none should not cost the time of hashing a large model.
        var stated = check is null ? null : ChecksumList.Read(check, model, algorithm);
        var hashes = await ProgressBar.RunAsync(
            surroundings, "hashing", model, progress => ModelHashes.ComputeAsync(model, algorithm, progress, cancellation)).ConfigureAwait(false);
        var manifest = hashes.Manifest;
        if (manifest.Resources.Count == 0)
        {
            surroundings.Error.WriteLine($"precinto: {Escaping.Escape(model)} holds no file");
            return ExitCode.Rejected;
        }

        var isFolder = Directory.Exists(model);
        var comparisons = stated?.Compare(manifest);
        if (json)
            WriteJson(surroundings.Output, model, algorithm, manifest, comparisons);
        else if (comparisons is not null)
            WriteComparisons(surroundings, comparisons, stated!.CountUnlisted(manifest));
        else
            WriteLines(surroundings, isFolder ? null : model, manifest);

        return comparisons is null || comparisons.All(comparison => comparison.Outcome == ChecksumOutcome.Agrees) ? ExitCode.Success : ExitCode.Rejected;
    }

    private static void WriteLines(Surroundings surroundings, string? singlePath, Manifest manifest)
    {
        foreach (var resource in manifest.Resources)
        {
            // What goes into a file or a pipe must be what sha256sum -c finds again; on a terminal it must do nothing.
            var line = Checksums.FormatLine(resource.Digest, singlePath ?? resource.Path);
            surroundings.Output.WriteLine(surroundings.OutputIsTerminal ? Escaping.Escape(line) : line);
        }

        surroundings.Error.WriteLine($"root digest {manifest.RootDigest}");
    }

    private static void WriteComparisons(Surroundings surroundings, IReadOnlyList<ChecksumComparison> comparisons, int unlisted)
    {
        foreach (var comparison in comparisons)
            surroundings.Output.WriteLine($"{Escaping.Escape(comparison.Path)}: {TextOf(comparison.Outcome)}");
        var bad = comparisons.Count(comparison => comparison.Outcome != ChecksumOutcome.Agrees);
        if (bad > 0)
            surroundings.Error.WriteLine($"precinto: {bad} of {comparisons.Count} checksums did not match");
        if (unlisted > 0)
            surroundings.Error.WriteLine(unlisted == 1
                ? "precinto: 1 file of the model is not in the list"
                : $"precinto: {unlisted} files of the model are not in the list");
    }

    private static void WriteJson(TextWriter output, string model, DigestAlgorithm algorithm, Manifest manifest, IReadOnlyList<ChecksumComparison>? comparisons) =>
        JsonText.Write(output, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("schema", "precinto.hash/v1");
            writer.WriteStartObject("model");
            writer.WriteData("path", model);
            writer.WriteString("rootDigest", manifest.RootDigest.ToString());
            writer.WriteEndObject();
            writer.WriteString("algorithm", algorithm.Name);
            writer.WriteStartArray("files");
            foreach (var resource in manifest.Resources)
            {
                writer.WriteStartObject();
                writer.WriteData("path", resource.Path);
                writer.WriteString("digest", resource.Digest.ToString());
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            if (comparisons is not null)
            {
                writer.WriteStartArray("comparisons");
                foreach (var comparison in comparisons)
                {
                    writer.WriteStartObject();
                    writer.WriteData("path", comparison.Path);
                    writer.WriteString("outcome", comparison.Outcome switch
                    {
                        ChecksumOutcome.Agrees => "agrees",
                        ChecksumOutcome.Missing => "missing",
                        _ => "differs",
                    });
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        });

    private static string TextOf(ChecksumOutcome outcome) => outcome switch
    {
        ChecksumOutcome.Agrees => "OK",
        ChecksumOutcome.Missing => "FAILED (missing)",
        _ => "FAILED",
    };
}
