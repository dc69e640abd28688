namespace Precinto.Inspection;

/// <summary>Bytes that one expanded member holds in memory, counted in what all of a file's members hold at once.</summary>
internal sealed class HeldBytes(InspectionContext root) : IDisposable
{
    private long _bytes;

    /// <summary>Takes more; false, taking nothing, where all together would hold more than the limit.</summary>
    public bool TryTake(long bytes)
    {
        if (bytes > root.Limits.HeldBytes - root.Held)
            return false;
        root.Held += bytes;
        _bytes += bytes;
        return true;
    }

    public void Dispose()
    {
        root.Held -= _bytes;
        _bytes = 0;
    }

    /// <summary>How many bytes of one member are expanded at the most.</summary>
    public const long LargestMember = 256L << 20;
}
