namespace Precinto.Cli.Bom;

/// <summary>
/// Licence expressions of SPDX 2.3 (annex D): identifiers, <c>AND</c>, <c>OR</c>, <c>WITH</c>, <c>+</c> and parentheses. The form is checked; the list of
/// licences is not known here, for it grows every few months.
/// </summary>
internal static class SpdxExpression
{
    public static bool IsValid(string text)
    {
        if (text.Length is 0 or > MaximumLength)
            return false;

        var words = text.Replace("(", " ( ", StringComparison.Ordinal).Replace(")", " ) ", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var depth = 0;
        var wantsLicence = true;
        var isException = false;
        var mayTakeException = false;
        foreach (var word in words)
        {
            switch (word)
            {
                case "(" when wantsLicence && !isException:
                    depth++;
                    break;
                case ")" when !wantsLicence && depth > 0:
                    depth--;
                    mayTakeException = false;
                    break;
                case "AND" or "OR" when !wantsLicence:
                    wantsLicence = true;
                    break;
                case "WITH" when mayTakeException:
                    (wantsLicence, isException, mayTakeException) = (true, true, false);
                    break;
                case not ("(" or ")" or "AND" or "OR" or "WITH") when wantsLicence && IsIdentifier(word, isException):
                    (wantsLicence, mayTakeException, isException) = (false, !isException, false);
                    break;
                default:
                    return false;
            }
        }

        return depth == 0 && !wantsLicence;
    }

    private static bool IsIdentifier(string word, bool isException)
    {
        var plain = !isException && word.EndsWith('+') ? word[..^1] : word;
        var parts = plain.Split(':');
        if (parts.Length > 1 && !(parts.Length == 2 && parts[0].StartsWith("DocumentRef-", StringComparison.Ordinal) && parts[1].StartsWith("LicenseRef-", StringComparison.Ordinal)))
            return false;
        return parts.All(part => part.Length > 0 && part.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '.'));
    }

    private const int MaximumLength = 1024;
}
