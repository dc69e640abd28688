using Precinto.Tests.Shared;

namespace Precinto.Cli.Tests.Output;

/// <summary>A folder with a payload under every name that could act on what reads a report.</summary>
internal sealed class HostileFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WorkingFolder _working;

    public HostileFolder()
    {
        Xunit.Assert.SkipUnless(!OperatingSystem.IsWindows(), "Windows has no such names.");
        foreach (var name in Names)
            _folder.Write("m/" + name, "cos\nsystem\n(S'::error::x\\n::stop-commands::t\\n##[add-mask]y'\ntR.");
        _working = new(_folder.Path);
    }

    public static string[] Names { get; } =
    [
        "::error::owned", "  ::stop-commands::token", "a\n::stop-commands::token", "a\r::set-env name=PATH::x", "##[add-mask]x", "x##vso[task.complete result=Succeeded;]x",
        "`</code><script>alert(1)<|| |", "[link](https:), @everyone #1", "a;b]c,d:e%0A::error::", "<!-- \u0001\u001b[31m\u202e", "50%.pkl", "&amp;\"'",
    ];

    public string Path => _folder.Path;

    public string this[string name] => _folder[name];

    public async Task<Answer> RunAsync(params string[] arguments)
    {
        Scene scene = new(_folder);
        return await scene.RunAsync(arguments, Xunit.TestContext.Current.CancellationToken);
    }

    public async Task<Answer> RunInAsync(IReadOnlyDictionary<string, string> variables, params string[] arguments)
    {
        Scene scene = new(_folder);
        foreach (var (name, value) in variables)
            scene.Arrange($"variable {name} {value}");
        return await scene.RunAsync(arguments, Xunit.TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        _working.Dispose();
        _folder.Dispose();
    }
}
