using System.Runtime.InteropServices;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests;

/// <summary>Whatever is named to a command ends in the right exit code and in one line: never in a stack trace, never in waiting for ever.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly WorkingFolder _working;
    private readonly Scene _scene;

    public BadInputTests()
    {
        _working = new(_folder.Path);
        _scene = new(_folder);
    }

    public void Dispose()
    {
        _working.Dispose();
        _folder.Dispose();
    }

    /// <summary>Every place of the command line where a model or a file is named, as <c>{}</c>.</summary>
    private static readonly (string Arguments, Place Place)[] Places =
    [
        ("hash {}", Place.Hashed),
        ("sign {} --key k.key", Place.Signed),
        ("verify {} --key keys/k.pub", Place.Model),
        ("verify {} --integrity-only", Place.Model),
        ("verify {} --key keys/k.pub --json", Place.Model),
        ("inspect {}", Place.Model),
        ("inspect {} --json", Place.Model),
        ("predict {} --input 1,2,3,4 --key keys/k.pub", Place.Model),
        ("attack {}", Place.Model),
        ("hash m --check {}", Place.File),
        ("sign m --force --key {}", Place.File),
        ("sign m --force --openpgp {}", Place.File),
        ("sign m --force --key k.key --password-file {}", Place.File),
        ("keygen -o new --password-file {}", Place.File),
        ("keygen -o new --type openpgp --password-file {}", Place.File),
        ("verify m --key {}", Place.File),
        ("verify m --openpgp-key {}", Place.File),
        ("verify m --policy {}", Place.File),
        ("verify m --key keys/k.pub --signature {}", Place.Signature),
        ("predict m --key keys/k.pub --input {}", Place.File),
        ("train {} --label x -o out", Place.File),
    ];

    public static TheoryData<string> All => [.. Places.Select(place => place.Arguments)];

    public static TheoryData<string> Files => [.. Places.Where(place => place.Place == Place.File).Select(place => place.Arguments)];

    public static TheoryData<string> Models => [.. Places.Where(place => place.Place is Place.Model or Place.Hashed or Place.Signed).Select(place => place.Arguments)];

    [Theory]
    [MemberData(nameof(All))]
    public async Task What_does_not_exist_cannot_be_checked(string arguments)
    {
        await ArrangeAsync();
        AssertLine(3, await RunAsync(arguments, "missing.csv"));
        AssertLine(3, await RunAsync(arguments, "m/model.onnx/missing.csv"));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task An_empty_name_is_used_wrongly(string arguments)
    {
        await ArrangeAsync();
        AssertLine(2, await RunAsync(arguments, ""));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_folder_where_a_file_is_meant_is_used_wrongly(string arguments)
    {
        await ArrangeAsync();
        Directory.CreateDirectory(_folder["folder.csv"]);
        AssertLine(2, await RunAsync(arguments, "folder.csv"));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Nothing_reads_a_device(string arguments)
    {
        await ArrangeAsync();
        if (arguments.Contains("--input {}", StringComparison.Ordinal))
            return;
        await AssertIrregularAsync(arguments, "/dev/null");
        await AssertIrregularAsync(arguments, "/dev/zero");
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Nothing_waits_for_a_pipe_that_nobody_writes_to(string arguments)
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("There are no named pipes in folders here.");
        await ArrangeAsync();
        Assert.Equal(0, mkfifo(_folder["pipe.csv"], Convert.ToUInt32("600", 8)));
        await AssertIrregularAsync(arguments, "pipe.csv");
        if (!Models.Any(model => model.Data == arguments))
            return;

        Directory.CreateDirectory(_folder["holder"]);
        Assert.Equal(0, mkfifo(_folder["holder/model.pkl"], Convert.ToUInt32("600", 8)));
        AssertAnswered(1, await RunAsync(arguments, "holder"));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_file_of_no_bytes_is_no_model_and_no_key(string arguments)
    {
        await ArrangeAsync();
        _folder.Write("zero/zero.csv", "");
        var answer = await RunAsync(arguments, "zero/zero.csv");
        switch (Places.First(place => place.Arguments == arguments).Place)
        {
            case Place.File:
                AssertLine(2, answer);
                break;
            // No bytes at all have a digest like any others; they are no model that anyone would sign.
            case Place.Hashed:
                AssertAnswered(0, answer);
                break;
            default:
                AssertAnswered(1, answer);
                break;
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task A_link_out_of_a_model_is_rejected_and_never_followed(string arguments)
    {
        await ArrangeAsync();
        _folder.Write("secret.txt", "the secret behind the link");
        Directory.CreateDirectory(_folder["linked"]);
        File.CreateSymbolicLink(_folder["linked/model.pkl"], "../secret.txt");
        var answer = await RunAsync(arguments, "linked");
        AssertAnswered(1, answer);
        Assert.DoesNotContain("the secret", answer.Output + answer.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_name_never_reaches_a_terminal_as_it_is(string arguments)
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Names cannot hold control characters here.");
        await ArrangeAsync();
        const string Name = "a\u001b[2J\u202e\u0007\r.csv";
        AssertInert(await RunAsync(arguments, Name, onTerminal: true));
        _folder.Write(Name, "cos\nsystem\n(S'\u001b[31m\u202e'\ntR.");
        AssertInert(await RunAsync(arguments, Name, onTerminal: true));
        _folder.Write("held/" + Name, "cos\nsystem\n(S'\u001b[31m\u202e'\ntR.");
        AssertInert(await RunAsync(arguments, "held", onTerminal: true));
    }

    [Fact]
    public async Task A_signature_file_of_100_megabytes_is_a_rejection()
    {
        await ArrangeAsync();
        using (var file = File.OpenWrite(_folder["m/model.sig"]))
            file.SetLength(100 << 20);
        var answer = await RunAsync("verify {} --key keys/k.pub", "m");
        AssertAnswered(1, answer);
        Assert.Contains("SIG002", answer.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task What_may_not_be_read_cannot_be_checked(string arguments)
    {
        if (Environment.IsPrivilegedProcess)
            Assert.Skip("Whoever runs this may read every file.");
        await ArrangeAsync();
        var locked = _folder.Write("locked.csv", "x,y\n1,2\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(locked, UnixFileMode.None);
        else
            Assert.Skip("Files have no mode here.");
        AssertLine(3, await RunAsync(arguments, "locked.csv"));
    }

    private async Task ArrangeAsync()
    {
        _scene.Arrange("model m/model.onnx linear.onnx");
        var cancellation = TestContext.Current.CancellationToken;
        Assert.Equal(0, (await _scene.RunAsync(["keygen", "-o", "k"], cancellation)).Code);
        _scene.Arrange("folder keys");
        _scene.Arrange("copy k.pub keys/k.pub");
        Assert.Equal(0, (await _scene.RunAsync(["sign", "m", "--key", "k.key"], cancellation)).Code);
    }

    private Task<Answer> RunAsync(string arguments, string name, bool onTerminal = false)
    {
        var words = arguments.Split(' ').Select(word => word == "{}" ? name : word).ToArray();
        var cancellation = TestContext.Current.CancellationToken;
        return Task.Run(() => _scene.RunAsync(words, cancellation, onTerminal), cancellation).WaitAsync(TimeSpan.FromSeconds(30), cancellation);
    }

    private async Task AssertIrregularAsync(string arguments, string name)
    {
        var answer = await RunAsync(arguments, name);
        if (Places.First(place => place.Arguments == arguments).Place == Place.File)
            AssertLine(2, answer);
        else
            AssertAnswered(1, answer);
    }

    private static void AssertAnswered(int code, Answer answer)
    {
        Assert.True(code == answer.Code, $"expected {code}, got {answer.Code}\n{answer.Output}{answer.Error}");
        Assert.DoesNotContain("   at ", answer.Output + answer.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("should not have happened", answer.Error, StringComparison.Ordinal);
    }

    private static void AssertLine(int code, Answer answer)
    {
        AssertAnswered(code, answer);
        var lines = answer.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var line = Assert.Single(lines);
        Assert.StartsWith("precinto: ", line, StringComparison.Ordinal);
    }

    private static void AssertInert(Answer answer)
    {
        var all = answer.Output + answer.Error;
        Assert.DoesNotContain("should not have happened", all, StringComparison.Ordinal);
        Assert.DoesNotContain(all, character => character is '\u001b' or '\u202e' or '\u0007' or '\r');
    }

#pragma warning disable SYSLIB1054 // a test needs no generated marshalling
    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int mkfifo(string path, uint mode);
#pragma warning restore SYSLIB1054

    private enum Place
    {
        Hashed,
        Signed,
        Model,
        File,
        Signature,
    }
}
