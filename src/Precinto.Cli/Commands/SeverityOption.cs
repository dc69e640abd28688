using System.CommandLine;
using Precinto.Inspection;

namespace Precinto.Cli.Commands;

/// <summary>The option <c>--fail-on</c>.</summary>
internal static class SeverityOption
{
    public static Option<FindingSeverity?> Create(string description)
    {
        Option<FindingSeverity?> option = new("--fail-on")
        {
            Description = description,
            HelpName = "info|warning|danger",
            CustomParser = result =>
            {
                switch (result.Tokens[0].Value)
                {
                    case "info":
                        return FindingSeverity.Info;
                    case "warning":
                        return FindingSeverity.Warning;
                    case "danger":
                        return FindingSeverity.Danger;
                    case var other:
                        result.AddError($"'{other}' is no severity; --fail-on takes info, warning or danger.");
                        return null;
                }
            },
        };
        option.CompletionSources.Add("info", "warning", "danger");
        return option;
    }
}
