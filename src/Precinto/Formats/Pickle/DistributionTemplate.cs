namespace Precinto.Formats.Pickle;

/// <summary>
/// The source text that a distribution of SciPy keeps in its state and executes when it is restored (rv_generic.__setstate__ in
/// scipy/stats/_distn_infrastructure.py): three functions, in which only the names of shape parameters differ.
/// </summary>
internal static class DistributionTemplate
{
    public const string Attribute = "_parse_arg_template";

    public static bool Fits(PickleValue template)
    {
        if (template.Text is not { Length: <= LongestTemplate } text)
            return false;

        var lines = text.Split('\n').Where(line => line.Length > 0).ToArray();
        return lines.Length == 6
            && IsNames(lines[0], "def _parse_args(self,", "):", "=") && IsNames(lines[1], "    return (", "", ")")
            && IsNames(lines[2], "def _parse_args_rvs(self,", "):", "=") && IsNames(lines[3], "    return self._argcheck_rvs(", ")", "=")
            && IsNames(lines[4], "def _parse_args_stats(self,", "):", "='") && IsNames(lines[5], "    return (", "", ")");
    }

    // Names, numbers and commas between what is fixed, and nothing that would call or reach: no parenthesis is opened, no dot stands there.
    private static bool IsNames(string line, string start, string end, string also) =>
        line.Length >= start.Length + end.Length && line.StartsWith(start, StringComparison.Ordinal) && line.EndsWith(end, StringComparison.Ordinal)
        && line[start.Length..^end.Length].All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or ',' or ' ' || also.Contains(letter, StringComparison.Ordinal));

    private const int LongestTemplate = 4000;
}
