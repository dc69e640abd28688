using System.CommandLine;
using System.Text.Json;
using Precinto.Cli.Files;
using Precinto.Cli.Output;
using Precinto.Files;
using Precinto.Trust;

namespace Precinto.Cli.Commands;

/// <summary><c>precinto policy sign</c>: signs a list of revocations, so that policies can rely on it.</summary>
internal static class PolicySignCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Argument<string> list = new("LIST") { Description = "A list of revocations (precinto.revocations/v1)" };
        CommonOptions.RefuseEmpty(list);
        Option<string> key = new("--key") { Description = "The private key that signs", HelpName = "PEM", Required = true };
        Option<string> output = new("--output", "-o") { Description = "Where the signed list goes", HelpName = "FILE", Required = true };
        var password = CommonOptions.PasswordFile();
        Option<bool> force = new("--force") { Description = "Replace the signed list that is there already" };
        DocumentedCommand command = new(
            "sign",
            "Signs a list of revocations, so that policies can rely on it.",
            "precinto policy sign revoked.json --key security.key -o revocations.json",
            "precinto policy sign revoked.json --key security.key --password-file password.txt -o revocations.json --force")
        {
            list, key, output, password, force,
        };
        foreach (var option in new Option[] { key, output, password })
            CommonOptions.RefuseEmpty(option);
        command.SetAction(parsed => (int)Run(
            surroundings, parsed.GetValue(list)!, parsed.GetValue(key)!, parsed.GetValue(password), parsed.GetValue(output)!, parsed.GetValue(force)));
        return command;
    }

    private static ExitCode Run(Surroundings surroundings, string list, string keyPath, string? passwordPath, string output, bool force)
    {
        var payload = NamedFile.Read(list, MaximumList);
        RevocationDocument document;
        try
        {
            document = RevocationDocument.Parse(payload);
        }
        catch (JsonException exception)
        {
            throw new UsageException($"{list} is no list of revocations: {exception.Message}", exception);
        }

        // Who issues a list ahead of time would make one that counts later, whatever is found out in between.
        if (document.Issued > surroundings.Time.GetUtcNow().AddMinutes(5))
            throw new UsageException($"'issued' of {list} lies in the future");
        OutputFile.ThrowIfRead(output, [list, keyPath, passwordPath ?? ""]);
        NewFile.ThrowIfTaken(output, force);
        if (File.Exists(output) && !RevocationEnvelope.IsOne(NamedFile.Read(output, MaximumOutput)))
            throw new UsageException($"{output} is no signed list of revocations, and only such a one is replaced");
        using var key = NamedFile.ReadSigningKey(keyPath, NamedFile.ReadPassword(passwordPath));
        NewFile.Write(output, RevocationEnvelope.Sign(payload, key), force);
        surroundings.Output.WriteLine(Escaping.Escape(output));
        var (digests, signers) = (document.Revocations.Digests.Count, document.Revocations.Signers.Count);
        surroundings.Error.WriteLine($"signed a list of {digests} {(digests == 1 ? "digest" : "digests")} and {signers} {(signers == 1 ? "signer" : "signers")}, by key {key.PublicKey.Identity}");
        return ExitCode.Success;
    }

    private const int MaximumList = 8 << 20;
    private const int MaximumOutput = 16 << 20;
}
