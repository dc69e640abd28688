using System.Diagnostics;

namespace Precinto.Fuzz;

/// <summary>
/// Feeds one target: takes an input, changes it, and keeps it for further changes when the answer shows a way through the code that
/// no input took before. The same seeds and the same number give the same inputs in the same order.
/// </summary>
internal sealed class FuzzSession
{
    private readonly FuzzTarget _target;
    private readonly Random _random;
    private readonly Mutator _mutator;
    private readonly List<Seed> _kept = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FuzzFailure> _failures = new(StringComparer.Ordinal);

    public FuzzSession(FuzzTarget target, IReadOnlyList<Seed> seeds, int number)
    {
        _target = target;
        _random = new(number);
        _mutator = new(_random, target.Dictionary);
        foreach (var seed in seeds)
        {
            if (!target.Accepts(seed))
                throw new FuzzFailureException($"The seed {seed.Name} is not of the kind {target.Name}.");
            _kept.Add(seed);
        }

        if (_kept.Count == 0)
            throw new FuzzFailureException($"{target.Name} has no seed.");
        foreach (var seed in seeds)
            Try(seed);
    }

    /// <summary>Called with each input before it is read, for what must be known when the program dies of it.</summary>
    public Action<Seed>? Announce { get; init; }

    /// <summary>How many inputs were read.</summary>
    public long Count { get; private set; }

    /// <summary>How many different ways through the code the answers showed.</summary>
    public int Ways => _seen.Count;

    /// <summary>One input for each way in which a promise was broken.</summary>
    public IReadOnlyCollection<FuzzFailure> Failures => _failures.Values;

    /// <summary>Reads inputs until their number or the time is up, or enough is broken.</summary>
    public void Run(long inputs, TimeSpan time)
    {
        var start = Stopwatch.GetTimestamp();
        for (var left = inputs; left > 0 && _failures.Count < MostFailures && Stopwatch.GetElapsedTime(start) < time; left--)
        {
            var from = _kept[_random.Next(_kept.Count)];
            var other = _kept[_random.Next(_kept.Count)];
            Try(new(from.Name, _mutator.Mutate(from.Bytes, other.Bytes)));
        }
    }

    private void Try(Seed input)
    {
        Count++;
        Announce?.Invoke(input);
        try
        {
            var answer = _target.Check(input.Bytes, input.Name, twice: Count % 16 == 1);
            if (_seen.Count < MostWays && _seen.Add(answer.Coverage))
                Keep(input);
        }
        catch (FuzzFailureException failure)
        {
            _failures.TryAdd(Answer.ShapeOf(failure.Message), new(_target.Name, input.Name, input.Bytes, Explain(failure)));
        }
    }

    private void Keep(Seed input)
    {
        if (_kept.Contains(input))
            return;
        if (_kept.Count < MostKept)
            _kept.Add(input);
        else
            _kept[_random.Next(_kept.Count)] = input;
    }

    private static string Explain(FuzzFailureException failure) =>
        failure.InnerException is { StackTrace: { } trace } ? $"{failure.Message}\n{trace}" : failure.Message;

    private const int MostKept = 4096;
    private const int MostWays = 100_000;
    private const int MostFailures = 10;
}
