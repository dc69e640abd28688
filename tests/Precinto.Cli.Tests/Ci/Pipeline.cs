namespace Precinto.Cli.Tests.Ci;

/// <summary>
/// The lines of a pipeline in YAML, as far as the tests need them: which scripts it runs. It knows the one style in which ours are written:
/// a script is one line behind its key, or the block below <c>|</c>.
/// </summary>
internal static class Pipeline
{
    /// <summary>The scripts behind <paramref name="keys"/>, such as <c>run</c>, in their order.</summary>
    public static IReadOnlyList<string> ScriptsOf(string text, params string[] keys)
    {
        List<string> scripts = [];
        var lines = text.Split('\n');
        for (var index = 0; index < lines.Length; index++)
        {
            var line = lines[index];
            var trimmed = line.TrimStart(' ');
            var item = trimmed.StartsWith("- ", StringComparison.Ordinal) ? trimmed[2..] : trimmed;
            var key = Array.Find(keys, key => item.StartsWith(key + ": ", StringComparison.Ordinal));
            if (key is not null)
                scripts.Add(Read(lines, ref index, item[(key.Length + 2)..]));
        }

        return scripts;
    }

    /// <summary>The items of the list behind a key, such as GitLab's <c>script</c>.</summary>
    public static IReadOnlyList<string> ListOf(string text, string key)
    {
        List<string> scripts = [];
        var lines = text.Split('\n');
        var start = Array.FindIndex(lines, line => line.Trim() == key + ":");
        var indent = lines[start].Length - lines[start].TrimStart().Length;
        for (var index = start + 1; index < lines.Length && lines[index].StartsWith(new string(' ', indent + 2) + "- ", StringComparison.Ordinal); index++)
            scripts.Add(Read(lines, ref index, lines[index].Trim()[2..]));
        return scripts;
    }

    private static string Read(string[] lines, ref int index, string value)
    {
        if (value != "|")
            return value.Trim('\'');

        List<string> block = [];
        var indent = lines[index + 1].Length - lines[index + 1].TrimStart().Length;
        while (index + 1 < lines.Length && (lines[index + 1].Length == 0 || lines[index + 1].StartsWith(new string(' ', indent), StringComparison.Ordinal)))
        {
            index++;
            block.Add(lines[index].Length == 0 ? "" : lines[index][indent..]);
        }

        return string.Join('\n', block);
    }
}
