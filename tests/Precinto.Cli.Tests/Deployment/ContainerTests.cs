using System.Formats.Tar;
using System.Text.Json;
using System.Text.RegularExpressions;
using Precinto.Cli.Tests.Documentation;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests.Deployment;

/// <summary>The image of the verifier: what is in it, and that running it is the verification.</summary>
public sealed partial class ContainerTests(PublishedCommands published, ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task It_holds_nothing_but_the_command_and_the_libraries_it_loads()
    {
        var image = await published.ImageAsync();
        foreach (var entry in image.Entries)
        {
            output.WriteLine($"{entry.EntryType,-12} {entry.Length,9} {entry.Name}");
            Assert.True(entry.EntryType is TarEntryType.Directory or TarEntryType.RegularFile, $"{entry.Name} is a {entry.EntryType}");
            Assert.True(entry.EntryType == TarEntryType.Directory || Expected().IsMatch(entry.Name), $"{entry.Name} is in the image");
            Assert.Equal((0, 0), (entry.Uid, entry.Gid));
            Assert.Equal((UnixFileMode)0, entry.Mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.SetUser | UnixFileMode.SetGroup));
        }

        foreach (var name in new[] { "precinto", "libcrypto.so.3", "libssl.so.3", "libc.so.6", "libm.so.6" })
            Assert.Single(image.Entries, entry => entry.EntryType == TarEntryType.RegularFile && Path.GetFileName(entry.Name) == name);
    }

    [Fact]
    public async Task A_scanner_finds_the_record_of_every_package_that_a_library_is_from()
    {
        var names = (await published.ImageAsync()).Entries.Select(entry => entry.Name.Trim('/')).ToList();
        Assert.Contains("etc/os-release", names);
        Assert.Contains("sbom.cdx.json", names);
        var records = names.Where(name => name.StartsWith("var/lib/dpkg/status.d/", StringComparison.Ordinal)).Select(Path.GetFileName).ToList();
        Assert.Contains(records, name => name!.StartsWith("libssl3", StringComparison.Ordinal));
        Assert.Contains("libc6", records);
        foreach (var record in records)
            Assert.Contains($"usr/share/doc/{record}/copyright", names);
    }

    [Fact]
    public async Task It_is_smaller_than_20_mebibytes()
    {
        var image = await published.ImageAsync();
        var size = image.Entries.Sum(entry => entry.Length);
        output.WriteLine($"unpacked {size} bytes, the archive {new FileInfo(image.Archive).Length}");
        Assert.InRange(size, 1, 20_000_000);
    }

    [Fact]
    public async Task It_runs_as_a_numbered_user_and_verifies_what_is_mounted()
    {
        var configuration = (await published.ImageAsync()).Configuration.GetProperty("config");
        Assert.Equal("65532:65532", configuration.GetProperty("User").GetString());
        Assert.Equal("/precinto verify /model --trust /trust", string.Join(' ', configuration.GetProperty("Entrypoint").EnumerateArray()));
        foreach (var absent in new[] { "Cmd", "Volumes", "ExposedPorts", "Shell" })
            Assert.False(configuration.TryGetProperty(absent, out var value) && value.ValueKind != JsonValueKind.Null, absent);
    }

    [Fact]
    public async Task Its_labels_say_what_it_is()
    {
        var labels = (await published.ImageAsync()).Configuration.GetProperty("config").GetProperty("Labels")
            .EnumerateObject().ToDictionary(label => label.Name["org.opencontainers.image.".Length..], label => label.Value.GetString()!);
        Assert.Equal(["description", "licenses", "revision", "title", "version"], labels.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("Apache-2.0", "precinto"), (labels["licenses"], labels["title"]));
        Assert.Equal(typeof(CommandLine).Assembly.GetName().Version!.ToString(3), labels["version"]);
    }

    [Fact]
    public async Task Built_again_it_is_the_same_to_the_byte()
    {
        var first = await published.ImageAsync();
        var native = Path.GetDirectoryName((await published.NativeAsync()).Path)!;
        var second = await VerifierImage.BuildAsync(native, first.Name + "-again", _folder["again.tar"]);
        await CommandProcess.RunAsync("buildah", ["rmi", "--force", second.Name], _folder.Path);
        Assert.Equal(await File.ReadAllBytesAsync(first.Archive, TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(second.Archive, TestContext.Current.CancellationToken));
    }

    /// <remarks>There, the sources and the packages lie in other folders than on this machine: the command is compiled twice, and comes out the same.</remarks>
    [Fact]
    public async Task All_stages_of_the_Containerfile_together_make_an_image_of_the_same_files_to_the_byte()
    {
        var (models, trust) = await MakeAsync();
        var expected = await published.ImageAsync();
        var whole = await VerifierImage.BuildWholeAsync(expected.Name + "-whole", _folder["whole.tar"]);
        try
        {
            Assert.Equal(expected.Configuration.GetProperty("config").GetRawText(), whole.Configuration.GetProperty("config").GetRawText());
            Assert.Equal(expected.Entries.Select(entry => entry.Name), whole.Entries.Select(entry => entry.Name));
            foreach (var (one, other) in expected.Entries.Zip(whole.Entries))
            {
                Assert.Equal((one.Name, one.Length, one.Mode, one.ModificationTime), (other.Name, other.Length, other.Mode, other.ModificationTime));
                Assert.True(ContentOf(one).AsSpan().SequenceEqual(ContentOf(other)), $"{one.Name} differs");
            }

            Assert.Equal(0, (await whole.RunAsync(Path.Combine(models, "intact"), trust)).Code);
            Assert.Equal(1, (await whole.RunAsync(Path.Combine(models, "changed"), trust)).Code);
        }
        finally
        {
            await CommandProcess.RunAsync("buildah", ["rmi", "--force", whole.Name], _folder.Path);
        }
    }

    [Fact]
    public async Task The_chiseled_one_verifies_on_the_base_it_is_given()
    {
        var (models, trust) = await MakeAsync();
        var image = await published.ImageAsync();
        var native = Path.GetDirectoryName((await published.NativeAsync()).Path)!;
        var chiseled = await VerifierImage.BuildAsync(
            native, image.Name + "-chiseled", _folder["chiseled.tar"], "-f", "Containerfile.chiseled", "--", "--build-arg", $"BASE={image.Name}");
        try
        {
            Assert.Equal("65532:65532", chiseled.Configuration.GetProperty("config").GetProperty("User").GetString());
            Assert.DoesNotContain(chiseled.Entries, entry => entry.Name.Contains(".so", StringComparison.Ordinal));
            Assert.Equal(0, (await chiseled.RunAsync(Path.Combine(models, "intact"), trust)).Code);
            Assert.Equal(1, (await chiseled.RunAsync(Path.Combine(models, "changed"), trust)).Code);
        }
        finally
        {
            await CommandProcess.RunAsync("buildah", ["rmi", "--force", chiseled.Name], _folder.Path);
        }
    }

    [Fact]
    public void Every_Containerfile_ends_as_a_numbered_user_with_the_same_entry_point_and_labels()
    {
        var files = new[] { "Containerfile", "Containerfile.chiseled" }.Select(name => Repository.Read($"deploy/container/{name}").Split('\n')).ToList();
        foreach (var file in files)
        {
            Assert.Equal(["USER 65532:65532", files[0][^2], ""], file[^3..]);
            Assert.StartsWith("ENTRYPOINT [\"/precinto\", ", file[^2], StringComparison.Ordinal);

            // A shell, a download or a secret in the last stage has no place there; and nothing is taken from the network but by the SDK's own package manager.
            var last = file[Array.FindLastIndex(file, line => line.StartsWith("FROM ", StringComparison.Ordinal))..];
            Assert.DoesNotContain(last, line => line.StartsWith("RUN ", StringComparison.Ordinal) || line.StartsWith("ADD ", StringComparison.Ordinal));
            Assert.DoesNotContain(file, line => line.Contains("curl", StringComparison.Ordinal) || line.Contains("wget", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("intact", 0, "trusted")]
    [InlineData("changed", 1, "rejected")]
    [InlineData("another record", 1, "rejected")]
    [InlineData("unsigned", 1, "rejected")]
    [InlineData("stranger", 1, "rejected")]
    [InlineData("empty", 1, "rejected")]
    public async Task Its_exit_code_is_the_verdict(string model, int code, string verdict)
    {
        var (models, trust) = await MakeAsync();
        var image = await published.ImageAsync();
        var answer = await image.RunAsync(Path.Combine(models, model), trust);
        Assert.True(code == answer.Code, answer.Output + answer.Error);
        Assert.EndsWith($"\n{verdict}\n", answer.Output, StringComparison.Ordinal);
        Assert.Empty(answer.Error);
    }

    /// <remarks>A volume of a ConfigMap is a folder of links through a link to a folder with the time of the last change in its name.</remarks>
    [Fact]
    public async Task Keys_mounted_as_Kubernetes_mounts_them_are_found()
    {
        var (models, trust) = await MakeAsync();
        var mounted = Directory.CreateDirectory(_folder["mounted"]).FullName;
        CopyFolder(trust, Path.Combine(mounted, "..2026_01_02_03_04_05.678901234"));
        File.CreateSymbolicLink(Path.Combine(mounted, "..data"), "..2026_01_02_03_04_05.678901234");
        File.CreateSymbolicLink(Path.Combine(mounted, "author.pub"), "..data/author.pub");
        var image = await published.ImageAsync();
        Assert.Equal(0, (await image.RunAsync(Path.Combine(models, "intact"), mounted)).Code);
        Assert.Equal(1, (await image.RunAsync(Path.Combine(models, "stranger"), mounted)).Code);
    }

    [Fact]
    public async Task Without_keys_it_trusts_nobody()
    {
        var (models, _) = await MakeAsync();
        var image = await published.ImageAsync();
        foreach (var trust in new[] { null, Directory.CreateDirectory(_folder["no keys"]).FullName })
        {
            var answer = await image.RunAsync(Path.Combine(models, "intact"), trust);
            Assert.True(answer.Code is 2 or 3, $"{answer.Code}: {answer.Output}{answer.Error}");
            Assert.Empty(answer.Output);
            Assert.Single(answer.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    [Fact]
    public async Task Without_a_model_it_passes_nothing()
    {
        var (_, trust) = await MakeAsync();
        var answer = await (await published.ImageAsync()).RunAsync(null, trust);
        Assert.Equal(1, answer.Code);
        Assert.Contains("INT009", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_in_one_line_that_it_does_not_compute_ONNX()
    {
        var (models, trust) = await MakeAsync();
        var answer = await (await published.ImageAsync()).RunAsync(
            Path.Combine(models, "intact"), trust, "--entrypoint", "/precinto", "predict", "/model", "--input", "5.1,3.5,1.4,0.2", "--trust", "/trust");
        Assert.Equal((3, ""), (answer.Code, answer.Output));
        Assert.Equal("precinto: ONNX Runtime's library is not part of this installation: ONNX models can be verified here, and not computed\n", answer.Error);
    }

    [Theory]
    [InlineData("intact", 0)]
    [InlineData("changed", 1)]
    public async Task A_model_can_be_copied_into_it(string model, int code)
    {
        var (models, trust) = await MakeAsync();
        var image = await published.ImageAsync();
        CopyFolder(Path.Combine(models, model), Directory.CreateDirectory(_folder["context/model"]).FullName);
        CopyFolder(trust, Directory.CreateDirectory(_folder["context/trust"]).FullName);
        var name = $"{image.Name}-with-{model}";
        var built = await CommandProcess.RunAsync(
            "buildah",
            ["build", "--isolation", "chroot", "--file", Repository.PathOf("deploy/container/Containerfile.model"), "--build-arg", $"VERIFIER={image.Name}", "--tag", name, _folder["context"]],
            _folder.Path);
        Assert.True(built.Code == 0, built.Error);
        try
        {
            var answer = await VerifierImage.RunAsync(name, []);
            Assert.True(code == answer.Code, answer.Output + answer.Error);
        }
        finally
        {
            await CommandProcess.RunAsync("buildah", ["rmi", "--force", name], _folder.Path);
        }
    }

    /// <remarks>No engine is needed: the kernel alone, a user who owns nothing, and no network but an unconnected loopback.</remarks>
    [Theory]
    [InlineData("intact", 0)]
    [InlineData("changed", 1)]
    public async Task Its_files_alone_are_enough_in_a_bare_root(string model, int code)
    {
        VerifierImage.SkipWithout("unshare");
        if (Environment.UserName != "root")
            Assert.Skip("Only root can change the root of a process.");
        var image = await published.ImageAsync();
        var (models, trust) = await MakeAsync();
        var root = Directory.CreateDirectory(_folder["root"]).FullName;
        foreach (var entry in image.Entries.Where(entry => entry.Name.Trim('/', '.').Length > 0))
        {
            // The entries are those of all tests, and the one before has read them to their end.
            if (entry.DataStream is { } data)
                data.Position = 0;
            var path = Path.Combine(root, entry.Name.Trim('/'));
            if (entry.EntryType == TarEntryType.Directory)
                Directory.CreateDirectory(path);
            else
                await entry.ExtractToFileAsync(path, overwrite: true, TestContext.Current.CancellationToken);
        }

        CopyFolder(Path.Combine(models, model), Path.Combine(root, "model"));
        CopyFolder(trust, Path.Combine(root, "trust"));
        var before = Directory.GetFileSystemEntries(root, "*", SearchOption.AllDirectories);

        var answer = await CommandProcess.RunAsync(
            "unshare", ["--net", "chroot", "--userspec=65532:65532", root, "/precinto", "verify", "/model", "--trust", "/trust"], root);

        Assert.True(code == answer.Code, answer.Output + answer.Error);
        Assert.Equal(before, Directory.GetFileSystemEntries(root, "*", SearchOption.AllDirectories));
    }

    public void Dispose() => _folder.Dispose();

    // A signed model and what becomes of it, and a folder with the author's key.
    private async Task<(string Models, string Trust)> MakeAsync()
    {
        var models = _folder["models"];
        _folder.Write("models/intact/model.onnx", Resources.Read("linear.onnx"));
        Directory.CreateDirectory(_folder["models/empty"]);
        foreach (var arguments in new[] { "keygen -o author", "keygen -o stranger" })
            await RunAsync(arguments);
        CopyFolder(_folder["models/intact"], _folder["models/unsigned"]);
        CopyFolder(_folder["models/intact"], _folder["models/stranger"]);
        await RunAsync("sign models/intact --key author.key --name iris");
        await RunAsync("sign models/stranger --key stranger.key --name iris");
        CopyFolder(_folder["models/intact"], _folder["models/changed"]);
        File.AppendAllText(_folder["models/changed/model.onnx"], "x");
        CopyFolder(_folder["models/intact"], _folder["models/another record"]);
        var record = _folder["models/another record/model_metadata.json"];
        File.WriteAllText(record, File.ReadAllText(record).Replace("iris", "wine", StringComparison.Ordinal));
        var trust = Directory.CreateDirectory(_folder["trust"]).FullName;
        File.Copy(_folder["author.pub"], Path.Combine(trust, "author.pub"));

        // The user of the image owns nothing here.
        if (!OperatingSystem.IsWindows())
            foreach (var path in Directory.EnumerateFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories).Append(_folder.Path).Where(path => !path.EndsWith(".key", StringComparison.Ordinal)))
                File.SetUnixFileMode(path, (UnixFileMode)(Directory.Exists(path) ? 0b111_101_101 : 0b110_100_100));
        return (models, trust);
    }

    private static byte[] ContentOf(TarEntry entry)
    {
        using MemoryStream content = new();
        // The entries are those of all tests, and the one before has read them to their end.
        if (entry.DataStream is { } data)
        {
            data.Position = 0;
            data.CopyTo(content);
        }

        return content.ToArray();
    }

    private async Task RunAsync(string arguments)
    {
        var answer = await CommandProcess.RunAsync(CommandProcess.Built, arguments.Split(' '), _folder.Path);
        Assert.True(answer.Code == 0, answer.Error);
    }

    private static void CopyFolder(string source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var file in Directory.EnumerateFiles(source))
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
    }

    [GeneratedRegex(@"^/?(precinto|sbom\.cdx\.json|lib(64)?/([a-z0-9_-]+/)?(lib(c|m|ssl|crypto|z|zstd)|ld-linux-[a-z0-9_-]+)\.so\.\d|etc/(os-release|debian_version|lsb-release)|usr/share/doc/[a-z0-9.+-]+/copyright|var/lib/dpkg/status\.d/[a-z0-9.+-]+)$")]
    private static partial Regex Expected();
}
