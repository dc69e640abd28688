using System.Text.Json;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests;

/// <summary>What only processes of their own can show: a state that several use at once, and what is mounted twice.</summary>
public sealed class StateProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Of_models_that_many_processes_accept_at_once_none_is_forgotten()
    {
        const int models = 6;
        await RunAsync(0, "keygen", "-o", "k");
        for (var index = 0; index < models; index++)
        {
            _folder.Write($"m{index}/model.onnx", Resources.Read("linear.onnx"));
            await RunAsync(0, "sign", $"m{index}", "--key", "k.key", "--name", $"model-{index / 2}", "--version", $"{index % 2 + 1}.0.0");
        }

        // Of the two versions of a name either both are accepted, the older one first, or the older one is rejected: the newer one stays in any case.
        await Task.WhenAll(Enumerable.Range(0, models).Select(index => CommandProcess.RunAsync(
            CommandProcess.Built, ["verify", $"m{index}", "--key", "k.pub", "--state", "state.json"], _folder.Path, timeout: TimeSpan.FromMinutes(3))));

        using var state = JsonDocument.Parse(File.ReadAllBytes(_folder["state.json"]));
        Assert.Equal(
            ["model-0 2.0.0", "model-1 2.0.0", "model-2 2.0.0"],
            state.RootElement.GetProperty("models").EnumerateArray().Select(model => $"{model.GetProperty("name").GetString()} {model.GetProperty("version").GetString()}"));
        await RunAsync(1, "verify", "m0", "--key", "k.pub", "--state", "state.json");
    }

    [Theory]
    [InlineData("m/inside", "trust", "m")]
    [InlineData("m/inside/k.pub", "trust/k.pub", "m")]
    [InlineData("m/inside", "trust", "m/inside/model.onnx")]
    [InlineData("m/inside/k.pub", "trust/k.pub", "m/inside/model.onnx")]
    public async Task What_belongs_to_the_model_and_is_mounted_elsewhere_is_no_trust(string what, string where, string model)
    {
        Assert.SkipUnless(Tools.Exists("unshare"), "unshare is absent.");
        await RunAsync(0, "keygen", "-o", "k");
        _folder.Write("m/inside/model.onnx", Resources.Read("linear.onnx"));
        File.Copy(_folder["k.pub"], _folder["m/inside/k.pub"]);
        _folder.Write("trust/k.pub", "");
        await RunAsync(0, "sign", model, "--key", "k.key");

        string[] mounted = ["-Urm", "sh", "-c", "mount --bind \"$1\" \"$2\" || exit 99; exec \"$0\" verify \"$3\" --key trust/k.pub", CommandProcess.Built, what, where, model];
        var answer = await CommandProcess.RunAsync("unshare", mounted, _folder.Path);
        Assert.SkipWhen(answer.Code == 99 || answer.Error.StartsWith("unshare:", StringComparison.Ordinal), $"This machine lets nobody mount: {answer.Error}");

        Assert.Equal(1, answer.Code);
        Assert.Contains("SIG006", answer.Output, StringComparison.Ordinal);
        Assert.Contains(what.EndsWith(".pub", StringComparison.Ordinal) ? "under another name" : "mounted elsewhere, too", answer.Output, StringComparison.Ordinal);
    }

    private async Task RunAsync(int code, params string[] arguments)
    {
        var answer = await CommandProcess.RunAsync(CommandProcess.Built, arguments, _folder.Path);
        Assert.True(answer.Code == code, $"{answer.Code}: {answer.Error}{answer.Output}");
    }
}
