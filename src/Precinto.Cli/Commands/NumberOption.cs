using System.CommandLine;
using System.Globalization;

namespace Precinto.Cli.Commands;

/// <summary>An option that takes a whole number between two others. Without a parser of its own, an error would name a type of .NET.</summary>
internal static class NumberOption
{
    public static Option<int?> Create(string name, string description, string unit, int minimum, int maximum) => new(name)
    {
        Description = description,
        HelpName = unit,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum)
                return number;

            result.AddError($"'{text}' is not what {name} takes, which is a whole number from {minimum} to {maximum}.");
            return null;
        },
    };
}
