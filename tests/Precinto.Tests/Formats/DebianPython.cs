using System.Diagnostics;
using Xunit;

namespace Precinto.Tests.Formats;

/// <summary>Runs Debian's Python, whose libraries write files that are nobody's forgery; a test that needs a library is skipped without it.</summary>
internal static class DebianPython
{
    /// <summary>Runs a script in a folder.</summary>
    public static void Run(string folder, string library, string script) => Start(folder, library, ["-c", script]);

    /// <summary>Runs a program in a folder, with arguments.</summary>
    public static void Run(string folder, string library, string program, params string[] arguments) => Start(folder, library, [program, .. arguments]);

    private static void Start(string folder, string library, string[] arguments)
    {
        if (!File.Exists(Interpreter) || Start(folder, ["-c", "import " + library]) != 0)
            Assert.Skip($"{library} is absent: it is in Debian's python3-{library}.");
        Assert.Equal(0, Start(folder, arguments));
    }

    private static int Start(string folder, string[] arguments)
    {
        ProcessStartInfo start = new(Interpreter) { WorkingDirectory = folder };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }

    private const string Interpreter = "/usr/bin/python3";
}
