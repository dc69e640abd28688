using System.Diagnostics;
using System.Text.Json.Nodes;
using Precinto.Cli.Tests.Documentation;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests.Scanning;

/// <summary>Trivy itself is not needed: what counts is how it is run, and what is done with whatever it does.</summary>
public sealed class ScanTests : IDisposable
{
    private static readonly string Report = Repository.PathOf("samples/trivy/report.json");

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _variables = new() { ["PATH"] = "/usr/bin:/bin" };

    public ScanTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in is a script for sh.");

    [Theory]
    [InlineData("registry.example/iris:1.0.0", "image", "registry.example/iris:1.0.0")]
    [InlineData("alpine", "image", "alpine")]
    [InlineData("iris@sha256:2222222222222222222222222222222222222222222222222222222222222222", "image", "iris@sha256:2222222222222222222222222222222222222222222222222222222222222222")]
    public async Task An_image_is_scanned_by_its_name(string target, string command, string last)
    {
        var trivy = Stand("report");

        var answer = await RunAsync("scan", target, "--trivy", trivy.Path);
        Assert.Equal((1, true), (answer.Code, answer.Output.Contains("CVE-2099-1001", StringComparison.Ordinal)));
        Assert.Equal((command, last), (trivy.Arguments[0], trivy.Arguments[^1]));
        Assert.Contains(trivy.Path, answer.Error, StringComparison.Ordinal);
        string[] expected = ["--format", "json", "--list-all-pkgs", "--exit-code", "0", "--scanners", "vuln,secret,misconfig"];
        Assert.All(expected, argument => Assert.Contains(argument, trivy.Arguments));
        Assert.DoesNotContain("--skip-db-update", trivy.Arguments);
    }

    [Fact]
    public async Task A_folder_an_archive_and_a_bill_of_materials_are_scanned_as_such()
    {
        var trivy = Stand("report");
        Directory.CreateDirectory(_folder["model"]);
        await RunAsync("scan", _folder["model"], "--trivy", trivy.Path);
        Assert.Equal(("filesystem", _folder["model"]), (trivy.Arguments[0], trivy.Arguments[^1]));

        var tar = new byte[1024];
        "ustar"u8.CopyTo(tar.AsSpan(257));
        foreach (var (name, bytes) in new[] { ("image.tar", tar), ("image.tgz", [0x1f, 0x8b, 8, 0]) })
        {
            await RunAsync("scan", _folder.Write(name, bytes), "--trivy", trivy.Path);
            Assert.Equal(("image", "--input", _folder[name]), (trivy.Arguments[0], trivy.Arguments[^2], trivy.Arguments[^1]));
        }

        await RunAsync("scan", _folder.Write("bom.json", """{ "bomFormat": "CycloneDX", "specVersion": "1.6" }"""), "--trivy", trivy.Path);
        Assert.Equal(("sbom", _folder["bom.json"]), (trivy.Arguments[0], trivy.Arguments[^1]));
        Assert.Contains("vuln", trivy.Arguments);
    }

    [Fact]
    public async Task What_lies_here_is_scanned_and_not_an_image_of_that_name_unless_told()
    {
        var trivy = Stand("report");
        using WorkingFolder working = new(_folder.Path);
        Directory.CreateDirectory(_folder["alpine"]);

        var answer = await RunAsync("scan", "alpine", "--trivy", trivy.Path);
        Assert.Equal("filesystem", trivy.Arguments[0]);
        Assert.Contains("--image scans the image of that name", answer.Error, StringComparison.Ordinal);

        await RunAsync("scan", "alpine", "--image", "--trivy", trivy.Path);
        Assert.Equal(("image", "alpine"), (trivy.Arguments[0], trivy.Arguments[^1]));
    }

    [Theory]
    [InlineData("missing.json", 3)]
    [InlineData("./missing", 3)]
    [InlineData("missing.tar", 3)]
    [InlineData("two words", 2)]
    [InlineData("$(id)", 2)]
    [InlineData("image;id", 2)]
    public async Task What_names_nothing_is_not_handed_to_Trivy(string target, int code)
    {
        var trivy = Stand("report");

        Assert.Equal(code, (await RunAsync("scan", target, "--trivy", trivy.Path)).Code);
        Assert.False(trivy.WasRun);
    }

    [Fact]
    public async Task An_image_cannot_be_an_option()
    {
        var trivy = Stand("report");

        Assert.Equal(2, (await RunAsync("scan", "--image", "--trivy", trivy.Path, "--", "--config=/tmp/evil.yaml")).Code);
        Assert.False(trivy.WasRun);
    }

