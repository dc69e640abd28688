using Microsoft.Extensions.Time.Testing;
using Precinto.Cli.Output;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests.Output;

public sealed class ProgressBarTests
{
    [Theory]
    [InlineData(0, 4_000_000_000, 1, "verifying  ........................  0.0 kB of 4.0 GB")]
    [InlineData(1_000_000_000, 4_000_000_000, 20, "verifying  ######..................  1.0 GB of 4.0 GB  0:01:00")]
    [InlineData(12_340_000, 12_340_000, 3, "verifying  ########################  12.3 MB of 12.3 MB  0:00:00")]
    [InlineData(9_000, 8_000, 3, "verifying  ########################  8.0 kB of 8.0 kB  0:00:00")]
    [InlineData(1, long.MaxValue, 3, "verifying  ........................  0.0 kB of 9223372036.9 GB")]
    [InlineData(5_000, 0, 3, "verifying  5.0 kB")]
    public void The_line_says_how_much_is_done_and_how_long_the_rest_will_take(long done, long size, int seconds, string line) =>
        Assert.Equal(line, ProgressBar.Describe("verifying", done, size, TimeSpan.FromSeconds(seconds)));

    [Fact]
    public async Task It_appears_after_half_a_second_and_leaves_nothing_behind()
    {
        using TemporaryFolder folder = new();
        folder.Write("model.bin", new byte[4_000]);
        FakeTimeProvider time = new();
        await using StringWriter error = new();
        TaskCompletionSource<int> work = new();
        var running = ProgressBar.RunAsync(Terminal(error, time), "verifying", folder["model.bin"], progress =>
        {
            progress!.Report(1_000);
            return work.Task;
        });

        time.Advance(TimeSpan.FromSeconds(0.4));
        Assert.Empty(error.ToString());
        time.Advance(TimeSpan.FromSeconds(0.2));
        await WaitAsync(() => error.ToString().Contains("1.0 kB of 4.0 kB", StringComparison.Ordinal));
        work.SetResult(7);

        Assert.Equal(7, await running);
        Assert.EndsWith($"\r{new string(' ', error.ToString().Split('\r')[1].Length)}\r", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_fails_behind_it_fails_as_it_would_without_it()
    {
        using TemporaryFolder folder = new();
        TaskCompletionSource<int> work = new();
        FakeTimeProvider time = new();
        await using StringWriter error = new();
        var running = ProgressBar.RunAsync(Terminal(error, time), "verifying", folder["nowhere"], _ => work.Task);
        time.Advance(TimeSpan.FromSeconds(1));
        work.SetException(new FileNotFoundException());
        await Assert.ThrowsAsync<FileNotFoundException>(() => running);
    }

    private static Surroundings Terminal(TextWriter error, TimeProvider time) =>
        new() { Output = TextWriter.Null, Error = error, Input = Stream.Null, Variable = _ => null, ErrorIsTerminal = true, Time = time };

    private static async Task WaitAsync(Func<bool> condition)
    {
        for (var attempt = 0; !condition() && attempt < 1000; attempt++)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.True(condition());
    }
}
