using System.Buffers;
using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Precinto.Cli.Files;
using Precinto.Cli.Output;
using Precinto.Inspection;
using Precinto.Trust;

namespace Precinto.Cli.Commands;

/// <summary><c>precinto policy init</c>: writes a policy that trusts the owners of given keys, all of them together unless told otherwise.</summary>
internal sealed class PolicyInitCommand
{
    private readonly Option<string> _output = new("--output", "-o") { Description = "The policy to write; nothing is overwritten", HelpName = "FILE", DefaultValueFactory = _ => "policy.json" };
    private readonly Option<string[]> _key = CommonOptions.Several("--key", "PUBLIC", "A public key or OpenPGP certificate whose owner is trusted");
    private readonly Option<string[]> _models = CommonOptions.Several("--models", "PATTERN", "The names of the models that it speaks for; * stands for any characters");
    private readonly Option<int?> _threshold = NumberOption.Create("--threshold", "How many of them must sign (all unless told otherwise)", "N", 1, 1000);
    private readonly Option<string?> _minVersion = new("--min-version") { Description = "The lowest version that is accepted", HelpName = "V" };
    private readonly Option<string[]> _format = CommonOptions.Several("--allow-format", "F", "The only formats that a model file may have");
    private readonly Option<string?> _expires = new("--expires") { Description = "The day until which the policy may be used", HelpName = "DATE" };
    private readonly Option<string?> _state = new("--state") { Description = "A file that remembers the newest version accepted, seen from the policy", HelpName = "FILE" };
    private readonly Option<bool> _json = CommonOptions.Json();

    private PolicyInitCommand() => _key.Required = true;

    public static Command Create(Surroundings surroundings)
    {
        PolicyInitCommand init = new();
        DocumentedCommand command = new(
            "init",
            "Writes a policy that trusts the owners of the given keys, all of them together unless told otherwise.",
            "precinto policy init --key release.pub",
            "precinto policy init --key trust/ana.pub --key trust/ben.asc --threshold 1 --models 'iris*' --state /var/lib/precinto/state.json -o trust/policy.json");
        foreach (var option in new Option[] { init._output, init._key, init._models, init._threshold, init._minVersion, init._format, init._expires, init._state, init._json })
        {
            CommonOptions.RefuseEmpty(option);
            command.Options.Add(option);
        }

        command.SetAction(parsed => (int)init.Run(parsed, surroundings));
        return command;
    }

    private ExitCode Run(ParseResult parsed, Surroundings surroundings)
    {
        var path = parsed.GetValue(_output)!;
        var signers = parsed.GetValue(_key)!.SelectMany(key => PolicyDocument.LoadSigners(key).Select(signer => (File: key, Signer: signer)))
            .DistinctBy(signer => (signer.Signer.Kind, signer.Signer.Identity)).ToArray();
        var threshold = parsed.GetValue(_threshold) ?? signers.Length;
        if (threshold > signers.Length)
            throw new UsageException($"--threshold is {threshold}; it goes from 1 to the number of different signers, {signers.Length}");

        if (Path.Exists(path))
            throw new UsageException($"{path} exists already; a policy is never overwritten");
        OutputFile.Create(path, Write(parsed, path, signers, threshold));
        var policy = ReadBack(path);
        if (parsed.GetValue(_json))
            WriteJson(surroundings.Output, path, policy);
        else
            surroundings.Output.WriteLine(Escaping.Escape(path));
        surroundings.Error.WriteLine($"trusts {threshold} of {signers.Length}: {string.Join(", ", policy.Signers.Select(signer => Escaping.Escape(signer.ToString())))}");
        surroundings.Error.WriteLine("what else it could say: docs/spec/policy-v1.md; what it means: precinto policy check");
        return ExitCode.Success;
    }

    // What was asked for may contradict itself in a way that only the whole shows; nothing is left then.
    private static TrustPolicy ReadBack(string path)
    {
        try
        {
            return PolicyDocument.Load(path);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    private byte[] Write(ParseResult parsed, string path, (string File, TrustedSigner Signer)[] signers, int threshold)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteString("schema", PolicyMembers.Schema);
            if (parsed.GetValue(_expires) is { } expires)
                writer.WriteString("expires", PolicyTime.Write(SignCommand.ParseExpiry(expires)));
            if (parsed.GetValue(_models) is { Length: > 0 } models)
                writer.WriteWords("models", models.Select(model => NamePattern.TryParse(model, out _) ? model : throw new UsageException("a pattern has 1 to 256 characters")));
            writer.WriteStartArray("signers");
            foreach (var (file, signer) in signers)
            {
                writer.WriteStartObject();
                writer.WriteString("kind", signer.Kind);
                writer.WriteString("file", Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'));
                if (signer is TrustedOpenPgpKey)
                    writer.WriteString("fingerprint", signer.Identity);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteNumber("threshold", threshold);
            if (parsed.GetValue(_minVersion) is { } minimum)
                writer.WriteString("minimumVersion", ModelVersion.TryParse(minimum, out _) ? minimum : throw new UsageException($"'{minimum}' is no version that can be compared; --min-version takes one such as 1.4.0"));
            if (parsed.GetValue(_format) is { Length: > 0 } formats)
                writer.WriteWords("formats", formats.Select(format => Inspector.FormatNames.Contains(format) ? format
                    : throw new UsageException($"'{format}' is no known format; --allow-format takes one of {string.Join(", ", Inspector.FormatNames)}")));
            if (parsed.GetValue(_state) is { } state)
                writer.WriteString("state", state);
            writer.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    private static void WriteJson(TextWriter output, string path, TrustPolicy policy) => JsonText.Write(output, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("schema", "precinto.policy-init/v1");
        writer.WriteData("written", path);
        writer.WriteString("digest", policy.Digest.ToString());
        writer.WriteNumber("threshold", policy.Threshold);
        writer.WriteStrings("signers", policy.Signers.Select(signer => signer.ToString()));
        writer.WriteEndObject();
    });
}