    [Fact]
    public async Task Only_some_variables_are_passed_on()
    {
        var trivy = Stand("report");
        foreach (var name in new[] { "TRIVY_SEVERITY", "TRIVY_IGNOREFILE", "TRIVY_SKIP_DIRS", "LD_PRELOAD", "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN" })
            _variables[name] = "x";
        foreach (var name in new[] { "HOME", "HTTPS_PROXY", "TRIVY_CACHE_DIR", "DOCKER_HOST" })
            _variables[name] = "x";

        await RunAsync("scan", "alpine", "--trivy", trivy.Path);
        Assert.DoesNotContain(trivy.Variables, name => name is "TRIVY_SEVERITY" or "TRIVY_IGNOREFILE" or "TRIVY_SKIP_DIRS" or "LD_PRELOAD" or "AWS_SECRET_ACCESS_KEY" or "GITHUB_TOKEN");
        Assert.All(["PATH", "HOME", "HTTPS_PROXY", "TRIVY_CACHE_DIR", "DOCKER_HOST"], name => Assert.Contains(name, trivy.Variables));
    }

    [Fact]
    public async Task It_works_in_an_empty_folder_that_is_gone_afterwards()
    {
        var trivy = Stand("report");
        _folder.Write("model/.trivyignore", "CVE-2099-1001");
        using WorkingFolder working = new(_folder["model"]);

        await RunAsync("scan", ".", "--trivy", trivy.Path);
        Assert.Empty(trivy.LayThere);
        Assert.NotEqual(_folder["model"], trivy.WorkedIn);
        Assert.False(Directory.Exists(trivy.WorkedIn));
    }

    [Fact]
    public async Task Offline_stays_with_the_database_that_is_there()
    {
        var trivy = Stand("report");

        await RunAsync("scan", "alpine", "--trivy", trivy.Path, "--offline");
        Assert.Contains("--skip-db-update", trivy.Arguments);
        Assert.Contains("--offline-scan", trivy.Arguments);
        Assert.Contains("TRIVY_SKIP_JAVA_DB_UPDATE", trivy.Variables);
    }

    [Theory]
    [InlineData("2026-05-31T06:00:00Z", 2, 0)]
    [InlineData("2026-05-29T06:00:00Z", 2, 1)]
    [InlineData(null, 2, 3)]
    public async Task The_age_of_the_database_is_what_Trivy_says(string? database, int days, int code)
    {
        var trivy = Stand("report", database: database);

        Assert.Equal(code, (await RunAsync("scan", "alpine", "--trivy", trivy.Path, "--severity", "CRITICAL", "--max-database-age", $"{days}")).Code);
    }

