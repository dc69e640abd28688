using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests.Deployment;

/// <summary>The Containerfile that <c>ci init</c> writes, built with stand-ins for Microsoft's images and for the download of the tool.</summary>
public sealed class GeneratedImageTests(PublishedCommands published) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("models/iris")]
    [InlineData("models/my model.onnx")]
    public async Task It_is_built_from_a_model_that_verifies_and_from_no_other(string model)
    {
        var image = await published.ImageAsync();
        var name = $"{image.Name}-generated";
        await MakeAsync(model);
        try
        {
            // What the builder keeps to itself, the user of the image has to read.
            if (!OperatingSystem.IsWindows())
                foreach (var path in Directory.EnumerateFiles(_folder["work"], "*", SearchOption.AllDirectories))
                    File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            var built = await BuildAsync(image.Name, name);
            Assert.True(built.Code == 0, built.Output + built.Error);
            var answer = await VerifierImage.RunAsync(name, []);
            Assert.True(answer.Code == 0, answer.Output + answer.Error);
            Assert.EndsWith("\ntrusted\n", answer.Output, StringComparison.Ordinal);

            var changed = _folder["work/" + (Path.HasExtension(model) ? model : model + "/model.onnx")];
            await File.AppendAllTextAsync(changed, "x", TestContext.Current.CancellationToken);
            var refused = await BuildAsync(image.Name, name);
            Assert.NotEqual(0, refused.Code);
            Assert.Contains("rejected", refused.Output + refused.Error, StringComparison.Ordinal);
        }
        finally
        {
            await CommandProcess.RunAsync("buildah", ["rmi", "--force", name], _folder.Path);
        }
    }

    public void Dispose() => _folder.Dispose();

    private async Task<ProcessAnswer> BuildAsync(string runtime, string name)
    {
        var native = Path.GetDirectoryName((await published.NativeAsync()).Path)!;
        _folder.Write("sdk/dotnet", "#!/bin/sh\n[ \"$1 $2 $3 $6\" = 'tool install Precinto.Tool --tool-path' ] && mkdir -p \"$7\" && cp /native/precinto \"$7/precinto\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder["sdk/dotnet"], (UnixFileMode)0b111_101_101);
        return await VerifierImage.WithStandInAsync(_folder["sdk"], [$"{native}:/native:ro"], (standIn, volumes) => CommandProcess.RunAsync(
            "buildah",
            [
                "build", "--isolation", "chroot", "--file", "deploy/precinto/Containerfile", "--build-arg", $"SDK={standIn}", "--build-arg", $"RUNTIME={runtime}",
                .. volumes, "--tag", name, ".",
            ],
            _folder["work"],
            timeout: TimeSpan.FromMinutes(5)));
    }

    private async Task MakeAsync(string model)
    {
        _folder.Write("work/" + (Path.HasExtension(model) ? model : model + "/model.onnx"), Resources.Read("linear.onnx"));
        foreach (var arguments in new string[][]
        {
            ["keygen", "-o", "../release"],
            ["ci", "init", "--model", model, "--name", "iris", "--key", "../release.pub"],
            ["sign", model, "--key", "../release.key", "--name", "iris"],
        })
        {
            var answer = await CommandProcess.RunAsync(CommandProcess.Built, arguments, _folder["work"]);
            Assert.True(answer.Code == 0, answer.Error);
        }
    }
}
