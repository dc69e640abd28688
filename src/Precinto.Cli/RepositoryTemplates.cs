using System.Text;

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
        if (_model is "" or "." || _model.StartsWith('/') || _model.StartsWith('-') || _model.Split('/').Any(part => part is "" or "." or ".."))
            throw new UsageException("--model takes a path below the root of the repository, such as models/iris; the trust folder cannot lie in the model");
        if (_model == "trust" || _model.StartsWith("trust/", StringComparison.Ordinal))
            throw new UsageException("the model cannot lie in trust/, where the keys lie");
        ThrowUnlessPlain("--model", _model);
        ThrowUnlessPlain("--name", name ?? "");
    }

    /// <summary>The line of .gitattributes that keeps git from changing the model.</summary>
    public string Attributes => _isFolder ? $"{Quote(_model + "/**")} -text" : $"{Quote(Folder + "*")} -text";

    public string Render(string template) => new StringBuilder(Encoding.UTF8.GetString(Resources.Read("Templates/" + template)).Replace("\r\n", "\n", StringComparison.Ordinal))
        .Replace("@VERSION@", typeof(RepositoryTemplates).Assembly.GetName().Version!.ToString(3))
        .Replace("@MODEL@", _model)
        .Replace("@NAME@", _name ?? "")
        .Replace("@ATTRIBUTES@", Attributes)
        .Replace("@SPEC@", _isFolder ? _model : $":(glob){Folder}*")
        .Replace("@COPY@", CopySource)
        .Replace("@TARGET@", _isFolder ? "/model" : $"/model/{Path.GetFileName(_model)}")
        .Replace("@EXPECT@", template == "Containerfile" ? _name is null ? "" : $", \"--expect-name\", \"{_name}\"" : _name is null ? "" : $" --expect-name '{_name}'")
        .ToString();

    // A file lies with its signature, and with the record and the hash that signing writes.
    private string CopySource => _isFolder ? $"\"{_model}/\""
        : $"\"{_model}\", \"{_model}.*\", \"{Folder}model_metadata.json\", \"{Folder}model_hash.txt\"";

    private string Folder => _model.Contains('/', StringComparison.Ordinal) ? _model[..(_model.LastIndexOf('/') + 1)] : "";

    private static string Quote(string pattern) => pattern.Contains(' ', StringComparison.Ordinal) ? $"\"{pattern}\"" : pattern;

    private static void ThrowUnlessPlain(string option, string text)
    {
        if (!text.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-' or '/' or '+' or ' ') || text.StartsWith('-') || text.Trim() != text)
            throw new UsageException($"{option} stands in files that several programs read; it may hold letters, digits, blanks and . _ - + / alone");
    }
}