    [Theory]
    [InlineData("exit 0", "SCN008")]
    [InlineData("echo 'FATAL no such image' >&2; exit 1", "no such image")]
    [InlineData("echo garbage", "SCN001")]
    [InlineData("echo '{\"matches\":[],\"descriptor\":{\"name\":\"grype\"}}'", "grype")]
    [InlineData("head -c 300 \"$report\"", "SCN001")]
    [InlineData("echo half; exit 1", "SCN008")]
    [InlineData("yes '{}' | head -c 70000000", "more than")]
    [InlineData("kill -9 $$", "SCN008")]
    public async Task A_scanner_that_does_not_do_its_work_is_no_pass(string script, string said)
    {
        var trivy = Stand($"report='{Report}'\n{script}");

        var answer = await RunAsync("scan", "alpine", "--trivy", trivy.Path, "--severity", "CRITICAL");
        Assert.Equal((3, ""), (answer.Code, answer.Output));
        Assert.Contains(said, answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_exit_code_of_Trivy_is_no_verdict()
    {
        // A report that would pass, beside a failure: Trivy was told to exit with 0 whatever it finds.
        var trivy = Stand("report; exit 1");
        var passing = await RunAsync("scan", "alpine", "--trivy", trivy.Path, "--severity", "CRITICAL");
        Assert.Equal(3, passing.Code);
        Assert.Contains("SCN008", passing.Output, StringComparison.Ordinal);

        Assert.Equal(1, (await RunAsync("scan", "alpine", "--trivy", trivy.Path)).Code);
        Assert.Equal(1, (await RunAsync("scan", "alpine", "--trivy", Stand("report").Path)).Code);
    }

    [Theory]
    [InlineData("last=busybox; report", "alpine")]
    [InlineData("type=filesystem; report", "alpine")]
    [InlineData("report | grep -v ArtifactName", "alpine")]
    [InlineData("report | sed 's/0.69.3/0.70.0/'", "0.70.0")]
    public async Task A_report_about_something_else_is_no_answer(string script, string said)
    {
        var answer = await RunAsync("scan", "alpine", "--trivy", Stand(script).Path, "--severity", "CRITICAL");

        Assert.Equal(3, answer.Code);
        Assert.Contains("SCN008", answer.Output, StringComparison.Ordinal);
        Assert.Contains(said, answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_holds_a_system_may_be_called_by_the_name_of_its_host()
    {
        _folder.Write("root/etc/hostname", "gate-7\n");

        Assert.Equal(0, (await RunAsync("scan", _folder["root"], "--trivy", Stand("last=gate-7; report").Path, "--severity", "CRITICAL")).Code);
        Assert.Equal(0, (await RunAsync("scan", _folder["root"] + "/", "--trivy", Stand("report").Path, "--severity", "CRITICAL")).Code);
        Assert.Equal(3, (await RunAsync("scan", _folder["root"], "--trivy", Stand("last=gate-8; report").Path, "--severity", "CRITICAL")).Code);
    }

    [Fact]
    public async Task The_age_of_a_report_counts_where_Trivy_is_run_here()
    {
        var trivy = Stand("report");
        Assert.Equal(0, (await RunAsync("scan", "alpine", "--trivy", trivy.Path, "--severity", "CRITICAL", "--max-report-age", "1")).Code);

        var old = await RunAsync("scan", "alpine", "--trivy", Stand("report | sed 's/2026-06-01T/2026-05-01T/'").Path, "--severity", "CRITICAL", "--max-report-age", "1");
        Assert.Equal((1, true), (old.Code, old.Output.Contains("SCN010", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Trivy_is_not_told_to_look_for_programs_where_somebody_else_works()
    {
        var trivy = Stand("report; echo \"$PATH\" > \"$here/path\"");
        using WorkingFolder working = new(_folder.Path);
        Directory.CreateDirectory(_folder["loose"]);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder["loose"], (UnixFileMode)0b111_111_111);
        _variables["PATH"] = $".::{_folder.Path}:/proc/self/cwd:{_folder["loose"]}:{_folder["missing"]}:/usr/bin:/bin";

        await RunAsync("scan", "alpine", "--trivy", trivy.Path);
        Assert.Equal("/usr/bin:/bin", File.ReadAllText(_folder["path"]).Trim());
    }

    [Fact]
    public async Task A_scanner_that_hangs_is_stopped_with_everything_that_it_started()
    {
        var trivy = Stand($"sleep 300 & echo $! > '{_folder["child"]}'; echo half; wait");
        using CancellationTokenSource stop = new();
        var clock = Stopwatch.StartNew();
        var running = RunAsync(["scan", "alpine", "--trivy", trivy.Path], stop.Token);
        while (!File.Exists(_folder["child"]) && clock.Elapsed < TimeSpan.FromSeconds(30))
            await Task.Delay(20, TestContext.Current.CancellationToken);
        await stop.CancelAsync();

        Assert.Equal(3, (await running).Code);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"{clock.Elapsed}");
        var child = File.ReadAllText(_folder["child"]).Trim();
        for (var tries = 0; tries < 100 && IsRunning(child); tries++)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.False(IsRunning(child));

        // Killed, it may wait for somebody to ask how it ended.
        static bool IsRunning(string process) =>
            File.Exists($"/proc/{process}/stat") && File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1] is var rest && rest[0] != 'Z';
    }

    [Fact]
    public async Task The_time_that_a_scan_may_take_is_limited()
    {
        var trivy = Stand("sleep 300");
        Surroundings surroundings = new() { Output = TextWriter.Null, Error = TextWriter.Null, Input = Stream.Null, Variable = _variables.GetValueOrDefault };
        Cli.Scanning.TrivyScanner scanner = new(surroundings, new(trivy.Path, null, false, TimeSpan.FromSeconds(1)));

        var exception = await Assert.ThrowsAsync<Cli.Scanning.ScannerException>(
            () => scanner.ScanAsync(new(Cli.Scanning.ScanSubjectKind.Image, "alpine", null, false), TestContext.Current.CancellationToken));
        Assert.Contains("did not end", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_Trivy_says_on_stderr_never_holds_it_up()
    {
        var trivy = Stand("yes warning | head -c 3000000 >&2; report");

        Assert.Equal(0, (await RunAsync("scan", "alpine", "--trivy", trivy.Path, "--severity", "CRITICAL")).Code);
    }

    [Fact]
    public async Task The_decision_as_JSON_names_the_scanner_that_was_run()
    {
        var trivy = Stand("report");

        var answer = await RunAsync("scan", "alpine", "--trivy", trivy.Path, "--json");
        var scanner = JsonNode.Parse(answer.Output)!["scanner"]!;
        Assert.Equal(("0.69.3", trivy.Path, "2026-05-31T06:00:00Z"), ((string?)scanner["version"], (string?)scanner["path"], (string?)scanner["databaseUpdatedAt"]));
    }

    public void Dispose() => _folder.Dispose();

    private StandInTrivy Stand(string scan, string? database = "2026-05-31T06:00:00Z") => new(_folder, scan, database: database);

    private Task<Answer> RunAsync(params string[] arguments) => RunAsync(arguments, TestContext.Current.CancellationToken);

    private async Task<Answer> RunAsync(string[] arguments, CancellationToken cancellation)
    {
        using StringWriter output = new() { NewLine = "\n" };
        using StringWriter error = new() { NewLine = "\n" };
        Surroundings surroundings = new()
        {
            Output = output,
            Error = error,
            Input = Stream.Null,
            Variable = _variables.GetValueOrDefault,
            Time = new Fixed(),
        };
        var code = await CommandLine.RunAsync(arguments, surroundings, cancellation);
        return new(code, output.ToString(), error.ToString());
    }

    private sealed class Fixed : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    }
}
