using System.Runtime.CompilerServices;

namespace Precinto.Formats.Compression;

/// <summary>
/// What a decoder has put out last: as far back as matches may reach, and what nobody has read yet. It grows with what really comes out, whatever
/// the compressed data declares, up to <see cref="Largest"/>.
/// </summary>
/// <param name="reach">How far back a match may reach.</param>
internal sealed class HistoryWindow(long reach)
{
    private int _given;

    public byte[] Buffer { get; private set; } = [];

    /// <summary>Where the next byte goes. A decoder that writes there moves it on.</summary>
    public int End { get; set; }

    /// <summary>How far back a match may reach, as far as there is anything.</summary>
    public int Reach { get; private set; } = (int)Math.Min(reach, Largest);

    /// <summary>Where that begins which matches may reach; what stands before it has been forgotten.</summary>
    public int Origin { get; private set; }

    /// <summary>What makes a position in the output, counted from the origin when it was set, of one in the buffer.</summary>
    public int Bias { get; private set; }

    public bool IsRead => _given == End;

    /// <summary>Forgets what came out, and takes another reach: where compressed data begins anew.</summary>
    public void Forget(long reach)
    {
        Reach = (int)Math.Min(reach, Largest);
        Origin = End;
        Bias = -End;
    }

    /// <summary>Makes room for so many bytes; what came out has been read before.</summary>
    public void Reserve(int count)
    {
        if (Buffer.Length - Margin - End >= count)
            return;

        // Moving the whole reach for each piece would cost more than decoding it, and pieces may turn out far smaller than what is reserved for them.
        var kept = Math.Min(End - Origin, Reach);
        var full = Reach + Math.Max(count * 2L, Reach / 4L) + Margin;
        if (Buffer.Length < full && Buffer.Length < (long)kept + Math.Max(count, kept) + Margin)
        {
            var larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(full, Math.Max(Buffer.Length * 2L, kept + (long)count + Margin)));
            Buffer.AsSpan(End - kept, kept).CopyTo(larger);
            Slide(End - kept);
            Buffer = larger;
            return;
        }

        Buffer.AsSpan(End - kept, kept).CopyTo(Buffer);
        Slide(End - kept);
    }

    public int Read(Span<byte> destination)
    {
        var length = Math.Min(destination.Length, End - _given);
        Buffer.AsSpan(_given, length).CopyTo(destination);
        _given += length;
        return length;
    }

    /// <summary>What has been put out since.</summary>
    public ReadOnlySpan<byte> From(int start) => Buffer.AsSpan(start, End - start);

    /// <summary>Copies a match, which may overlap what it makes; there is room for <see cref="Margin"/> bytes more, and they may be overwritten.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(Span<byte> buffer, int end, int distance, int length)
    {
        unchecked
        {
            // Nearly all matches are short and reach far.
            if (distance >= WideCopy && length <= 2 * WideCopy)
            {
                buffer.Slice(end - distance, WideCopy).CopyTo(buffer.Slice(end, WideCopy));
                if (length > WideCopy)
                    buffer.Slice(end - distance + WideCopy, WideCopy).CopyTo(buffer.Slice(end + WideCopy, WideCopy));
                return;
            }

            CopyAny(buffer, end, distance, length);
        }
    }

    private static void CopyAny(Span<byte> buffer, int end, int distance, int length)
    {
        unchecked
        {
            var from = end - distance;
            if (distance >= length)
            {
                buffer.Slice(from, length).CopyTo(buffer.Slice(end, length));
                return;
            }

            if (distance == 1)
            {
                buffer.Slice(end, length).Fill(buffer[from]);
                return;
            }

            if (length <= WideCopy)
            {
                for (var stop = end + length; end < stop; end++)
                    buffer[end] = buffer[end - distance];
                return;
            }

            // What repeats with a period repeats with twice the period as well.
            for (var step = distance; length > 0; step *= 2)
            {
                var part = Math.Min(step, length);
                buffer.Slice(from, part).CopyTo(buffer.Slice(end, part));
                end += part;
                length -= part;
            }
        }
    }

    private void Slide(int count)
    {
        End -= count;
        _given = End;
        Origin = Math.Max(0, Origin - count);
        Bias = unchecked(Bias + count);
    }

    /// <summary>More than xz, 7-Zip and zstd use unless they are told to, at their highest levels.</summary>
    public const int Largest = 256 << 20;

    /// <summary>How many bytes behind the reserved ones may be overwritten.</summary>
    public const int Margin = 32;

    /// <summary>How many bytes are copied in one go.</summary>
    public const int WideCopy = 16;
}
