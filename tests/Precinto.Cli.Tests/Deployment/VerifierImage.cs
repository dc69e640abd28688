using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using Precinto.Cli.Tests.Documentation;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests.Deployment;

/// <summary>The verifier's image, built by <c>eng/build-image.sh</c> around the native binary of this run, and read back from its archive.</summary>
internal sealed class VerifierImage
{
    private VerifierImage(string name, string archive, JsonElement configuration, IReadOnlyList<TarEntry> entries)
    {
        Name = name;
        Archive = archive;
        Configuration = configuration;
        Entries = entries;
    }

    public string Name { get; }

    public string Archive { get; }

    /// <summary>The image's configuration, as the OCI image specification has it.</summary>
    public JsonElement Configuration { get; }

    /// <summary>The file system: the entries of the layer that the Containerfile adds.</summary>
    public IReadOnlyList<TarEntry> Entries { get; }

    /// <summary>Builds the last stage around a native binary that is there already.</summary>
    public static Task<VerifierImage> BuildAsync(string native, string name, string archive, params string[] options) =>
        RunScriptAsync(name, archive, ["-b", native, .. options]);

    /// <summary>
    /// Builds all stages. Microsoft's image cannot be had everywhere, so an image of nothing takes its place, into which the folders are mounted
    /// that the .NET SDK, the compiler and the packages of this machine lie in.
    /// </summary>
    public static async Task<VerifierImage> BuildWholeAsync(string name, string archive)
    {
        SkipWithout("clang");
        var sdk = Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return await WithStandInAsync(sdk, [$"{packages}:/packages"], (standIn, volumes) => RunScriptAsync(name, archive, ["-s", standIn, "--", .. volumes]));
    }

    /// <summary>Builds any Containerfile that runs something, on an image of nothing into which this machine's programs are mounted.</summary>
    /// <param name="sdk">The folder that is first on the path there.</param>
    /// <param name="mounts">What else is mounted, as engines write it.</param>
    /// <param name="build">Builds, given the image and the options that mount.</param>
    public static async Task<T> WithStandInAsync<T>(string sdk, string[] mounts, Func<string, IEnumerable<string>, Task<T>> build)
    {
        SkipWithout("buildah");
        if (new FileInfo("/bin").LinkTarget != "usr/bin")
            Assert.Skip("/bin is no link to /usr/bin here.");

        using TemporaryFolder folder = new();
        foreach (var empty in new[] { "usr", "etc", "tmp", "root", "proc", "sys", "dev", "run", "var/lib/dpkg", "sdk", "packages", "native" })
            Directory.CreateDirectory(folder[$"image/{empty}"]);
        foreach (var link in new[] { "bin", "sbin", "lib", "lib64" }.Where(link => new FileInfo($"/{link}").LinkTarget is not null))
            File.CreateSymbolicLink(folder[$"image/{link}"], new FileInfo($"/{link}").LinkTarget!);
        folder.Write("Containerfile", "FROM scratch\nCOPY image/ /\nENV HOME=/root NUGET_PACKAGES=/packages PATH=/sdk:/usr/sbin:/usr/bin DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1\n");
        var standIn = $"localhost/precinto-test-sdk:{Path.GetFileName(folder.Path).ToLowerInvariant()}";
        var made = await CommandProcess.RunAsync("buildah", ["build", "--isolation", "chroot", "--tag", standIn, folder.Path], folder.Path);
        Assert.True(made.Code == 0, made.Error);
        try
        {
            string[] all = ["/usr:/usr:ro", "/etc:/etc:ro", "/var/lib/dpkg:/var/lib/dpkg:ro", $"{sdk}:/sdk:ro", .. mounts];
            return await build(standIn, all.SelectMany(mount => new[] { "--volume", mount }));
        }
        finally
        {
            await CommandProcess.RunAsync("buildah", ["rmi", "--force", standIn], folder.Path);
        }
    }

    private static async Task<VerifierImage> RunScriptAsync(string name, string archive, string[] arguments)
    {
        SkipWithout("buildah");
        var answer = await CommandProcess.RunAsync(
            "/bin/bash", ["eng/build-image.sh", "-t", name, "-o", archive, "-e", "buildah", .. arguments], Repository.Root, timeout: TimeSpan.FromMinutes(15));
        Assert.True(answer.Code == 0, answer.Output + answer.Error);
        return Read(name, archive);
    }

