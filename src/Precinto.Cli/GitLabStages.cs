namespace Precinto.Cli;

/// <summary>The stages of a pipeline of GitLab (docs.gitlab.com, "CI/CD YAML syntax reference", <c>stages</c>), in the two ways in which they are written.</summary>
internal static class GitLabStages
{
    /// <summary>
    /// The stage for a job of ours: <c>test</c>, which is there where none are named, else the first of those that are. Null where it cannot be told.
    /// <c>.pre</c> and <c>.post</c> are always there and never taken: a pipeline that has no other jobs does not run at all.
    /// </summary>
    /// <param name="pipeline">The text of <c>.gitlab-ci.yml</c>.</param>
    public static string? Choose(string pipeline)
    {
        var lines = pipeline.Split('\n').Select(WithoutComment).ToArray();
        var at = Array.FindIndex(lines, line => line.StartsWith("stages:", StringComparison.Ordinal));
        if (at < 0)
            return Array.Exists(lines, line => line.StartsWith("include:", StringComparison.Ordinal)) ? null : Usual;

        var stages = Read(lines[at]["stages:".Length..].Trim(), lines[(at + 1)..]);
        if (stages is null || stages.Any(stage => stage.Length == 0 || !stage.All(IsPlain)))
            return null;
        return stages.Contains(Usual) ? Usual : stages.Find(stage => stage is not (".pre" or ".post"));
    }

    private static List<string>? Read(string value, string[] below)
    {
        if (value.StartsWith('[') && value.EndsWith(']'))
            return [.. value[1..^1].Split(',').Select(Unquote)];
        if (value.Length > 0)
            return null;
        return [.. below.Where(line => line.Length > 0).Select(line => line.TrimStart()).TakeWhile(line => line.StartsWith("- ", StringComparison.Ordinal)).Select(line => Unquote(line[2..]))];
    }

    // YAML 1.2.2, 6.6: a comment begins at the start of a line or behind white space.
    private static string WithoutComment(string line)
    {
        var at = line.StartsWith('#') ? 0 : line.IndexOf(" #", StringComparison.Ordinal);
        return (at < 0 ? line : line[..at]).TrimEnd();
    }

    private static string Unquote(string text)
    {
        text = text.Trim();
        return text.Length >= 2 && text[0] is '"' or '\'' && text[^1] == text[0] ? text[1..^1] : text;
    }

    private static bool IsPlain(char character) => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-' or ' ';

    private const string Usual = "test";
}
