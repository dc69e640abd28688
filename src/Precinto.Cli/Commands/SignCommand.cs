using System.CommandLine;
using System.Globalization;
using Precinto.Cli.Files;
using Precinto.Cli.Output;
using Precinto.Inspection;
using Precinto.Manifests;
using Precinto.Signatures;
using Precinto.Signatures.OpenPgp;

namespace Precinto.Cli.Commands;

/// <summary><c>precinto sign</c>: an OMS bundle, a detached OpenPGP signature, or both.</summary>
internal sealed class SignCommand
{
    private readonly Argument<string> _model = CommonOptions.Model();
    private readonly SigningKeyOptions _key = new();
    private readonly Option<string?> _openPgp = new("--openpgp") { Description = "An exported OpenPGP secret key: makes a detached signature", HelpName = "SECRETKEY" };
    private readonly Option<bool> _armor = new("--armor") { Description = "Write the OpenPGP signature as text (.asc) instead of binary (.sig)" };
    private readonly Option<string?> _passwordFile = CommonOptions.PasswordFile();
    private readonly Option<string?> _name = new("--name") { Description = "The name to sign the model under", HelpName = "N" };
    private readonly Option<string?> _version = new("--version") { Description = "The version to sign it as", HelpName = "V" };
    private readonly Option<string?> _expires = new("--expires")
    {
        Description = "The last day (UTC) or time at which the model may be used",
        HelpName = "DATE",
    };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "Where the signature goes (beside or into the model unless told otherwise)", HelpName = "FILE" };
    private readonly Option<string[]> _ignore = new("--ignore")
    {
        Description = "A path in the model that is not signed and so not protected (several times)",
        HelpName = "PATH",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly SerializationOptions _serialization = new();
    private readonly Option<bool> _add = new("--add") { Description = "Add a signature to the bundle that is there" };
    private readonly Option<string?> _since = new("--since") { Description = "An earlier bundle of the same key, whose digests are taken over", HelpName = "OLD.sig" };
    private readonly Option<string[]> _changed = new("--changed")
    {
        Description = "With --since: a path in the model that changed and is read again (several times)",
        HelpName = "PATH",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<bool> _signatureOnly = new("--signature-only") { Description = "Write neither record nor hash" };
    private readonly Option<bool> _force = new("--force") { Description = "Replace a signature, record and hash that are there already" };
    private readonly Option<string?> _despite = new("--dangerously-sign-despite")
    {
        Description = "Sign a model that holds something dangerous; the reason goes into the record",
        HelpName = "REASON",
    };
    private readonly Option<bool> _json = CommonOptions.Json();

    private SignCommand()
    {
    }

    public static Command Create(Surroundings surroundings)
    {
        SignCommand sign = new();
        Option[] named = [.. sign._key.All, sign._openPgp, sign._passwordFile, sign._output, sign._ignore, sign._since, sign._changed];
        foreach (var option in named)
            CommonOptions.RefuseEmpty(option);
        DocumentedCommand command = new(
            "sign",
            "Signs a model, and writes its record and hash where they are not there yet.",
            "precinto sign models/iris.onnx --key release.key",
            "precinto sign folder/ --key release.key --name iris --version 1.2.0 --expires 2027-01-31",
            "precinto sign models/iris.onnx --key release.key --certificate release.pem --chain intermediate.pem",
            "precinto sign models/iris.onnx --pkcs11 'pkcs11:token=release;object=model-signing' --module /usr/lib/softhsm/libsofthsm2.so --password-file pin.txt",
            "precinto sign models/iris.onnx --openpgp secret.asc --armor --password-file password.txt")
        {
            sign._model,
        };
        Option[] all =
        [
            .. sign._key.All, sign._openPgp, sign._armor, sign._passwordFile, sign._name, sign._version, sign._expires,
            sign._output, sign._ignore, .. sign._serialization.All, sign._add, sign._since, sign._changed, sign._signatureOnly, sign._force, sign._despite, sign._json,
        ];
        foreach (var option in all)
            command.Options.Add(option);
        command.SetAction(async (parsed, cancellation) => (int)await sign.RunAsync(parsed, surroundings, cancellation).ConfigureAwait(false));
        return command;
    }

    /// <summary>The end of a day in UTC, or a time; a time without an offset is taken as UTC.</summary>
    /// <exception cref="UsageException">It is neither.</exception>
    internal static DateTimeOffset ParseExpiry(string text)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return new(day.ToDateTime(new TimeOnly(23, 59, 59), DateTimeKind.Utc));
        if (DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
            return time;
        throw new UsageException($"'{text}' is no date; --expires takes 2027-01-31 or 2027-01-31T12:00:00Z");
    }

    private async Task<ExitCode> RunAsync(ParseResult parsed, Surroundings surroundings, CancellationToken cancellation)
    {
        var model = parsed.GetValue(_model)!;
        var openPgpPath = parsed.GetValue(_openPgp);
        if (!_key.IsStated(parsed) && openPgpPath is null)
            throw new UsageException("say who signs: --key PEM, --pkcs11 URI or --openpgp SECRETKEY; precinto keygen makes a key");
        if (parsed.GetValue(_armor) && openPgpPath is null)
            throw new UsageException("--armor belongs to --openpgp");
        if (parsed.GetValue(_despite) is { } reason && !StatedReason.IsOne(reason))
            throw new UsageException("--dangerously-sign-despite needs a reason, in words");

        if (parsed.GetValue(_changed) is { Length: > 0 } && parsed.GetValue(_since) is null)
            throw new UsageException("--changed belongs to --since");
        if (parsed.GetValue(_add))
            RefuseBesideAdd(parsed);

        var time = SourceDate.Of(surroundings);
        var expires = parsed.GetValue(_expires) is { } date ? ParseExpiry(date) : (DateTimeOffset?)null;
        if (expires <= time.GetUtcNow())
            throw new UsageException("--expires lies in the past; nobody could use the model");

        if (parsed.GetValue(_output) is { } output)
            OutputFile.ThrowIfRead(output, [openPgpPath ?? "", parsed.GetValue(_passwordFile) ?? "", .. _key.Files(parsed)]);
        var password = NamedFile.ReadPassword(parsed.GetValue(_passwordFile));
        var shardSize = _serialization.ShardSize(parsed);
        var certificates = _key.ReadCertificates(parsed);
        using var key = _key.Open(parsed, password);
        using var openPgpKey = openPgpPath is null ? null : ReadOpenPgpKey(openPgpPath, password, time);
        SigningOptions options = new()
        {
            Key = key?.Key,
            Certificates = certificates,
            BeyondSpecification = _key.AllowsBeyondSpecification(parsed),
            OpenPgpKey = openPgpKey,
            Armor = parsed.GetValue(_armor),
            Name = parsed.GetValue(_name),
            Version = parsed.GetValue(_version),
            ExpiresAt = expires,
            OutputPath = parsed.GetValue(_output),
            IgnoredPaths = parsed.GetValue(_ignore) ?? [],
            HashAlgorithm = _serialization.Algorithm(parsed),
            ShardSize = shardSize,
            Since = parsed.GetValue(_since),
            Changed = parsed.GetValue(_changed) ?? [],
            SignatureOnly = parsed.GetValue(_signatureOnly),
            Overwrite = parsed.GetValue(_force),
            DangerouslySignDespite = parsed.GetValue(_despite),
            Time = time,
        };
        var result = await ProgressBar.RunAsync(
            surroundings, "signing", model, progress => parsed.GetValue(_add)
                ? ModelSigner.AddSignatureAsync(model, options, progress, cancellation)
                : ModelSigner.SignAsync(model, options, progress, cancellation)).ConfigureAwait(false);
        if (parsed.GetValue(_json))
            WriteJson(surroundings.Output, model, result);
        else
            WriteText(surroundings, model, result);
        return ExitCode.Success;
    }

    // The statement is there already; what would be said otherwise would not be in it.
    private void RefuseBesideAdd(ParseResult parsed)
    {
        Option[] others =
        [
            _openPgp, _armor, _name, _version, _expires, _ignore, .. _serialization.All, _since, _changed, _signatureOnly, _force, .. _key.CertificateOptions,
        ];
        if (others.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } other)
            throw new UsageException($"--add signs the statement that is there, as it is; {other.Name} has no place beside it");
    }

    private static OpenPgpSigningKey ReadOpenPgpKey(string path, string? password, TimeProvider time)
    {
        try
        {
            return OpenPgpSigningKey.Parse(NamedFile.Read(path, NamedFile.MaximumKey), password, time.GetUtcNow());
        }
        catch (MalformedSignatureException exception)
        {
            throw new UsageException($"{path}: {exception.Message}", exception);
        }
        catch (OpenPgpKeyException exception)
        {
            var hint = exception.Problem == OpenPgpKeyProblem.PasswordNeeded ? " Name the file that holds it with --password-file." : "";
            throw new UsageException($"{path}: {exception.Message}{hint}", exception);
        }
    }

    private static void WriteText(Surroundings surroundings, string model, SigningResult result)
    {
        foreach (var file in result.WrittenFiles)
            surroundings.Output.WriteLine(Escaping.Escape(Path.IsPathRooted(model) ? file : Path.GetRelativePath(Environment.CurrentDirectory, file)));
        var files = result.FileCount == 1 ? "1 file" : $"{result.FileCount} files";
        foreach (var signer in result.Signers)
            surroundings.Error.WriteLine($"signed {files}, {result.Digest}, by {Escaping.Escape(signer)}");
    }

    private static void WriteJson(TextWriter output, string model, SigningResult result) => JsonText.Write(output, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("schema", "precinto.signing/v1");
        writer.WriteStartObject("model");
        writer.WriteData("path", model);
        writer.WriteData("name", result.Record.Name);
        writer.WriteData("version", result.Record.Version);
        writer.WriteString("digest", result.Digest.ToString());
        writer.WriteEndObject();
        writer.WriteNumber("files", result.FileCount);
        writer.WriteTime("signedAt", result.Record.SignedAt);
        writer.WriteTime("expiresAt", result.Record.ExpiresAt);
        writer.WriteStartArray("signers");
        foreach (var signer in result.Signers)
            writer.WriteStringValue(signer);
        writer.WriteEndArray();
        writer.WriteStartArray("written");
        foreach (var file in result.WrittenFiles)
            writer.WriteStringValue(Escaping.Escape(file));
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static readonly string[] TimeFormats =
        ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];
}
