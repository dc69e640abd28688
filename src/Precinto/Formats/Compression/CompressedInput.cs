using System.Buffers.Binary;

namespace Precinto.Formats.Compression;

/// <summary>
/// The compressed bytes of a decoder, in a buffer that it may look into. What was taken ahead and not used is given back to a source that can seek,
/// so that afterwards the source tells where the compressed data ended.
/// </summary>
internal sealed class CompressedInput
{
    private readonly Stream _source;
    private long _before;

    public CompressedInput(Stream source)
    {
        _source = source;
        var length = source.CanSeek ? Math.Clamp(source.Length - source.Position, 1, BufferSize) : BufferSize;
        Buffer = new byte[(int)length + Margin];
    }

    /// <summary>What is buffered, with <see cref="Margin"/> bytes behind it that may be read and mean nothing.</summary>
    public byte[] Buffer { get; private set; }

    /// <summary>Where the next byte stands in the buffer; a decoder that reads there moves it on.</summary>
    public int Position { get; set; }

    /// <summary>Where the buffered bytes end.</summary>
    public int End { get; private set; }

    /// <summary>Whether the source has no more than what is buffered.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>How many bytes were used since the start.</summary>
    public long Used => _before + Position;

    /// <summary>Has so many bytes buffered if there are so many; memory is taken only for those that arrive.</summary>
    public bool Has(int count)
    {
        while (End - Position < count && !IsExhausted)
            Fill();
        return End - Position >= count;
    }

    /// <summary>The next bytes without using them.</summary>
    /// <exception cref="InvalidDataException">There are fewer.</exception>
    public ReadOnlySpan<byte> Peek(int count) => Has(count) ? Buffer.AsSpan(Position, count) : throw Truncated();

    /// <summary>Uses the next bytes; what is returned is overwritten by the next call.</summary>
    /// <exception cref="InvalidDataException">There are fewer.</exception>
    public ReadOnlySpan<byte> Read(int count)
    {
        var bytes = Peek(count);
        Position += count;
        return bytes;
    }

    public byte ReadByte() => Position < End || Has(1) ? Buffer[Position++] : throw Truncated();

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Read(sizeof(uint)));

    public void Skip(long count)
    {
        while (count > 0)
        {
            if (!Has(1))
                throw Truncated();
            var step = (int)Math.Min(count, End - Position);
            Position += step;
            count -= step;
        }
    }

    /// <summary>Gives back what was not used.</summary>
    public void Return()
    {
        if (!_source.CanSeek || Position >= End)
            return;
        _source.Position -= End - Position;
        End = Position;
    }

    public static InvalidDataException Truncated() => new("The compressed data is cut off.");

    private void Fill()
    {
        if (Position > 0)
        {
            Buffer.AsSpan(Position, End - Position).CopyTo(Buffer);
            _before += Position;
            End -= Position;
            Position = 0;
        }

        if (End == Buffer.Length - Margin)
        {
            var larger = new byte[(End * 2) + Margin];
            Buffer.AsSpan(0, End).CopyTo(larger);
            Buffer = larger;
        }

        var read = _source.Read(Buffer, End, Buffer.Length - Margin - End);
        End += read;
        if (read > 0)
            return;
        IsExhausted = true;
        Buffer.AsSpan(End, Margin).Clear();
    }

    /// <summary>More than any symbol of any code takes.</summary>
    public const int Margin = 32;

    private const int BufferSize = 64 << 10;
}
