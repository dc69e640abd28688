using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Cli.Tests;

/// <summary>
/// Runs the files in Transcripts; <see cref="Transcript"/> says how they are written. With PRECINTO_RECORD naming the folder of their sources,
/// the answers are written down instead of compared: what changed is then read in the difference, never believed.
/// </summary>
public sealed class TranscriptTests
{
    public static TheoryData<string> All =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Transcripts"), "*.txt").Select(path => Path.GetFileName(path)!).Order()];

    [Theory]
    [MemberData(nameof(All))]
    public async Task The_command_answers_as_its_transcript_says(string name)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var recordTo = Environment.GetEnvironmentVariable("PRECINTO_RECORD");
        var source = Path.Combine(string.IsNullOrEmpty(recordTo) ? Path.Combine(AppContext.BaseDirectory, "Transcripts") : recordTo, name);
        using TemporaryFolder folder = new();
        using WorkingFolder working = new(folder.Path);
        Transcript transcript = new(folder, await File.ReadAllLinesAsync(source, cancellation), isRecording: !string.IsNullOrEmpty(recordTo));
        await transcript.RunAsync(cancellation);
        if (!string.IsNullOrEmpty(recordTo))
            await File.WriteAllTextAsync(source, transcript.Recorded, cancellation);
    }
}
