using System.CommandLine;
using Precinto.Digests;

namespace Precinto.Cli.Commands;

/// <summary>What several commands take in the same words.</summary>
internal static class CommonOptions
{
    public static Argument<string> Model()
    {
        Argument<string> model = new("MODEL") { Description = "A model: a file or a folder" };
        RefuseEmpty(model);
        return model;
    }

    /// <summary>An empty name is most often a variable that was not set.</summary>
    public static void RefuseEmpty(Argument argument) => argument.Validators.Add(result =>
    {
        if (result.Tokens.Any(token => token.Value.Length == 0))
            result.AddError($"{argument.Name} is empty.");
    });

    /// <summary>The same for an option.</summary>
    public static void RefuseEmpty(Option option) => option.Validators.Add(result =>
    {
        if (result.Tokens.Any(token => token.Value.Length == 0))
            result.AddError($"{option.Name} is empty.");
    });

    /// <summary>An option that may stand there several times.</summary>
    public static Option<string[]> Several(string name, string value, string description) =>
        new(name) { Description = description + " (several times)", HelpName = value, Arity = ArgumentArity.OneOrMore };

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document" };

    public static Option<bool> BeyondSpecification() =>
        new("--beyond-specification") { Description = "Allow keys that OpenSSF Model Signing 1.0 does not know: ed25519 and ml-dsa-65" };

    public static Option<string?> PasswordFile() =>
        new("--password-file") { Description = "A file whose first line is the password of the private key", HelpName = "F" };

    /// <summary>A hash by its name; some places allow fewer than there are.</summary>
    public static Option<DigestAlgorithm> Algorithm(string name, string description, params DigestAlgorithm[] allowed)
    {
        var names = string.Join('|', allowed.Select(algorithm => algorithm.Name));
        Option<DigestAlgorithm> option = new(name)
        {
            Description = description,
            HelpName = names,
            DefaultValueFactory = _ => DigestAlgorithm.Sha256,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (DigestAlgorithm.TryParse(text, out var algorithm) && allowed.Contains(algorithm))
                    return algorithm;

                result.AddError($"'{text}' is not offered here; {name} takes {names.Replace("|", ", ", StringComparison.Ordinal)}.");
                return null;
            },
        };
        option.CompletionSources.Add([.. allowed.Select(algorithm => algorithm.Name)]);
        return option;
    }
}
