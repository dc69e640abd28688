namespace Precinto.Files;

/// <summary>The bytes of one file, read at an offset through something that was opened once; never by path.</summary>
public abstract class ModelContent : IDisposable
{
    private protected ModelContent()
    {
    }

    /// <summary>The number of bytes, fixed when the content was opened.</summary>
    public abstract long Length { get; }

    /// <summary>Wraps bytes that the caller does not change any more.</summary>
    public static ModelContent FromBytes(ReadOnlyMemory<byte> bytes) => new MemoryContent(bytes);

    /// <summary>Fills <paramref name="destination"/> from <paramref name="offset"/> on as far as there are bytes.</summary>
    /// <returns>The number of bytes read, less than asked for only where the content ends.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="offset"/> is negative or beyond the end.</exception>
    /// <exception cref="IOException">The file could not be read, or has become shorter since it was opened.</exception>
    public int Read(long offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length);

        var wanted = destination[..(int)Math.Min(destination.Length, Length - offset)];
        var done = 0;
        while (done < wanted.Length)
        {
            var read = ReadCore(offset + done, wanted[done..]);
            if (read == 0)
                throw new EndOfStreamException("The file has become shorter while it was being read.");
            done += read;
        }

        return done;
    }

    /// <summary>The first bytes, at most so many.</summary>
    internal byte[] Head(int size)
    {
        var head = new byte[(int)Math.Min(size, Length)];
        Read(0, head);
        return head;
    }

    /// <summary>Copies all bytes into one new array.</summary>
    /// <exception cref="NotSupportedException">The content is longer than an array can be.</exception>
    public byte[] ToArray()
    {
        if (Length > Array.MaxLength)
            throw new NotSupportedException($"{Length} bytes do not fit into one array.");

        var bytes = GC.AllocateUninitializedArray<byte>((int)Length);
        Read(0, bytes);
        return bytes;
    }

    /// <summary>Releases the handle or the memory.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the handle or the memory.</summary>
    private protected virtual void Dispose(bool disposing)
    {
    }

    private protected abstract int ReadCore(long offset, Span<byte> destination);
}
