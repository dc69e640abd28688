using Precinto.Files;

namespace Precinto.Formats.Compression;

/// <summary>
/// A decoder as a stream. Everything that is wrong with the compressed data is an <see cref="InvalidDataException"/> of a read, behind all bytes
/// that came out before: a loader that stops early has acted on them.
/// </summary>
internal abstract class DecodingStream : ForwardStream
{
    private Exception? _broken;
    private bool _ended;

    protected DecodingStream(CompressedInput input, HistoryWindow window) => (Input, Window) = (input, window);

    protected CompressedInput Input { get; }

    protected HistoryWindow Window { get; }

    public sealed override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public sealed override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        while (Window.IsRead && !_ended)
        {
            if (_broken is not null)
                throw _broken;
            Advance();
        }

        return Window.Read(buffer);
    }

    /// <summary>Decodes a piece, which may be empty.</summary>
    /// <returns>False where the compressed data has ended.</returns>
    protected abstract bool Decode();

    /// <summary>Begins anew, with what follows in the same input.</summary>
    protected void Restart() => _ended = false;

    private void Advance()
    {
        try
        {
            _ended = !Decode();
        }
        catch (InvalidDataException broken)
        {
            _broken = broken;
        }
        catch (OutOfMemoryException exhausted)
        {
            _broken = new InvalidDataException("Its decompression asks for more memory than there is.", exhausted);
        }
    }
}
