using System.Globalization;
using Precinto.Files;

namespace Precinto.Cli.Output;

/// <summary>Shows how far a long piece of work is: in one line of a terminal, and only once it has taken half a second.</summary>
internal static class ProgressBar
{
    public static async Task<T> RunAsync<T>(Surroundings surroundings, string title, string model, Func<IProgress<long>?, Task<T>> work)
    {
        if (!surroundings.ErrorIsTerminal)
            return await work(null).ConfigureAwait(false);

        Counter counter = new();
        var began = surroundings.Time.GetTimestamp();
        var running = work(counter);
        if (await Task.WhenAny(running, Task.Delay(Patience, surroundings.Time, CancellationToken.None)).ConfigureAwait(false) != running)
            await ShowAsync(surroundings, size => Describe(title, counter.Total, size, surroundings.Time.GetElapsedTime(began)), SizeOf(model), running).ConfigureAwait(false);
        return await running.ConfigureAwait(false);
    }

    /// <summary>The line: a bar, the bytes, and the time that is left at the speed so far. It is shorter than the narrowest usual terminal.</summary>
    /// <param name="title">What is done, in a word.</param>
    /// <param name="done">The bytes that were read.</param>
    /// <param name="size">All bytes, or 0 where nobody knows.</param>
    /// <param name="elapsed">The time it took so far.</param>
    internal static string Describe(string title, long done, long size, TimeSpan elapsed)
    {
        if (size <= 0)
            return $"{title}  {InUnits(done)}";

        // A model that grows while it is read is refused, and must not break the bar before that.
        done = Math.Clamp(done, 0, size);
        var filled = (int)(Width * (double)done / size);
        var left = elapsed.TotalSeconds * (size - done) / Math.Max(done, 1);
        var time = done > 0 && left < LongestTime ? $"  {TimeSpan.FromSeconds(left).ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture)}" : "";
        return $"{title}  {new string('#', filled)}{new string('.', Width - filled)}  {InUnits(done)} of {InUnits(size)}{time}";
    }

    private static async Task ShowAsync(Surroundings surroundings, Func<long, string> describe, long size, Task running)
    {
        var shown = 0;
        try
        {
            do
            {
                // Blanks over what the line before had more: not every terminal knows the order to clear.
                var line = describe(size);
                surroundings.Error.Write($"\r{line.PadRight(shown)}");
                shown = line.Length;
            }
            while (await Task.WhenAny(running, Task.Delay(Interval, surroundings.Time, CancellationToken.None)).ConfigureAwait(false) != running);
            surroundings.Error.Write($"\r{new string(' ', shown)}\r");
        }
        catch (IOException)
        {
            // The terminal is gone; the answer does not depend on it.
        }
    }

    private static string InUnits(long bytes) => bytes switch
    {
        >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB"),
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
    };

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

    private const int Width = 24;
    // In seconds; a guess of more than a day is none.
    private const double LongestTime = 86_400;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.1);
}
