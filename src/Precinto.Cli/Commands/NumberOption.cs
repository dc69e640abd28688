using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace Precinto.Cli.Commands;

/// <summary>An option that takes a whole number between two others. Without a parser of its own, an error would name a type of .NET.</summary>
internal static class NumberOption
{
    public static Option<int?> Create(string name, string description, string unit, int minimum, int maximum) => Create<int>(name, description, unit, minimum, maximum);

    public static Option<T?> Create<T>(string name, string description, string unit, T minimum, T maximum)
        where T : struct, IBinaryInteger<T>
    {
        return new(name)
        {
            Description = description,
            HelpName = unit,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (T.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum)
                    return number;

                result.AddError($"'{text}' is not what {name} takes, which is a whole number from {minimum} to {maximum}.");
                return null;
            },
        };
    }
}
