using System.Diagnostics;

namespace Precinto.Fuzz;

/// <summary>A reader that is fed with hostile bytes, and what it owes to them.</summary>
internal abstract class FuzzTarget(string name)
{
    /// <summary>Its name, and that of its folder in the corpus.</summary>
    public string Name { get; } = name;

    /// <summary>Words of its format, which chance would hardly find.</summary>
    public virtual IReadOnlyList<byte[]> Dictionary => [];

    /// <summary>Whether a seed is of the kind that the folder of this target is for; it also learns from it, where there is something to learn.</summary>
    public abstract bool Accepts(Seed seed);

    /// <summary>Reads an input, and checks what it owes beyond what <see cref="Check"/> asks of every target.</summary>
    /// <exception cref="FuzzFailureException">A promise is broken.</exception>
    public abstract Answer Read(byte[] bytes, string name);

    /// <summary>Reads an input: nothing undocumented is thrown, time and memory are bounded, and the answer is the same when it is asked again.</summary>
    /// <exception cref="FuzzFailureException">A promise is broken.</exception>
    public Answer Check(byte[] bytes, string name, bool twice)
    {
        var copy = (byte[])bytes.Clone();
        var answer = Measure(bytes, name, out var seconds);
        if (seconds > LongestSeconds)
        {
            // Somebody else may have had the processor; twice in a row is the reader's own fault.
            Measure(bytes, name, out var again);
            if (again > LongestSeconds)
                throw new FuzzFailureException($"It took {Math.Min(seconds, again):F1} s.");
        }

        if (twice && Measure(bytes, name, out _) is var second && second != answer)
            throw new FuzzFailureException($"The same bytes gave two answers: {answer.Text} and {second.Text}");
        return copy.AsSpan().SequenceEqual(bytes) ? answer : throw new FuzzFailureException("The input was changed.");
    }

    /// <summary>Bytes that may be allocated for one input, which has a few kilobytes; what a format spends on its own tables is more than what it reads.</summary>
    protected virtual long MostAllocated => 32L << 20;

    private Answer Measure(byte[] bytes, string name, out double seconds)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.GetTimestamp();
        Answer answer;
        try
        {
            answer = Read(bytes, name);
        }
        catch (Exception exception) when (exception is not FuzzFailureException)
        {
            throw new FuzzFailureException($"{exception.GetType().Name}: {exception.Message}", exception);
        }

        seconds = Stopwatch.GetElapsedTime(watch).TotalSeconds;
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return allocated <= MostAllocated ? answer : throw new FuzzFailureException($"It allocated {allocated >> 20} MiB for {bytes.Length} bytes.");
    }

    private const double LongestSeconds = 2;
}
