using System.Buffers;
using Precinto.Inspection;

namespace Precinto.Formats.Secrets;

/// <summary>
/// Looks for tokens of well-known issuers, by their fixed beginnings, lengths and alphabets, and as random as such a token is;
/// placeholders of documentation are none. What is found is never repeated.
/// </summary>
internal static class SecretSearch
{
    /// <summary>The length below which no text can hold one.</summary>
    public const int Shortest = 20;

    public static void Notice(string text, string where, long? offset, InspectionContext context)
    {
        if (text.Length >= Shortest && Find(text) is { } kind)
            context.Add(SecretRules.Secret, $"{where} holds what looks like {kind}.", offset);
    }

    /// <summary>What kind of secret a text holds, or null.</summary>
    public static string? Find(ReadOnlySpan<char> text)
    {
        var found = 0;
        for (var rest = text; rest.IndexOfAny(Beginnings) is >= 0 and var at && found < MostCandidates; rest = rest[(at + 1)..], found++)
        {
            // A token does not begin within a word.
            if (at > 0 && (char.IsAsciiLetterOrDigit(rest[at - 1]) || rest[at - 1] == '_') && rest[at] != '-')
                continue;
            if (KindOf(rest[at..]) is { } kind)
                return kind;
        }

        return null;
    }

    private static string? KindOf(ReadOnlySpan<char> text)
    {
        if (text.StartsWith("-----BEGIN"))
            return IsPrivateKey(text) ? "a private key" : null;
        if (text.StartsWith("AKIA") || text.StartsWith("ASIA"))
            return Fits(text, 4, 16, 16, static letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter)) ? "an AWS access key" : null;
        if (text.StartsWith("github_pat_"))
            return Fits(text, 11, 40, 200, IsWordLetter) ? "a GitHub token" : null;
        if (text.StartsWith("gh") && text.Length > 4 && text[3] == '_')
            return Fits(text, 4, 36, 255, char.IsAsciiLetterOrDigit) ? "a GitHub token" : null;
        if (text.StartsWith("hf_"))
            return Fits(text, 3, 34, 40, char.IsAsciiLetterOrDigit) ? "a Hugging Face token" : null;
        if (text.StartsWith("AIza"))
            return Fits(text, 4, 35, 35, static letter => IsWordLetter(letter) || letter == '-') ? "a Google API key" : null;
        if (text.StartsWith("xox"))
            return Fits(text, 5, 20, 255, static letter => char.IsAsciiLetterOrDigit(letter) || letter == '-') && text[4] == '-' && char.IsAsciiDigit(text[5]) ? "a Slack token" : null;
        if (text.StartsWith("sk-"))
            return Fits(text, 3, 40, 255, static letter => IsWordLetter(letter) || letter == '-') ? "an API key" : null;
        return null;
    }

    private static bool Fits(ReadOnlySpan<char> text, int start, int shortest, int longest, Func<char, bool> belongs)
    {
        var end = start;
        while (end < text.Length && belongs(text[end]))
            end++;
        var length = end - start;
        return length >= shortest && length <= longest && IsRandom(text[start..end]);
    }

    // Shannon's entropy of the letters; a placeholder repeats itself or says what it is.
    private static bool IsRandom(ReadOnlySpan<char> body)
    {
        if (body.Contains("EXAMPLE", StringComparison.OrdinalIgnoreCase) || body.Contains("xxxx", StringComparison.OrdinalIgnoreCase) || body.IndexOfAnyInRange('0', '9') < 0)
            return false;

        Span<int> counts = stackalloc int[128];
        counts.Clear();
        foreach (var letter in body)
            counts[letter & 127]++;
        double entropy = 0;
        foreach (var count in counts)
        {
            if (count > 0)
                entropy -= (double)count / body.Length * Math.Log2((double)count / body.Length);
        }

        return entropy >= 3.0;
    }

    // RFC 7468: the label says that the key is private, and a body follows.
    private static bool IsPrivateKey(ReadOnlySpan<char> text)
    {
        var line = text[..Math.Min(text.Length, 64)];
        var end = line.IndexOf("PRIVATE KEY", StringComparison.Ordinal);
        if (end < 0)
            return false;

        var body = text[(end + 11)..];
        var letters = 0;
        foreach (var letter in body[..Math.Min(body.Length, 4096)])
            letters += char.IsAsciiLetterOrDigit(letter) || letter is '+' or '/' ? 1 : 0;
        return letters >= 64;
    }

    private static bool IsWordLetter(char letter) => char.IsAsciiLetterOrDigit(letter) || letter == '_';

    private const int MostCandidates = 10_000;

    private static readonly SearchValues<string> Beginnings = SearchValues.Create(
        ["-----BEGIN", "AKIA", "ASIA", "github_pat_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "hf_", "AIza", "xoxa-", "xoxb-", "xoxp-", "xoxr-", "xoxs-", "xoxo-", "sk-"],
        StringComparison.Ordinal);
}
