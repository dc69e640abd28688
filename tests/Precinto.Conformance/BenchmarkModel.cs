using System.Diagnostics;
using System.Text.Json;
using Precinto.Manifests;
using Precinto.Verification;

namespace Precinto.Conformance;

/// <summary>Does the same thing several times and prints how long each took, in milliseconds.</summary>
internal static class BenchmarkModel
{
    public static async Task<int> RunAsync(AdapterArguments arguments)
    {
        var repeat = arguments.Number("--repeat") ?? 1;
        if (repeat > MaximumRepeat)
            throw new ArgumentException($"--repeat goes to {MaximumRepeat}.");

        var once = Prepare(arguments);
        List<double> times = [];
        for (var round = 0; round < repeat; round++)
        {
            var start = Stopwatch.GetTimestamp();
            await once().ConfigureAwait(false);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        using var output = Console.OpenStandardOutput();
        using Utf8JsonWriter writer = new(output);
        writer.WriteStartObject();
        writer.WriteStartArray("times_ms");
        foreach (var time in times)
            writer.WriteNumberValue(Math.Round(time, 3));
        writer.WriteEndArray();
        writer.WriteEndObject();
        return 0;
    }

    private static Func<Task> Prepare(AdapterArguments arguments)
    {
        switch (arguments.Required("--operation"))
        {
            case "hash":
                return () => ModelHashes.ComputeAsync(arguments.Required("--model-path"), SignModel.ReadHash(arguments));
            case "sign":
                var output = Path.Combine(Directory.CreateTempSubdirectory("oms-conformance-").FullName, "bundle.sig");
                return () => SignModel.SignAsync(arguments, output);
            case "verify":
                return async () =>
                {
                    if ((await VerifyModel.VerifyAsync(arguments).ConfigureAwait(false)).Verdict != Verdict.Trusted)
                        throw new InvalidOperationException("The model does not verify.");
                };
            case var other:
                throw new ArgumentException($"{other} is no operation.");
        }
    }

    private const int MaximumRepeat = 10_000;
}
