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

    /// <summary>The file system: the entries of the one layer.</summary>
    public IReadOnlyList<TarEntry> Entries { get; }

    public static async Task<VerifierImage> BuildAsync(string native, string name, string archive)
    {
        SkipWithout("buildah");
        var answer = await CommandProcess.RunAsync(
            "/bin/bash", ["eng/build-image.sh", "-b", native, "-t", name, "-o", archive, "-e", "buildah"], Repository.Root, timeout: TimeSpan.FromMinutes(5));
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
        var layer = Assert.Single(manifest.GetProperty("layers").EnumerateArray());
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
