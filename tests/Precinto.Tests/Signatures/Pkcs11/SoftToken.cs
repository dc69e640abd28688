using System.Diagnostics;
using System.Runtime.InteropServices;
using Precinto.Signatures.Keys;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Tests.Signatures.Pkcs11;

/// <summary>A token of SoftHSM with one key of each curve, made for the tests alone.</summary>
public sealed class SoftToken : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, PublicKey> _keys = [];

    public SoftToken()
    {
        Module = Array.Find(Modules, File.Exists) ?? "";
        if (Module.Length == 0)
            return;

        Directory.CreateDirectory(_folder["tokens"]);
        var settings = _folder.Write("softhsm2.conf", $"directories.tokendir = {_folder["tokens"]}\nobjectstore.backend = file\nlog.level = ERROR\n");

        // The module is native code and reads the environment of the process, which the framework's own functions do not change.
        Assert.Equal(0, SetVariable("SOFTHSM2_CONF", settings, 1));
        Run("--init-token", "--free", "--label", "release", "--pin", Pin, "--so-pin", "87654321");
        Run("--init-token", "--free", "--label", "other", "--pin", Pin, "--so-pin", "87654321");
        var number = 0;
        foreach (var curve in EllipticCurve.All)
        {
            using var key = SigningKey.Generate(curve);
            _keys.Add(curve.Name, key.PublicKey);
            Run("--import", _folder.Write($"{curve.Name}.pem", key.ToPem(null)), "--token", "release", "--label", curve.Name, "--id", $"0{++number}", "--pin", Pin);
        }
    }

    public const string Pin = "1234";

    /// <summary>The path of the module; skips the running test where SoftHSM is not installed.</summary>
    public string Module
    {
        get => field.Length > 0 ? field : Skip();
        private set;
    }

    public PublicKey PublicKeyOf(KeyAlgorithm curve) => _keys[curve.Name];

    public void Dispose() => _folder.Dispose();

    private static string Skip()
    {
        Assert.Skip("SoftHSM is not installed (Debian's package softhsm2).");
        return "";
    }

    private void Run(params string[] arguments)
    {
        ProcessStartInfo start = new("softhsm2-util", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SOFTHSM2_CONF"] = _folder["softhsm2.conf"];
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
    }

    [DllImport("libc", EntryPoint = "setenv", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int SetVariable(string name, string value, int overwrite);

    private static readonly string[] Modules = ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so"];
}
