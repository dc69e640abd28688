using System.Security.Cryptography;
using Precinto.Cli.Scanning;
using Precinto.Digests;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests.Scanning;

/// <summary>Whoever can exchange the scanner decides every verdict.</summary>
public sealed class TrivyExecutableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _variables = new() { ["PATH"] = "/usr/bin:/bin" };

    public TrivyExecutableTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in is a script for sh.");

    [Fact]
    public void It_is_found_by_option_then_variable_then_PATH()
    {
        var named = Copy("named");
        var variable = Copy("variable");
        var onPath = Copy("path");
        _variables["PATH"] = Path.GetDirectoryName(onPath)!;
        Assert.Equal(onPath, Find(null));
        _variables["PRECINTO_TRIVY"] = variable;
        Assert.Equal(variable, Find(null));
        Assert.Equal(named, Find(named));
    }

    [Fact]
    public void What_lies_in_the_working_folder_is_never_found()
    {
        Copy("");
        Copy("sub");
        File.CreateSymbolicLink(_folder["here"], _folder.Path);
        Directory.CreateDirectory(_folder["elsewhere"]);
        File.CreateSymbolicLink(_folder["elsewhere/trivy"], _folder["trivy"]);
        var found = Copy("found");
        using WorkingFolder working = new(_folder.Path);
        foreach (var path in new[]
        {
            "", ".", ":", "./", "sub:.", "sub", _folder.Path, _folder.Path + "/", _folder["sub/.."], _folder["here"], _folder["here/here"], _folder["elsewhere"],
            "/proc/self/cwd", $"/proc/{Environment.ProcessId}/cwd", "/proc/self/cwd/sub", "/proc/self/root/" + _folder["sub"],
        })
        {
            _variables["PATH"] = path;
            Assert.Contains("not on PATH", Assert.Throws<ScannerException>(() => Find(null)).Message, StringComparison.Ordinal);
            _variables["PATH"] = $"{path}:{_folder["found"]}";
            Assert.Equal(found, Find(null));
        }

        // Who names it means it; a variable comes from somewhere else.
        Assert.Equal(_folder["trivy"], Find("./trivy"));
        _variables["PRECINTO_TRIVY"] = "./trivy";
        Assert.Contains("full path", Assert.Throws<ScannerException>(() => Find(null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_is_followed_and_named_by_where_it_leads()
    {
        var real = Copy("real");
        File.CreateSymbolicLink(_folder["link"], real);
        Assert.Equal(real, Find(_folder["link"]));
    }

    [Fact]
    public void What_everyone_can_change_is_not_run()
    {
        var trivy = Copy("loose");
        var folder = Path.GetDirectoryName(trivy)!;
        Set(trivy, (UnixFileMode)0b111_101_111);
        Assert.Contains("everyone can change", Assert.Throws<ScannerException>(() => Find(trivy)).Message, StringComparison.Ordinal);

        Set(trivy, (UnixFileMode)0b111_101_101);
        Set(folder, (UnixFileMode)0b111_111_111);
        Assert.Contains("everyone can exchange", Assert.Throws<ScannerException>(() => Find(trivy)).Message, StringComparison.Ordinal);

        // Where only owners may remove what is theirs, as in /tmp.
        Set(folder, (UnixFileMode)0b1_111_111_111);
        Assert.Equal(trivy, Find(trivy));
    }

    [Fact]
    public void Every_link_on_the_way_and_every_folder_above_is_looked_at()
    {
        var trivy = Copy("deep/down/bin");
        Directory.CreateDirectory(_folder["links"]);
        File.CreateSymbolicLink(_folder["links/trivy"], trivy);
        File.CreateSymbolicLink(_folder["links/folder"], _folder["deep/down"]);
        string[] ways = [trivy, _folder["links/trivy"], _folder["links/folder/bin/trivy"]];
        foreach (var way in ways)
            Assert.Equal(trivy, Find(way));

        // A folder above: everything below it can be exchanged.
        Set(_folder["deep"], (UnixFileMode)0b111_111_111);
        foreach (var way in ways)
            Assert.Contains("everyone can exchange", Assert.Throws<ScannerException>(() => Find(way)).Message, StringComparison.Ordinal);
        Set(_folder["deep"], (UnixFileMode)0b1_111_111_111);
        Assert.Equal(trivy, Find(trivy));

        // The folder of a link: it can be made to lead elsewhere.
        Set(_folder["deep"], (UnixFileMode)0b111_101_101);
        Set(_folder["links"], (UnixFileMode)0b111_111_111);
        Assert.Equal(trivy, Find(trivy));
        foreach (var way in ways[1..])
            Assert.Contains("everyone can exchange", Assert.Throws<ScannerException>(() => Find(way)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("others/trivy")]
    [InlineData("others")]
    public void What_belongs_to_another_user_is_not_run(string which)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Only root gives files away.");
        var trivy = Copy("others");
        Set(_folder["others"], (UnixFileMode)0b1_111_111_111);
        Assert.Equal(trivy, Find(trivy));

        using var process = System.Diagnostics.Process.Start("chown", ["12345", _folder[which]]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.Contains("belongs to another user", Assert.Throws<ScannerException>(() => Find(trivy)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_run_is_a_copy_that_nobody_else_can_reach_and_that_is_gone_afterwards()
    {
        var trivy = Copy("original");
        string copy;
        using (var executable = Open(trivy))
        {
            copy = executable.Path;
            File.WriteAllText(trivy, "#!/bin/sh\necho exchanged\n");
            Assert.NotEqual(trivy, copy);
            Assert.DoesNotContain("exchanged", File.ReadAllText(copy), StringComparison.Ordinal);
            if (!OperatingSystem.IsWindows())
                Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(Path.GetDirectoryName(copy)!));
        }

        Assert.False(Path.Exists(Path.GetDirectoryName(copy)));
    }

    [Fact]
    public async Task A_program_that_exchanges_itself_is_run_as_it_was_checked()
    {
        // Between the version and the scan, which a checksum of the file under that path would not notice.
        StandInTrivy trivy = new(
            _folder, $"cat '{Documentation.Repository.PathOf("samples/trivy/report.json")}'",
            versionScript: $"printf '#!/bin/sh\\ntouch {_folder["exchanged"]}\\n' > '{_folder["bin/trivy"]}'");

        await ScanAsync(trivy);
        Assert.Contains("exchanged", File.ReadAllText(trivy.Path), StringComparison.Ordinal);
        Assert.True(trivy.WasRun);
        Assert.False(File.Exists(_folder["exchanged"]));
    }

    [Fact]
    public void What_is_no_program_is_not_run()
    {
        var trivy = Copy("plain");
        Set(trivy, (UnixFileMode)0b110_100_100);
        Assert.Throws<ScannerException>(() => Find(trivy));
        Assert.Throws<ScannerException>(() => Find(_folder.Path));
        Assert.Throws<ScannerException>(() => Find("/dev/null"));
        Assert.ThrowsAny<IOException>(() => Find(_folder["none"]));
    }

    [Fact]
    public void Another_file_than_the_one_that_is_meant_is_not_run()
    {
        var trivy = Copy("pinned");
        Assert.True(Digest.TryParseHex(DigestAlgorithm.Sha256, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(trivy))), out var digest));

        Assert.Equal(trivy, Find(trivy, digest));
        File.AppendAllText(trivy, "#");
        Assert.Throws<ScannerException>(() => Find(trivy, digest));
    }

    [Theory]
    [InlineData("0.69.4", "SCN009")]
    [InlineData("0.69.6", "SCN009")]
    [InlineData("0.51.1", "0.51.2 or later")]
    [InlineData("0.20.0", "0.51.2 or later")]
    [InlineData("dev", "released")]
    [InlineData("", "version")]
    public async Task A_version_that_is_malicious_old_or_none_scans_nothing(string version, string said)
    {
        StandInTrivy trivy = new(_folder, "echo '{}'", version);

        var exception = await Assert.ThrowsAsync<ScannerException>(() => ScanAsync(trivy));
        Assert.Contains(said, exception.Message, StringComparison.Ordinal);
        Assert.False(trivy.WasRun);
    }

    [Theory]
    [InlineData("echo Version: 0.69.3; exit 0")]
    [InlineData("exit 1")]
    [InlineData("echo '{\"Version\":\"0.69.3\",\"Version\":\"0.70.0\"}'; exit 0")]
    [InlineData("echo '[]'; exit 0")]
    [InlineData("yes | head -c 2000000; exit 0")]
    public async Task What_does_not_say_its_version_scans_nothing(string script)
    {
        StandInTrivy trivy = new(_folder, "echo '{}'", versionScript: script);

        await Assert.ThrowsAsync<ScannerException>(() => ScanAsync(trivy));
        Assert.False(trivy.WasRun);
    }

    [Fact]
    public async Task A_program_that_is_exchanged_meanwhile_is_noticed()
    {
        StandInTrivy trivy = new(
            _folder, $"cat '{Documentation.Repository.PathOf("samples/trivy/report.json")}'",
            versionScript: "if [ -e \"$here/arguments\" ]; then echo '{\"Version\":\"0.70.0\"}'; exit 0; fi");

        Assert.Contains("before the scan", (await Assert.ThrowsAsync<ScannerException>(() => ScanAsync(trivy))).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private Task ScanAsync(StandInTrivy trivy) => new TrivyScanner(Surroundings(), new(trivy.Path, null, false, TimeSpan.FromMinutes(1)))
        .ScanAsync(new(ScanSubjectKind.Image, "alpine", null, false), TestContext.Current.CancellationToken);

    private string Find(string? named, Digest? digest = null)
    {
        using var executable = Open(named, digest);
        return executable.FoundAt;
    }

    private TrivyExecutable Open(string? named, Digest? digest = null) => TrivyExecutable.Open(Surroundings(), named, digest, TestContext.Current.CancellationToken);

    private Surroundings Surroundings() => new() { Output = TextWriter.Null, Error = TextWriter.Null, Input = Stream.Null, Variable = _variables.GetValueOrDefault };

    private string Copy(string folder)
    {
        var path = _folder.Write(Path.Combine(folder, "trivy"), "#!/bin/sh\nexit 0\n");
        Set(path, (UnixFileMode)0b111_101_101);
        return path;
    }

    private static void Set(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
    }
}
