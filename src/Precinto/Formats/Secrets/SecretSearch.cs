using System.Buffers;
using System.Text;
using Precinto.Files;
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

    public static void Notice(ReadOnlySpan<byte> text, string where, long? offset, InspectionContext context)
    {
        // All letters that a token has are ASCII.
        if (text.Length >= Shortest && Find(Encoding.Latin1.GetString(text)) is { } kind)
            context.Add(SecretRules.Secret, $"{where} holds what looks like {kind}.", offset);
    }

    /// <summary>A text as it stands, whatever it is: notes and settings that lie beside a model, and what its format's reader passes over, such as comments.</summary>
    public static void NoticeText(ModelContent content, ReadOnlySpan<byte> head, InspectionContext context)
    {
        if (content.Length is >= Shortest and <= LargestText && UnicodeText.IsUtf8(head) && !context.Findings.Any(finding => finding.Rule == SecretRules.Secret))
            Notice(content.ToArray(), "The text", null, context);
    }

    /// <summary>What a model of any format says of itself, where its reader has not noticed one already.</summary>
    public static void NoticeSettings(InspectionContext context)
    {
        if (context.Findings.Any(finding => finding.Rule == SecretRules.Secret))
            return;
        foreach (var (key, value) in context.Facts.Settings)
        {
            if (value.Kind == ScalarKind.Text)
                Notice(value.AsText(), $"'{(key.Length <= 200 ? key : key[..200])}'", null, context);
        }
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
        // Beginnings may follow each other all through a text: each is looked at as far as a token reaches.
        text = text[..Math.Min(text.Length, LongestToken)];
        if (text.StartsWith("-----BEGIN"))
            return IsPrivateKey(text) ? "a private key" : null;
        if (text.StartsWith("eyJ"))
            return IsToken(text) ? "a JSON Web Token" : null;
        if (text.StartsWith("AccountKey="))
            return Fits(text, 11, 86, 88, "+/=") ? "a key to an Azure account" : null;
        if (text.StartsWith("hooks.slack.com"))
            return text.StartsWith("hooks.slack.com/services/T") && Fits(text, 25, 40, 60, "/") ? "the address of a Slack hook" : null;
        if (text.StartsWith("xox") && !(text.Length > 6 && text[4] == '-' && char.IsAsciiDigit(text[5])))
            return null;
        foreach (var (beginning, shortest, longest, more, kind) in Kinds)
        {
            if (text.StartsWith(beginning) && Fits(text, beginning.Length, shortest, longest, more))
                return kind;
        }

        return null;
    }

    // RFC 7519: two objects and a signature in base64url; the one that every introduction shows is none.
    private static bool IsToken(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExcept(TokenLetters);
        text = end < 0 ? text : text[..end];
        var point = text.IndexOf('.');
        return point > 10 && text[(point + 1)..].StartsWith("eyJ") && text[(point + 1)..].IndexOf('.') is > 10 and var second
            && text.Length - point - second - 2 >= 20 && !text.Contains("eyJzdWIiOiIxMjM0NTY3ODkw", StringComparison.Ordinal);
    }

    // Letters and digits, of which AWS has only large ones, and what else the issuer takes.
    private static bool Fits(ReadOnlySpan<char> text, int start, int shortest, int longest, string more)
    {
        var end = start;
        // Behind a token may stand the full stops that end a sentence, and no more of its letters.
        var limit = Math.Min(text.Length, start + longest + MostStops);
        while (end < limit && (char.IsAsciiLetterOrDigit(text[end]) || more.Contains(text[end])))
            end++;
        // A full stop behind a token ends a sentence.
        while (end > start && text[end - 1] == '.')
            end--;
        if (more == Large && text[start..end].ContainsAnyInRange('a', 'z'))
            return false;
        var length = end - start;
        return length >= shortest && length <= longest && IsRandom(text[start..end]);
    }

    // Shannon's entropy of the letters; a placeholder repeats itself or says what it is.
    private static bool IsRandom(ReadOnlySpan<char> body)
    {
        if (body.Contains("EXAMPLE", StringComparison.OrdinalIgnoreCase) || body.Contains("xxxx", StringComparison.OrdinalIgnoreCase) || body.Contains("your", StringComparison.OrdinalIgnoreCase))
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

        return body.IndexOfAnyInRange('0', '9') >= 0 ? entropy >= 3.0 : entropy >= 4.0 && IsMixed(body);
    }

    // Tokens of letters alone, as Hugging Face has them, change between small and large ones all the time; words and alphabets do not.
    private static bool IsMixed(ReadOnlySpan<char> body)
    {
        var (large, changes) = (0, 0);
        for (var index = 0; index < body.Length; index++)
        {
            large += char.IsAsciiLetterUpper(body[index]) ? 1 : 0;
            changes += index > 0 && char.IsAsciiLetterUpper(body[index]) != char.IsAsciiLetterUpper(body[index - 1]) ? 1 : 0;
        }

        return large * 4 >= body.Length && large * 4 <= body.Length * 3 && changes * 4 >= body.Length;
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

    private const int LargestText = 16 << 20;
    private const int MostCandidates = 10_000;
    private const int LongestToken = 8192;
    private const int MostStops = 8;
    private const string Large = "";
    private const string Word = "_-";

    private static readonly SearchValues<char> TokenLetters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private static readonly (string Beginning, int Shortest, int Longest, string More, string Kind)[] Kinds =
    [
        ("AKIA", 16, 16, Large, "an AWS access key"),
        ("ASIA", 16, 16, Large, "an AWS access key"),
        ("github_pat_", 40, 200, "_", "a GitHub token"),
        ("ghp_", 36, 255, ".", "a GitHub token"),
        ("gho_", 36, 255, ".", "a GitHub token"),
        ("ghu_", 36, 255, ".", "a GitHub token"),
        ("ghs_", 36, 255, ".", "a GitHub token"),
        ("ghr_", 36, 255, ".", "a GitHub token"),
        ("glpat-", 20, 60, "_-.", "a GitLab token"),
        ("hf_", 34, 40, ".", "a Hugging Face token"),
        ("AIza", 35, 35, Word, "a Google API key"),
        ("ya29.", 40, 1000, Word, "a Google token"),
        ("GOCSPX-", 28, 28, Word, "a secret of a Google client"),
        ("xoxa-", 20, 255, "-", "a Slack token"),
        ("xoxb-", 20, 255, "-", "a Slack token"),
        ("xoxo-", 20, 255, "-", "a Slack token"),
        ("xoxp-", 20, 255, "-", "a Slack token"),
        ("xoxr-", 20, 255, "-", "a Slack token"),
        ("xoxs-", 20, 255, "-", "a Slack token"),
        ("sk_live_", 24, 255, ".", "a Stripe key"),
        ("rk_live_", 24, 255, ".", "a Stripe key"),
        ("npm_", 36, 36, ".", "an npm token"),
        ("pypi-AgE", 50, 500, Word, "a PyPI token"),
        ("dckr_pat_", 27, 27, Word, "a Docker token"),
        ("gsk_", 52, 52, ".", "a Groq key"),
        ("r8_", 37, 37, ".", "a Replicate token"),
        ("SG.", 66, 66, "_-.", "a SendGrid key"),
        ("hvs.", 24, 255, Word, "a token of Vault"),
        ("lsv2_pt_", 42, 64, "_", "a LangSmith key"),
        ("lsv2_sk_", 42, 64, "_", "a LangSmith key"),
        ("nvapi-", 60, 80, Word, "an NVIDIA key"),
        ("xai-", 60, 120, ".", "an xAI key"),
        ("pplx-", 40, 60, ".", "a Perplexity key"),
        ("dop_v1_", 64, 64, ".", "a DigitalOcean token"),
        ("shpat_", 32, 32, ".", "a Shopify token"),
        ("pul-", 40, 40, ".", "a Pulumi token"),
        ("lin_api_", 40, 48, ".", "a Linear key"),
        ("AGE-SECRET-KEY-1", 58, 58, Large, "a private key of age"),
        ("sk-", 40, 255, Word, "an API key"),
    ];

    private static readonly SearchValues<string> Beginnings = SearchValues.Create(
        [.. Kinds.Select(kind => kind.Beginning), "-----BEGIN", "eyJ", "AccountKey=", "hooks.slack.com"], StringComparison.Ordinal);
}
