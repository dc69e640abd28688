using System.IO.MemoryMappedFiles;

namespace Precinto.Fuzz;

/// <summary>
/// The input that is being read, in a file that outlives the program: a stack that overflows or a loop that never ends leaves no other trace.
/// The file is mapped into memory, so that writing to it costs nothing.
/// </summary>
internal sealed class RunningInput : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Timer _watch;
    private long _announced;
    private long _watched;

    /// <param name="path">The file: four bytes of length, the input, zeros.</param>
    /// <param name="hung">Called when one input takes longer than any may.</param>
    public RunningInput(string path, Action hung)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Create, null, Capacity);
        _view = _file.CreateViewAccessor();
        _watch = new(_ =>
        {
            if (Interlocked.Exchange(ref _watched, Interlocked.Read(ref _announced)) == Interlocked.Read(ref _announced))
                hung();
        });
        _watch.Change(Patience, Patience);
    }

    public void Announce(Seed input)
    {
        Interlocked.Increment(ref _announced);
        _view.Write(0, input.Bytes.Length);
        _view.WriteArray(sizeof(int), input.Bytes, 0, Math.Min(input.Bytes.Length, Capacity - sizeof(int)));
    }

    /// <summary>The input that was announced last.</summary>
    public byte[] Read()
    {
        var bytes = new byte[Math.Min(_view.ReadInt32(0), Capacity - sizeof(int))];
        _view.ReadArray(sizeof(int), bytes, 0, bytes.Length);
        return bytes;
    }

    public void Dispose()
    {
        _watch.Dispose();
        _view.Dispose();
        _file.Dispose();
    }

    private const int Capacity = 64 << 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
}