    public static VerifierImage Read(string name, string archive)
    {
        Dictionary<string, byte[]> blobs = [];
        using (var stream = File.OpenRead(archive))
        using (TarReader reader = new(stream))
        {
            while (reader.GetNextEntry() is { } entry)
                if (entry.DataStream is { } data)
                    blobs[entry.Name] = ReadAll(data);
        }

        var manifest = Parse(Blob(Parse(blobs["index.json"]).GetProperty("manifests")[0]));

        // On another image there are more; the last one is what the Containerfile adds.
        var layer = manifest.GetProperty("layers").EnumerateArray().Last();
        using GZipStream unpacked = new(new MemoryStream(Blob(layer)), CompressionMode.Decompress);
        using TarReader files = new(unpacked);
        List<TarEntry> entries = [];
        while (files.GetNextEntry(copyData: true) is { } entry)
            entries.Add(entry);
        return new(name, archive, Parse(Blob(manifest.GetProperty("config"))), entries);

        byte[] Blob(JsonElement descriptor) => blobs["blobs/" + descriptor.GetProperty("digest").GetString()!.Replace(':', '/')];
    }

    /// <summary>Runs the image as docs/container.md says, with nothing that it does not need. The running test is skipped where containers cannot run.</summary>
    /// <param name="model">What is mounted as /model, or null.</param>
    /// <param name="trust">What is mounted as /trust, or null.</param>
    /// <param name="arguments">Other arguments than the image's own; <c>--entrypoint</c> first where another command is asked for.</param>
    public Task<ProcessAnswer> RunAsync(string? model, string? trust, params string[] arguments)
    {
        string[] options =
        [
            .. model is null ? Array.Empty<string>() : ["--volume", $"{model}:/model:ro"],
            .. trust is null ? Array.Empty<string>() : ["--volume", $"{trust}:/trust:ro"],
            .. arguments is ["--entrypoint", var entry, ..] ? ["--entrypoint", entry] : Array.Empty<string>(),
        ];
        return RunAsync(Name, options, arguments is ["--entrypoint", ..] ? arguments[2..] : arguments);
    }

    /// <summary>Runs any image in the same way.</summary>
    public static async Task<ProcessAnswer> RunAsync(string image, string[] options, params string[] arguments)
    {
        if (await WhyNoContainers.Value is { } reason)
            Assert.Skip(reason);
        return await CommandProcess.RunAsync("podman", [.. Hardened, .. options, image, .. arguments], Path.GetTempPath());
    }

    public static void SkipWithout(string tool)
    {
        if (OperatingSystem.IsWindows() || !Tools.Exists(tool))
            Assert.Skip($"{tool} is not installed.");
    }

    // What is asked first is whether a container runs at all: an engine inside a container often may not.
    private static async Task<string?> ProbeAsync()
    {
        if (!Tools.Exists("podman") || !Tools.Exists("runc"))
            return "podman or runc is not installed.";

        using TemporaryFolder folder = new();
        folder.Write("Containerfile", "FROM scratch\nCOPY Containerfile /\n");
        var name = $"localhost/precinto-probe:{Environment.ProcessId}";
        await CommandProcess.RunAsync("buildah", ["build", "--isolation", "chroot", "-t", name, folder.Path], folder.Path);

        // There is no such program in it, which only the runtime can find out; everything that fails earlier fails otherwise.
        var answer = await CommandProcess.RunAsync("podman", [.. Hardened, name, "/nothing"], folder.Path);
        await CommandProcess.RunAsync("podman", ["rmi", "--force", name], folder.Path);
        return answer.Code == 127 ? null : $"Containers cannot run here: {answer.Error.Trim()}";
    }

    private static byte[] ReadAll(Stream stream)
    {
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private static JsonElement Parse(byte[] text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    private static readonly Lazy<Task<string?>> WhyNoContainers = new(ProbeAsync);

    // The last two are those of an engine that runs inside another container and may not raise them.
    private static readonly string[] Hardened =
    [
        "--runtime", "runc", "run", "--rm", "--network", "none", "--read-only", "--read-only-tmpfs=false", "--cap-drop", "all",
        "--security-opt", "no-new-privileges", "--pids-limit=0", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024",
    ];
}
