using System.Diagnostics;
using Xunit;

namespace Precinto.Tests.Formats;

/// <summary>Runs Debian's Python, whose libraries write files that are nobody's forgery; a test that needs a library is skipped without it.</summary>
internal static class DebianPython
{
    /// <summary>Runs a script in a folder.</summary>
    public static void Run(string folder, string library, string script)
    {
        if (!File.Exists(Interpreter) || Start(folder, "import " + library) != 0)
            Assert.Skip($"{library} is absent: it is in Debian's python3-{library}.");
        Assert.Equal(0, Start(folder, script));
    }

    private static int Start(string folder, string script)
    {
        ProcessStartInfo start = new(Interpreter) { WorkingDirectory = folder };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script);
        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }

    private const string Interpreter = "/usr/bin/python3";
}
