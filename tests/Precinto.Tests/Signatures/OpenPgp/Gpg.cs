using System.Diagnostics;
using System.Text;
using Xunit;

namespace Precinto.Tests.Signatures.OpenPgp;

/// <summary>A GnuPG home of its own for one test, with real keys; the test is skipped, saying why, where gpg is not installed.</summary>
internal sealed class Gpg : IDisposable
{
    private readonly string _home;

    public Gpg()
    {
        Require("gpg");
        // The agent's socket lies in this folder, and its path may have only about a hundred characters.
        _home = Directory.CreateTempSubdirectory("pg").FullName;
    }

    public string this[string name] => Path.Combine(_home, name);

    public static bool Has(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, tool)));

    public static void Require(string tool)
    {
        if (!Has(tool))
            Assert.Skip($"{tool} is not installed.");
    }

    /// <summary>Runs a command line that must succeed and gives what it wrote.</summary>
    public byte[] Run(params string[] arguments)
    {
        var (exit, output, error) = Try("gpg", ["--batch", "--yes", "--no-tty", "--pinentry-mode", "loopback", "--passphrase", "", .. arguments]);
        Assert.True(exit == 0, $"gpg {string.Join(' ', arguments)}: {error}");
        return output;
    }

    public (int Exit, byte[] Output, string Error) Try(string tool, params string[] arguments)
    {
        Require(tool);
        ProcessStartInfo start = new(tool, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        start.Environment["GNUPGHOME"] = _home;
        start.Environment["LC_ALL"] = "C.UTF-8";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using MemoryStream output = new();
        var error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        return (process.ExitCode, output.ToArray(), error.GetAwaiter().GetResult());
    }

    public string Write(string name, ReadOnlySpan<byte> content)
    {
        File.WriteAllBytes(this[name], content);
        return this[name];
    }

    /// <summary>Makes a key and gives its fingerprint.</summary>
    public string Generate(string algorithm, string usage = "sign", string expiry = "never", string? time = null, string owner = "Ada <ada@example.org>")
    {
        Run([.. Time(time), "--quick-generate-key", owner, algorithm, usage, expiry]);
        return Fingerprints()[^1];
    }

    /// <summary>The fingerprints of all keys and subkeys, in order.</summary>
    public IReadOnlyList<string> Fingerprints() =>
        [.. Encoding.UTF8.GetString(Run("--with-colons", "--with-subkey-fingerprint", "--list-keys")).Split('\n')
            .Where(line => line.StartsWith("fpr:", StringComparison.Ordinal)).Select(line => line.Split(':')[9])];

    public byte[] Sign(byte[] file, params string[] options)
    {
        Write("model", file);
        Run([.. options, "--output", this["model.sig"], "--detach-sign", this["model"]]);
        return File.ReadAllBytes(this["model.sig"]);
    }

    public byte[] Export(params string[] options) => Run([.. options, "--export"]);

    public byte[] ExportSecret(string password = "") => Run("--passphrase", password, "--export-secret-keys");

    /// <summary>The status lines of <c>gpg --verify</c>, whose exit code is no verdict.</summary>
    public string Verify(byte[] signature, byte[] file) =>
        Encoding.UTF8.GetString(Try("gpg", "--batch", "--status-fd", "1", "--verify", Write("s", signature), Write("f", file)).Output);

    /// <summary>The options under which gpg sees that time. The mark at the end stops its clock: a key of a slow run would otherwise lie in the future of the next.</summary>
    public static string[] Time(string? time) => time is null ? [] : ["--faked-system-time", $"{time}!"];

    public void Dispose()
    {
        if (Has("gpgconf"))
            Try("gpgconf", "--kill", "all");
        Directory.Delete(_home, recursive: true);
    }
}
