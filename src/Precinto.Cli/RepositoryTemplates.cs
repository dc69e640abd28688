using System.Text;
using Precinto.Cli.Files;

namespace Precinto.Cli;

/// <summary>
/// The embedded templates of <c>ci init</c>, for one model. What is put into them stands in YAML, in shell and in a Containerfile,
/// so that it may hold nothing that means something in any of the three.
/// </summary>
internal sealed class RepositoryTemplates
{
    private readonly string _model;
    private readonly string? _name;
    private readonly bool _isFolder;

    /// <exception cref="UsageException">The path or the name cannot stand in all of the files.</exception>
    public RepositoryTemplates(string model, string? name)
    {
        _model = model.TrimEnd('/');
        _name = name;
        _isFolder = Directory.Exists(model) || (!File.Exists(model) && !Path.HasExtension(_model));
        while (_model.StartsWith("./", StringComparison.Ordinal))
            _model = _model[2..];
        if (_model.Length == 0 || _model == "." || _model.StartsWith('/') || _model.StartsWith('-') || _model.Split('/').Any(part => part is "" or "." or ".."))
            throw new UsageException("--model takes a path below the root of the repository, such as models/iris; the trust folder cannot lie in the model");
        ThrowUnlessPlain("--model", _model);
        if (_model.Split('/').Any(RepositoryPath.IsGit))
            throw new UsageException("the model cannot lie in .git, which no commit holds");
        if (RepositoryPath.IsWithin(_model, "trust"))
            throw new UsageException("the model cannot lie in trust/, where the keys lie");
        if (RepositoryPath.Folders(_model).Append(_model).FirstOrDefault(RepositoryPath.IsLink) is { } link)
            throw new UsageException($"{link} is a link; name the model where it lies");
        ThrowUnlessPlain("--name", name ?? "");
    }

    /// <summary>What is written cannot lie in the model, of which it would become a part.</summary>
    /// <exception cref="UsageException">It does.</exception>
    public void ThrowIfInModel(IEnumerable<RepositoryFile> files)
    {
        if (files.FirstOrDefault(file => RepositoryPath.IsWithin(file.Path, _model)) is { } inside)
            throw new UsageException($"the model cannot be {_model}, where {inside.Path} goes; give it a folder of its own");
    }

    /// <summary>The line of .gitattributes that keeps git from changing the model.</summary>
    public string Attributes => _isFolder ? $"{Quote(_model + "/**")} -text" : $"{Quote(Folder + "*")} -text";

    /// <summary>A template for this model.</summary>
    /// <param name="template">Its file name.</param>
    /// <param name="stage">For GitLab: the stage in which the job stands.</param>
    public string Render(string template, string stage = "") => new StringBuilder(PutIn(Read(template)))
        .Replace("@VERSION@", typeof(RepositoryTemplates).Assembly.GetName().Version!.ToString(3))
        .Replace("@MODEL@", _model)
        .Replace("@NAME@", _name ?? "")
        .Replace("@STAGE@", stage)
        .Replace("@ATTRIBUTES@", Attributes)
        .Replace("@SPEC@", _isFolder ? _model : $":(glob){Folder}*")
        .Replace("@COPY@", CopySource)
        .Replace("@TARGET@", _isFolder ? "/model" : $"/model/{Path.GetFileName(_model)}")
        .Replace("@EXPECT@", template == "Containerfile" ? _name is null ? "" : $", \"--expect-name\", \"{_name}\"" : _name is null ? "" : $" --expect-name '{_name}'")
        .ToString();

    // The script that takes the keys from the branch that a change goes to is one for all systems: it stands where its mark stands, as far to the right.
    private static string PutIn(string template)
    {
        var end = template.IndexOf(TargetTrust, StringComparison.Ordinal);
        if (end < 0)
            return template;
        var indent = template[(template.LastIndexOf('\n', end) + 1)..end];
        return template.Replace(TargetTrust, Read("target-trust.sh").TrimEnd('\n').Replace("\n", "\n" + indent, StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static string Read(string template) => Encoding.UTF8.GetString(Resources.Read("Templates/" + template)).Replace("\r\n", "\n", StringComparison.Ordinal);

    // A file lies with its signature, and with the record and the hash that signing writes.
    private string CopySource => _isFolder ? $"\"{_model}/\""
        : $"\"{_model}\", \"{_model}.*\", \"{Folder}model_metadata.json\", \"{Folder}model_hash.txt\"";

    private string Folder => _model.Contains('/', StringComparison.Ordinal) ? _model[..(_model.LastIndexOf('/') + 1)] : "";

    private static string Quote(string pattern) => pattern.Contains(' ', StringComparison.Ordinal) ? $"\"{pattern}\"" : pattern;

    private static void ThrowUnlessPlain(string option, string text)
    {
        if (!text.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-' or '/' or '+' or ' ') || text.StartsWith('-') || text.Trim() != text)
            throw new UsageException($"{option} stands in files that several programs read; it may hold letters, digits, . _ - + / and blanks between them");
    }

    private const string TargetTrust = "@TARGET_TRUST@";
}
