using System.IO.Compression;
using System.Xml.Linq;
using Precinto.Cli.Tests.Documentation;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests.Deployment;

/// <summary>What eng/release.sh makes, around the native binary of this run; the image has tests of its own.</summary>
public sealed class ReleaseTests(PublishedCommands published, ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task It_is_whole_signed_and_the_same_to_the_byte_wherever_it_is_made()
    {
        var native = Path.GetDirectoryName((await published.NativeAsync()).Path)!;
        var here = await MakeAsync(Repository.Root, native, "here");
        var there = await MakeAsync(await CopySourcesAsync(), native, "there");
        Assert.Equal(Names(here), Names(there));
        foreach (var name in Names(here))
        {
            output.WriteLine($"{new FileInfo(Path.Combine(here, name)).Length,10} {name}");
            Assert.True(await AreEqualAsync(Path.Combine(here, name), Path.Combine(there, name)), $"{name} differs");
        }

        AssertHoldsEverything(here);
        await AssertArchiveWorksAsync(here);
        await AssertIsSignedAsync(here, Path.Combine(native, "precinto"));
    }

    [Theory]
    [InlineData("--tag", "v9.9.9")]
    [InlineData("--tag")]
    [InlineData("--other")]
    [InlineData]
    public async Task Nothing_is_made_of_another_tag_or_of_half_an_instruction(params string[] arguments)
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("eng/release.sh needs a POSIX shell.");
        var folder = _folder["release"];
        string[] all = arguments.Length == 0 ? [] : ["-o", folder, .. arguments];
        var answer = await CommandProcess.RunAsync("/bin/bash", ["eng/release.sh", .. all], Repository.Root);
        Assert.True(answer.Code is 1 or 2, answer.Output + answer.Error);
        Assert.False(Path.Exists(folder));
    }

    [Fact]
    public void The_workflow_gives_each_job_what_it_needs_and_names_every_action_by_its_commit()
    {
        var workflow = Repository.Read(".github/workflows/release.yml");
        Assert.Contains("\npermissions: {}\n", workflow, StringComparison.Ordinal);
        Assert.Equal(2, workflow.Split("\n    permissions:\n").Length - 1);
        foreach (var line in workflow.Split('\n').Where(line => line.Contains("uses:", StringComparison.Ordinal)))
            Assert.Matches(@"uses: [a-z-]+/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line);

        // What somebody else can choose, such as the name of a tag, reaches a shell as a variable and never as a part of the script.
        var scripts = workflow.Split("run:").Skip(1).Select(part => part.Split("\n      - ")[0]);
        Assert.All(scripts, script => Assert.DoesNotContain("${{", script.Split("\n        env:")[0], StringComparison.Ordinal));

        // The keys are in one job only, and somebody is asked before it runs.
        var jobs = workflow.Split("\n  publish:\n");
        Assert.DoesNotContain("secrets.", jobs[0], StringComparison.Ordinal);
        Assert.Contains("\n    environment: release\n", jobs[1], StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> MakeAsync(string sources, string native, string name)
    {
        var folder = _folder[name];
        Dictionary<string, string> variables = new() { ["SOURCE_DATE_EPOCH"] = "1700000000", ["MSBUILDDISABLENODEREUSE"] = "1", ["DOTNET_NOLOGO"] = "1" };
        var answer = await CommandProcess.RunAsync(
            "/bin/bash", ["eng/release.sh", "-o", folder, "--native", native, "--no-image"], sources, variables, TimeSpan.FromMinutes(15));
        Assert.True(answer.Code == 0, answer.Output + answer.Error);
        return folder;
    }

    // The files as they are here, changes included, and the history that the commit is read from, where there is one.
    private async Task<string> CopySourcesAsync()
    {
        var target = _folder["another/folder/with the sources"];
        var cloned = await CommandProcess.RunAsync("git", ["clone", "--quiet", "--no-checkout", Repository.Root, target], _folder.Path);
        if (cloned.Code != 0)
            Directory.CreateDirectory(target);
        CopyFolder(new(Repository.Root), target);
        return target;
    }

    private static void CopyFolder(DirectoryInfo source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var file in source.EnumerateFiles().Where(file => file.Name != ".git"))
            file.CopyTo(Path.Combine(target, file.Name));
        foreach (var folder in source.EnumerateDirectories().Where(folder => folder.Name is not (".git" or "bin" or "obj" or "artifacts" or "TestResults")))
            CopyFolder(folder, Path.Combine(target, folder.Name));
    }

    private static void AssertHoldsEverything(string folder)
    {
        var version = typeof(CommandLine).Assembly.GetName().Version!.ToString(3);
        foreach (var library in new[] { "Precinto", "Precinto.Inference", "Precinto.MLNet" })
        {
            using var package = ZipFile.OpenRead(Path.Combine(folder, $"{library}.{version}.nupkg"));
            using var symbols = ZipFile.OpenRead(Path.Combine(folder, $"{library}.{version}.snupkg"));
            foreach (var name in new[] { "README.md", $"lib/net10.0/{library}.dll", $"lib/net10.0/{library}.xml" })
                Assert.NotNull(package.GetEntry(name));
            Assert.NotNull(symbols.GetEntry($"lib/net10.0/{library}.pdb"));
            using var stream = package.GetEntry($"{library}.nuspec")!.Open();
            var metadata = XDocument.Load(stream).Root!.Elements().Single();
            string? Value(string name) => metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value;
            Assert.Equal((library, version, "Apache-2.0", "README.md"), (Value("id"), Value("version"), Value("license"), Value("readme")));
            Assert.False(string.IsNullOrEmpty(Value("description")));
        }

        Assert.True(File.Exists(Path.Combine(folder, $"Precinto.Tool.{version}.nupkg")));
        Assert.DoesNotContain(Names(folder), name => name.Contains("Attacks", StringComparison.Ordinal));
    }

    private async Task AssertArchiveWorksAsync(string folder)
    {
        var archive = Assert.Single(Directory.GetFiles(folder, "*.tar.gz"));
        var unpacked = Directory.CreateDirectory(_folder["unpacked"]).FullName;
        Assert.Equal(0, (await CommandProcess.RunAsync("tar", ["-xzf", archive, "--strip-components=1"], unpacked)).Code);
        foreach (var name in new[] { "LICENSE", "README.md", "CHANGELOG.md", "precinto.1", "sbom.cdx.json", "libonnxruntime.so", "completions/precinto.bash", "completions/precinto.zsh", "completions/precinto.fish", "completions/precinto.pwsh" })
            Assert.True(new FileInfo(Path.Combine(unpacked, name)) is { Exists: true, Length: > 0 }, name);
        var command = Path.Combine(unpacked, "precinto");
        var models = await published.SignedModelsAsync();
        var predicted = await CommandProcess.RunAsync(command, ["predict", "onnx", "--input", "5.1,3.5,1.4,0.2", "--key", "k.pub"], models);
        Assert.Equal((0, "setosa\n"), (predicted.Code, predicted.Output));
    }

    private async Task AssertIsSignedAsync(string folder, string precinto)
    {
        foreach (var arguments in new[] { "keygen -o release", "keygen -o openpgp --type openpgp" })
            Assert.Equal(0, (await CommandProcess.RunAsync(precinto, arguments.Split(' '), _folder.Path)).Code);
        var signed = await CommandProcess.RunAsync(
            "/bin/bash", ["eng/sign-release.sh", precinto, folder, "0.1.0", _folder["release.key"], _folder["openpgp.key"]], Repository.Root);
        Assert.True(signed.Code == 0, signed.Output + signed.Error);
        var sums = await CommandProcess.RunAsync("sha256sum", ["--check", "--strict", "--quiet", "SHA256SUMS"], folder);
        Assert.True(sums.Code == 0, sums.Output + sums.Error);

        // What a release consists of is programs, which is a warning about a model.
        string[] asked = ["verify", folder, "--fail-on", "danger", "--key", _folder["release.pub"], "--openpgp-key", _folder["openpgp.pub"], "--expect-name", "precinto"];
        var answer = await CommandProcess.RunAsync(precinto, asked, folder);
        Assert.True(answer.Code == 0, answer.Output + answer.Error);
        await File.AppendAllTextAsync(Path.Combine(folder, Names(folder).First(name => name.EndsWith(".nupkg", StringComparison.Ordinal))), "x", TestContext.Current.CancellationToken);
        Assert.Equal(1, (await CommandProcess.RunAsync(precinto, asked, folder)).Code);
    }

    private static List<string> Names(string folder) =>
        [.. Directory.GetFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private static async Task<bool> AreEqualAsync(string one, string other)
    {
        var first = await File.ReadAllBytesAsync(one, TestContext.Current.CancellationToken);
        var second = await File.ReadAllBytesAsync(other, TestContext.Current.CancellationToken);
        return first.AsSpan().SequenceEqual(second);
    }
}
