namespace Precinto.Cli.Tests;

/// <summary>
/// The working folder of this process, changed for one test. The command names files relative to it, and there is one for all threads:
/// the tests of this project therefore run one after another.
/// </summary>
internal sealed class WorkingFolder : IDisposable
{
    private readonly string _before = Environment.CurrentDirectory;

    public WorkingFolder(string path) => Environment.CurrentDirectory = path;

    public void Dispose() => Environment.CurrentDirectory = _before;
}
