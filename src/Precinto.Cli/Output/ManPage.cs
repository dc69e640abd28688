using System.CommandLine;
using System.CommandLine.Completions;
using System.Text;

namespace Precinto.Cli.Output;

/// <summary>
/// The manual page in section 1, in the language of man(7): every command with its arguments, options and examples, as the parser knows them.
/// It states no date, so that the same command makes the same page.
/// </summary>
internal static class ManPage
{
    public static string Write(RootCommand root)
    {
        StringBuilder page = new();
        Line(page, $".TH PRECINTO 1 \"\" \"precinto {typeof(ManPage).Assembly.GetName().Version!.ToString(3)}\" \"Precinto\"");
        Line(page, ".SH NAME");
        Line(page, $"precinto \\- {Escape(Lowered(root.Description).TrimEnd('.'))}");
        Line(page, ".SH SYNOPSIS");
        Line(page, "\\fBprecinto\\fR \\fICOMMAND\\fR [\\fIARGUMENT\\fR]... [\\fIOPTION\\fR]...");
        Line(page, ".SH DESCRIPTION");
        Text(page, root.Description);
        Line(page, ".PP");
        Text(page, "The answer goes to standard output and everything else to standard error. Nothing is overwritten without \\-\\-force, and nobody is trusted unless told.", escaped: true);
        Line(page, ".SH COMMANDS");
        foreach (var (command, path) in CommandsOf(root))
            Add(page, command, path);
        AddFixedParts(page);
        return page.ToString();
    }

    // Depth first, in the order of the help; a command that only groups others is shown by these.
    private static IEnumerable<(Command Command, string Path)> CommandsOf(RootCommand root)
    {
        Stack<(Command Command, string Path)> left = new(root.Subcommands.Reverse().Select(command => (command, command.Name)));
        while (left.TryPop(out var next))
        {
            if (next.Command.Hidden)
                continue;
            if (next.Command.Subcommands.Count == 0 || next.Command.Action is not null)
                yield return next;
            foreach (var command in next.Command.Subcommands.Reverse())
                left.Push((command, $"{next.Path} {command.Name}"));
        }
    }

    private static void Add(StringBuilder page, Command command, string path)
    {
        var options = command.Options.Where(option => !option.Hidden && option.Name != "--help").ToList();
        Line(page, $".SS {Escape(path)}");
        var arguments = command.Arguments.Where(argument => !argument.Hidden).ToList();
        var shown = arguments.Select(argument => Shown(argument) is var name && argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name);
        Line(page, $"\\fBprecinto {Escape(path)}\\fR {string.Join(' ', shown)}{(options.Count > 0 ? " [\\fIOPTION\\fR]..." : "")}".TrimEnd());
        Line(page, ".PP");
        Text(page, command.Description);
        foreach (var argument in arguments.Where(argument => !string.IsNullOrEmpty(argument.Description)))
        {
            Line(page, ".TP");
            Line(page, Shown(argument));
            Text(page, argument.Description);
        }

        foreach (var option in options)
        {
            Line(page, ".TP");
            var names = option.Aliases.Prepend(option.Name).Distinct(StringComparer.Ordinal).OrderBy(name => name.Length).Select(name => $"\\fB{Escape(name)}\\fR");
            Line(page, $"{string.Join(", ", names)}{(ValueOf(option) is { Length: > 0 } value ? $" \\fI{Escape(value)}\\fR" : "")}");
            Text(page, option.Description);
        }

        if (command is not DocumentedCommand { Examples: { Count: > 0 } examples })
            return;

        Line(page, ".PP");
        Line(page, "Examples:");
        Line(page, ".PP");
        Line(page, ".nf");
        Line(page, ".RS 4");
        foreach (var example in examples)
            Text(page, example);
        Line(page, ".RE");
        Line(page, ".fi");
    }

    private static void AddFixedParts(StringBuilder page)
    {
        Line(page, ".SH EXIT STATUS");
        foreach (var (code, meaning) in new[]
        {
            (ExitCode.Success, "Yes: the model is trusted, or what was asked for was done."),
            (ExitCode.Rejected, "No: the model was rejected, or what was asked for was refused."),
            (ExitCode.Usage, "The command was used wrongly."),
            (ExitCode.WorldFailed, "Nothing can be said: a file cannot be read, there is no space, or the command was interrupted."),
        })
        {
            Line(page, ".TP");
            Line(page, $"\\fB{(int)code}\\fR");
            Text(page, meaning);
        }

        Line(page, ".SH ENVIRONMENT");
        foreach (var (name, meaning) in new[]
        {
            ("PRECINTO_POLICY", "A policy file for those who say by no option whom they trust."),
            ("SOURCE_DATE_EPOCH", "The time that is written where a time is written, in seconds since 1970, so that the same input makes the same output."),
        })
        {
            Line(page, ".TP");
            Line(page, $"\\fB{Escape(name)}\\fR");
            Text(page, meaning);
        }

        Line(page, ".SH SEE ALSO");
        Line(page, "\\fBgpg\\fR(1), \\fBsha256sum\\fR(1)");
    }

    private static string Shown(Argument argument) =>
        $"\\fI{Escape(argument.HelpName ?? argument.Name)}\\fR{(argument.Arity.MaximumNumberOfValues > 1 ? "..." : "")}";

    // A switch takes no value; where only some values are taken, these are named.
    private static string ValueOf(Option option)
    {
        if (option.ValueType == typeof(bool) || option.Arity.MaximumNumberOfValues == 0)
            return "";
        if (option.HelpName is { } name)
            return name;
        var values = option.GetCompletions(CompletionContext.Empty).Select(completion => completion.Label).ToList();
        return values.Count > 0 ? string.Join('|', values) : "VALUE";
    }

    private static string Lowered(string? text) => text is { Length: > 0 } ? char.ToLowerInvariant(text[0]) + text[1..] : "";

    private static void Text(StringBuilder page, string? text, bool escaped = false)
    {
        var line = escaped ? text ?? "" : Escape(text ?? "");

        // A line that begins with one of these would be a request to the formatter.
        Line(page, line is ['.' or '\'', ..] ? $"\\&{line}" : line);
    }

    // man(7): the backslash begins an escape, and a bare hyphen is a typographical one that nobody can search for or copy.
    private static string Escape(string text) => text
        .Replace("\\", "\\e", StringComparison.Ordinal)
        .Replace("-", "\\-", StringComparison.Ordinal)
        .Replace("'", "\\(aq", StringComparison.Ordinal)
        .Replace("^", "\\(ha", StringComparison.Ordinal)
        .Replace("~", "\\(ti", StringComparison.Ordinal)
        .Replace("`", "\\(ga", StringComparison.Ordinal)
        .Replace("…", "...", StringComparison.Ordinal);

    private static void Line(StringBuilder page, string line) => page.Append(line).Append('\n');
}
