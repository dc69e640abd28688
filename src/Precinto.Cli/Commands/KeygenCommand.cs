using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Precinto.Cli.Files;
using Precinto.Files;
using Precinto.Signatures.Keys;
using Precinto.Signatures.OpenPgp;

namespace Precinto.Cli.Commands;

/// <summary><c>precinto keygen</c>: a pair of keys, the private one readable by its owner alone and nothing ever overwritten.</summary>
internal static class KeygenCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Option<string> output = new("--output", "-o") { Description = "Writes NAME.key (private) and NAME.pub (public)", HelpName = "NAME", Required = true };
        Option<string> type = new("--type") { Description = "The kind of key", DefaultValueFactory = _ => EllipticCurve.P256.Name };
        type.AcceptOnlyFromAmong([.. KeyAlgorithm.All.Select(algorithm => algorithm.Name), OpenPgp]);
        Option<string?> userId = new("--user-id") { Description = "Whose OpenPGP key it is", HelpName = "\"Name <mail>\"" };
        var passwordFile = CommonOptions.PasswordFile();
        DocumentedCommand command = new(
            "keygen",
            "Makes a pair of keys to sign with.",
            "precinto keygen -o release",
            "precinto keygen -o release --type p384 --password-file password.txt",
            "precinto keygen -o release --type openpgp --user-id 'Ana <ana@example.org>'")
        {
            output, type, userId, passwordFile,
        };
        command.SetAction(parsed => (int)Run(
            surroundings, parsed.GetValue(output)!, parsed.GetValue(type)!, parsed.GetValue(userId), parsed.GetValue(passwordFile)));
        return command;
    }

    private static ExitCode Run(Surroundings surroundings, string name, string type, string? userId, string? passwordFile)
    {
        if (name.Length == 0 || Path.EndsInDirectorySeparator(name))
            throw new UsageException("-o takes the name that both files begin with, such as -o release");
        if (userId is not null && type != OpenPgp)
            throw new UsageException($"--user-id belongs to OpenPGP keys: add --type {OpenPgp}, or leave it out");

        var privatePath = name + ".key";
        var publicPath = name + ".pub";
        if (userId is not null && string.IsNullOrWhiteSpace(userId))
            throw new UsageException("--user-id is empty; it says whose key it is, such as 'Ana <ana@example.org>'");
        var beyond = KeyAlgorithm.All.Any(algorithm => algorithm.Name == type && algorithm.IsBeyondSpecification);
        if (beyond && passwordFile is not null)
            throw new UsageException($"a key of the type {type} is not protected by a password here; leave --password-file out");
        ThrowIfTaken(privatePath);
        ThrowIfTaken(publicPath);

        var password = NamedFile.ReadPassword(passwordFile);
        var (secret, open, identity) = type == OpenPgp
            ? MakeOpenPgp(userId ?? Path.GetFileName(name), password, surroundings)
            : MakeKey(KeyAlgorithm.All.Single(algorithm => algorithm.Name == type), password);
        var secretBytes = Encoding.UTF8.GetBytes(secret);
        try
        {
            OutputFile.CreateSecret(privatePath, secretBytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secretBytes);
        }

        try
        {
            OutputFile.Create(publicPath, Encoding.UTF8.GetBytes(open));
        }
        catch
        {
            // A private key whose public half nobody has is of no use to anyone; it was made this instant.
            File.Delete(privatePath);
            throw;
        }

        surroundings.Output.WriteLine(identity);

        // The same files under other options: who forgets which gets told here, not by a refusal later.
        var (signing, verifying) = type == OpenPgp ? ("; sign with --openpgp", " with --openpgp-key")
            : beyond ? ("; sign with --beyond-specification, which no other tool verifies", " with --beyond-specification")
            : ("", "");
        surroundings.Error.WriteLine($"{Output.Escaping.Escape(privatePath)} is the private key: keep it{(password is null ? ", it has no password" : "")}{signing}");
        surroundings.Error.WriteLine($"{Output.Escaping.Escape(publicPath)} is the public key: hand it to those who verify{verifying}");
        return ExitCode.Success;
    }

    // Not even --force could be asked for: a key that is lost cannot be made again.
    private static void ThrowIfTaken(string path)
    {
        try
        {
            NewFile.ThrowIfTaken(path, overwrite: false);
        }
        catch (OutputExistsException exception)
        {
            throw new UsageException($"{path} exists already; keys are never overwritten, choose another name", exception);
        }
    }

    private static (string Secret, string Open, string Identity) MakeKey(KeyAlgorithm algorithm, string? password)
    {
        using var key = SigningKey.Generate(algorithm);
        return (key.ToPem(password), key.PublicKey.ToPem(), $"key {key.PublicKey.Identity}");
    }

    private static (string Secret, string Open, string Identity) MakeOpenPgp(string userId, string? password, Surroundings surroundings)
    {
        var key = OpenPgpKeyGenerator.Generate(userId, surroundings.Time.GetUtcNow(), password);
        return (key.SecretKey, key.Certificate, $"openpgp {key.Fingerprint}");
    }

    private const string OpenPgp = "openpgp";
}
