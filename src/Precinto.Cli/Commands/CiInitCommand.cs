using System.CommandLine;
using Precinto.Cli.Files;
using Precinto.Cli.Output;
using Precinto.Trust;

namespace Precinto.Cli.Commands;

/// <summary><c>precinto ci init</c>: writes the pipeline, the trust folder, a Containerfile and a hook into the working folder; all of it or nothing.</summary>
internal sealed class CiInitCommand
{
    private readonly Option<bool> _github = new("--github") { Description = "Write a workflow for GitHub Actions" };
    private readonly Option<bool> _gitlab = new("--gitlab") { Description = "Write a job for GitLab CI" };
    private readonly Option<bool> _azure = new("--azure") { Description = "Write a pipeline for Azure Pipelines" };
    private readonly Option<string> _model = new("--model") { Description = "The model in the repository, a file or a folder", HelpName = "PATH", DefaultValueFactory = _ => "model" };
    private readonly Option<string?> _name = new("--name") { Description = "The name that the model must be signed under", HelpName = "N" };
    private readonly Option<string[]> _key = new("--key")
    {
        Description = "A public key or OpenPGP certificate to copy into the trust folder (several times)",
        HelpName = "PUBLIC",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Print what would be written" };

    private CiInitCommand()
    {
    }

    public static Command Create(Surroundings surroundings)
    {
        CiInitCommand init = new();
        DocumentedCommand command = new(
            "init",
            "Writes a pipeline, a trust folder, a Containerfile and a pre-commit hook into the working folder, the root of a repository.",
            "precinto ci init --model models/iris --key release.pub",
            "precinto ci init --gitlab --model model.onnx --name iris --dry-run")
        {
            init._github, init._gitlab, init._azure, init._model, init._name, init._key, init._dryRun,
        };
        CommonOptions.RefuseEmpty(init._model);
        CommonOptions.RefuseEmpty(init._name);
        CommonOptions.RefuseEmpty(init._key);
        command.SetAction(parsed => (int)init.Run(parsed, surroundings));
        return command;
    }

    private ExitCode Run(ParseResult parsed, Surroundings surroundings)
    {
        RepositoryPath.ThrowUnlessRoot();
        RepositoryTemplates templates = new(parsed.GetValue(_model)!, parsed.GetValue(_name));
        var (github, gitlab, azure) = ChooseSystems(parsed);
        List<RepositoryFile> files = [];
        List<string> steps = [];
        if (github)
            files.Add(new(".github/workflows/precinto.yml", templates.Render("github.yml")));
        if (gitlab)
            AddGitLab(templates, files, steps);
        if (azure)
        {
            files.Add(new(".azure/precinto.yml", templates.Render("azure.yml")));
            steps.Add("create a pipeline from .azure/precinto.yml");
        }

        files.Add(new("trust/README.md", templates.Render("trust.md")));
        files.AddRange(ReadKeys(parsed.GetValue(_key) ?? []));
        files.Add(new("deploy/precinto/Containerfile", templates.Render("Containerfile")));
        files.Add(new(".githooks/pre-commit", templates.Render("pre-commit"), isExecutable: true));
        if (Path.Exists(".gitattributes"))
            steps.Add($"add these lines to .gitattributes, unless they are there: {templates.Attributes}, trust/** -text, .githooks/** text eol=lf");
        else
            files.Add(new(".gitattributes", templates.Render("gitattributes")));
        steps.Add("switch the hook on: cp .githooks/pre-commit .git/hooks/pre-commit");
        if (parsed.GetValue(_key) is not { Length: > 0 })
            steps.Add("put the public keys of those who may sign into trust/");

        templates.ThrowIfInModel(files);
        if (parsed.GetValue(_dryRun))
        {
            foreach (var file in files)
                surroundings.Output.WriteLine($"==> {file.Path}\n{file.Text}");
            return ExitCode.Success;
        }

        RepositoryFile.WriteAll(files);
        foreach (var file in files)
            surroundings.Output.WriteLine(Escaping.Escape(file.Path));
        foreach (var step in steps)
            surroundings.Error.WriteLine($"next: {step}");
        return ExitCode.Success;
    }

    private (bool GitHub, bool GitLab, bool Azure) ChooseSystems(ParseResult parsed)
    {
        var (github, gitlab, azure) = (parsed.GetValue(_github), parsed.GetValue(_gitlab), parsed.GetValue(_azure));
        if (github || gitlab || azure)
            return (github, gitlab, azure);

        if (Directory.Exists(".github"))
            return (true, false, false);
        if (File.Exists(Pipeline))
            return (false, true, false);
        return File.Exists("azure-pipelines.yml") ? (false, false, true) : (true, false, false);
    }

    private static void AddGitLab(RepositoryTemplates templates, List<RepositoryFile> files, List<string> steps)
    {
        var stage = File.Exists(Pipeline) ? GitLabStages.Choose(NamedFile.ReadText(Pipeline, LargestPipeline)) : "test";
        files.Add(new(".gitlab/precinto.yml", templates.Render("gitlab.yml", stage ?? "test")));
        if (stage is null)
            steps.Add("name one of your stages in .gitlab/precinto.yml, where \"test\" stands now: which there are cannot be seen here");
        if (Path.Exists(Pipeline))
            steps.Add("include it in .gitlab-ci.yml: include: [{ local: .gitlab/precinto.yml }]");
        else
            files.Add(new(Pipeline, templates.Render("gitlab-ci.yml")));
        steps.Add("add a pipeline schedule in GitLab: a signature expires without any change");
    }

    private static IEnumerable<RepositoryFile> ReadKeys(string[] paths)
    {
        foreach (var path in paths)
        {
            var name = Path.GetFileName(path);
            if (name.StartsWith('.') || Path.GetExtension(name) is not (".pub" or ".pem" or ".asc" or ".gpg"))
                throw new UsageException($"{path} does not end in .pub, .pem, .asc or .gpg, as a key in a trust folder does");

            // What a trust folder would refuse, a private key above all, is not put into one.
            _ = PolicyDocument.LoadSigners(path);
            yield return new("trust/" + name, NamedFile.Read(path, NamedFile.MaximumKey));
        }
    }

    private const string Pipeline = ".gitlab-ci.yml";
    private const int LargestPipeline = 1 << 20;
}
