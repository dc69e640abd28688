using Precinto.Files;
using Spectre.Console;

namespace Precinto.Cli.Output;

/// <summary>Shows how far a long piece of work is: on a terminal only, and only once it has taken half a second.</summary>
internal static class ProgressBar
{
    public static async Task<T> RunAsync<T>(Surroundings surroundings, string title, string model, Func<IProgress<long>?, Task<T>> work)
    {
        if (!surroundings.ErrorIsTerminal)
            return await work(null).ConfigureAwait(false);

        Counter counter = new();
        var running = work(counter);
        if (await Task.WhenAny(running, Task.Delay(Patience, CancellationToken.None)).ConfigureAwait(false) != running)
            await ShowAsync(surroundings, title, SizeOf(model), counter, running).ConfigureAwait(false);
        return await running.ConfigureAwait(false);
    }

    private static async Task ShowAsync(Surroundings surroundings, string title, long size, Counter counter, Task running)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(surroundings.Error) });
        var progress = console.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new Spectre.Console.ProgressBarColumn(), new DownloadedColumn(), new RemainingTimeColumn());
        await progress.StartAsync(async context =>
        {
            var task = context.AddTask(Markup.Escape(title), maxValue: Math.Max(size, 1));
            while (await Task.WhenAny(running, Task.Delay(Interval, CancellationToken.None)).ConfigureAwait(false) != running)
                task.Value = Math.Min(counter.Total, size);
        }).ConfigureAwait(false);
    }

    // Only for the bar: what is checked is listed anew by whoever checks it.
    private static long SizeOf(string model)
    {
        try
        {
            using var snapshot = Snapshot.Open(model);
            return snapshot.Files.Aggregate(0L, (sum, file) => sum + file.Length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ModelChangedException)
        {
            return 0;
        }
    }

    private sealed class Counter : IProgress<long>
    {
        private long _total;

        public long Total => Interlocked.Read(ref _total);

        public void Report(long value) => Interlocked.Add(ref _total, value);
    }

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.1);
}
