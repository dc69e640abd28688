using System.Xml.Linq;
using Precinto.Cli.Tests;
using Precinto.Cli.Tests.Deployment;
using Precinto.Tests.Shared;
using Xunit;

[assembly: AssemblyFixture(typeof(PublishedCommands))]

namespace Precinto.Cli.Tests;

/// <summary>The command as it is shipped, each way built once a run and only when a test asks: for the JIT, as a .NET tool, and as a native binary.</summary>
public sealed class PublishedCommands : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<Task<PublishedCommand>> _jit;
    private readonly Lazy<Task<PublishedCommand>> _tool;
    private readonly Lazy<Task<PublishedCommand>> _native;
    private readonly Lazy<Task<VerifierImage>> _image;

    /// <summary>Builds nothing yet.</summary>
    public PublishedCommands()
    {
        _jit = new(() => PublishAsync("dotnet", ["publish", "src/Precinto.Cli", "-c", "Release", "-o", _folder["jit"], "-nologo"], _folder["jit/Precinto.Cli"]));
        _tool = new(InstallToolAsync);
        _native = new(() => PublishAsync("/bin/bash", ["eng/publish-native.sh", "-o", _folder["native"]], _folder["native/precinto"]));
        _image = new(async () => await VerifierImage.BuildAsync(Path.GetDirectoryName((await NativeAsync()).Path)!, $"localhost/precinto-test:{Environment.ProcessId}", _folder["image.tar"]));
    }

    /// <summary>A signed folder with an ONNX model, and one with a scikit-learn pickle, in which the shipped commands work.</summary>
    internal async Task<string> SignedModelsAsync()
    {
        var folder = _folder["work"];
        if (Directory.Exists(folder))
            return folder;

        Directory.CreateDirectory(folder);
        _folder.Write("work/onnx/model.onnx", Resources.Read("linear.onnx"));
        _folder.Write("work/tree/model.pkl", Resources.Read("decision-tree.pkl"));
        foreach (var arguments in new[] { "keygen -o k", "sign onnx --key k.key", "sign tree --key k.key" })
        {
            var answer = await CommandProcess.RunAsync(CommandProcess.Built, arguments.Split(' '), folder);
            Assert.True(answer.Code == 0, answer.Error);
        }

        return folder;
    }

    internal Task<PublishedCommand> JitAsync() => _jit.Value;

    internal Task<PublishedCommand> ToolAsync() => _tool.Value;

    /// <summary>The native binary; the running test is skipped where there is no compiler to link it with.</summary>
    internal Task<PublishedCommand> NativeAsync()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("eng/publish-native.sh needs a POSIX shell.");
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, "clang")) || File.Exists(Path.Combine(folder, "gcc"))))
            Assert.Skip("There is no C compiler to link the native binary with.");
        return _native.Value;
    }

    /// <summary>The verifier's image around the native binary; the running test is skipped where it cannot be built.</summary>
    internal Task<VerifierImage> ImageAsync()
    {
        VerifierImage.SkipWithout("buildah");
        return _image.Value;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_image is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true } image })
            CommandProcess.RunAsync("buildah", ["rmi", "--force", image.Result.Name], _folder.Path).GetAwaiter().GetResult();
        _folder.Dispose();
    }

    private async Task<PublishedCommand> InstallToolAsync()
    {
        var packed = await PublishAsync("dotnet", ["pack", "src/Precinto.Cli", "-c", "Release", "-o", _folder["pack"], "-nologo"], _folder["pack"]);

        // The package alone must do: no other source is asked.
        new XDocument(new XElement("configuration", new XElement("packageSources",
            new XElement("clear"), new XElement("add", new XAttribute("key", "packed"), new XAttribute("value", _folder["pack"]))))).Save(_folder["nuget.config"]);
        var package = Assert.Single(Directory.GetFiles(_folder["pack"], "Precinto.Tool.*.nupkg"));
        var version = Path.GetFileNameWithoutExtension(package)["Precinto.Tool.".Length..];
        var installed = await PublishAsync(
            "dotnet",
            ["tool", "install", "Precinto.Tool", "--version", version, "--tool-path", _folder["tool"], "--configfile", _folder["nuget.config"], "--no-cache"],
            _folder["tool/precinto"],
            new() { ["NUGET_PACKAGES"] = _folder["tool-packages"] });
        return installed with { Log = packed.Log + installed.Log };
    }

    private static async Task<PublishedCommand> PublishAsync(string program, string[] arguments, string path, Dictionary<string, string>? variables = null)
    {
        // What the test runner was started with must not reach another build.
        variables ??= [];
        variables["MSBUILDDISABLENODEREUSE"] = "1";
        variables["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        variables["DOTNET_NOLOGO"] = "1";
        var answer = await CommandProcess.RunAsync(program, arguments, FindRoot(), variables, TimeSpan.FromMinutes(15));
        Assert.True(answer.Code == 0, $"{program} {string.Join(' ', arguments)} ended with {answer.Code}:\n{answer.Output}{answer.Error}");
        return new(path, answer.Output + answer.Error);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Precinto.slnx")))
                return folder.FullName;

        Assert.Skip("The sources are not here; nothing can be published.");
        return "";
    }
}

/// <summary>A command as it is shipped: its executable, and what building it printed.</summary>
internal sealed record PublishedCommand(string Path, string Log);
