using System.Buffers.Binary;
using Precinto.Files;

namespace Precinto.Formats;

/// <summary>
/// Reads hostile bytes forward: every read can fail, a failed read consumes nothing, and no count from the file is believed.
/// Over a file it seeks; over a decompressed stream, whose end is not known, it reads on.
/// </summary>
internal sealed class BoundedReader
{
    private readonly ModelContent? _content;
    private readonly Stream? _stream;
    private readonly long _start;
    private readonly long _end;
    private readonly byte[] _buffer;
    private int _bufferPosition;
    private int _bufferLength;
    private long _bufferOffset;
    private bool _streamEnded;
    private long _pieceEnd = long.MaxValue;

    public BoundedReader(ModelContent content)
        : this(content, 0, content.Length)
    {
    }

    public BoundedReader(ModelContent content, long start, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, content.Length - length);

        _content = content;
        _start = start;
        _end = start + length;
        _bufferOffset = start;
        _buffer = new byte[(int)Math.Clamp(length, 16, WindowSize)];
    }

    /// <summary>Reads a decompressed stream forward; more than <paramref name="maximumLength"/> bytes are malformed.</summary>
    public BoundedReader(Stream stream, long maximumLength)
    {
        _stream = stream;
        _end = maximumLength;
        _buffer = new byte[WindowSize];
    }

    /// <summary>The offset of the next byte, from the start of the file or of the decompressed stream.</summary>
    public long Position => _bufferOffset + _bufferPosition;

    /// <summary>How many bytes are left at the most: exact for a file, the limit for a decompressed stream.</summary>
    public long Remaining => _end - Position;

    /// <summary>Whether <see cref="Remaining"/> is exact.</summary>
    public bool IsLengthKnown => _content is not null;

    /// <summary>The file that is read, for those who come back to an offset later; null for a decompressed stream.</summary>
    public ModelContent? Content => _content;

    /// <summary>The bytes that are buffered and not consumed yet; at least one unless the end is reached.</summary>
    public ReadOnlySpan<byte> Window
    {
        get
        {
            if (_bufferPosition == _bufferLength)
                Fill(1);
            return _buffer.AsSpan(_bufferPosition, _bufferLength - _bufferPosition);
        }
    }

    public bool IsAtEnd => _bufferPosition == _bufferLength && !Fill(1);

    public bool TryReadByte(out byte value)
    {
        if (_bufferPosition < _bufferLength || Fill(1))
        {
            value = _buffer[_bufferPosition++];
            return true;
        }

        value = 0;
        return false;
    }

    public byte ReadByte() => TryReadByte(out var value) ? value : throw Truncated(1);

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(ReadSpan(2));

    public int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(ReadSpan(4));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(ReadSpan(4));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(ReadSpan(8));

    /// <summary>The next bytes without consuming them; fewer than asked for where the end comes first.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, WindowSize);
        Fill(count);
        return _buffer.AsSpan(_bufferPosition, Math.Min(count, _bufferLength - _bufferPosition));
    }

    /// <summary>The next bytes, at most <see cref="WindowSize"/>; valid until the next read.</summary>
    public ReadOnlySpan<byte> ReadSpan(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, WindowSize);
        if (_bufferLength - _bufferPosition < count && !Fill(count))
            throw Truncated(count);

        var span = _buffer.AsSpan(_bufferPosition, count);
        _bufferPosition += count;
        return span;
    }

    /// <summary>The next bytes as an array; memory is taken only as bytes really arrive.</summary>
    public byte[] ReadBytes(long count, int maximum)
    {
        if (count < 0 || count > maximum)
            throw new MalformedModelException(Position, $"Declares {count} bytes where at most {maximum} are read.");
        if (count > Remaining)
            throw Truncated(count);

        if (IsLengthKnown || count <= WindowSize)
        {
            var bytes = new byte[(int)count];
            var at = Position;
            ReadExactly(bytes, at);
            return bytes;
        }

        using MemoryStream arrived = new();
        var start = Position;
        while (arrived.Length < count)
        {
            if (IsAtEnd)
                throw new MalformedModelException(start, $"Declares {count} bytes, but only {arrived.Length} follow.");
            var piece = ReadSpan((int)Math.Min(Window.Length, count - arrived.Length));
            arrived.Write(piece);
        }

        return arrived.ToArray();
    }

    /// <summary>Fills <paramref name="destination"/> with the next bytes.</summary>
    public void ReadExactly(Span<byte> destination) => ReadExactly(destination, Position);

    /// <summary>Skips bytes: a seek in a file, a read in a decompressed stream.</summary>
    public void Skip(long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count > Remaining)
            throw Truncated(count);

        var buffered = Math.Min(count, _bufferLength - _bufferPosition);
        if (IsLengthKnown)
        {
            if (buffered == count)
            {
                _bufferPosition += (int)count;
                return;
            }

            // As below, what is left of a piece is lost to a read that goes beyond it.
            var begin = Position < _pieceEnd && Position > _pieceEnd - count ? _pieceEnd : Position;
            Seek(begin <= _end - count ? begin + count : throw Truncated(count));
            return;
        }

        var start = Position;
        var left = count;
        while (left > 0)
        {
            if (IsAtEnd)
                throw new MalformedModelException(start, $"Declares {count} bytes, but only {count - left} follow.");
            var step = (int)Math.Min(left, _bufferLength - _bufferPosition);
            _bufferPosition += step;
            left -= step;
        }
    }

    /// <summary>The bytes up to the next line feed, which is consumed and not returned; valid until the next read.</summary>
    /// <returns>False, consuming nothing, where no line feed follows within <paramref name="maximum"/> bytes.</returns>
    public bool TryReadLine(int maximum, out ReadOnlySpan<byte> line)
    {
        maximum = Math.Min(maximum, WindowSize - 1);
        ReadOnlySpan<byte> window = _buffer.AsSpan(_bufferPosition, _bufferLength - _bufferPosition);
        var end = window.IndexOf((byte)'\n');
        if (end < 0)
        {
            // What is left of a piece is lost only where the line does not end in it.
            TryFill(maximum + 1);
            window = _buffer.AsSpan(_bufferPosition, _bufferLength - _bufferPosition);
            end = window.IndexOf((byte)'\n');
        }

        if (end < 0 && _pieceEnd != long.MaxValue)
            end = Peek(maximum + 1).IndexOf((byte)'\n');

        if (end < 0 || end > maximum)
        {
            line = default;
            return false;
        }

        line = _buffer.AsSpan(_bufferPosition, end);
        _bufferPosition += end + 1;
        return true;
    }

    /// <summary>A reader over the next <paramref name="length"/> bytes of a file, which it cannot leave; this reader goes on behind them.</summary>
    public BoundedReader Slice(long length)
    {
        if (_content is null)
            throw new InvalidOperationException("Only a file can be sliced.");
        if (length < 0 || length > Remaining)
            throw Truncated(length);

        BoundedReader slice = new(_content, Position, length);
        Skip(length);
        return slice;
    }

    /// <summary>Goes to an offset inside the bounds of this reader.</summary>
    public void Seek(long position)
    {
        if (_content is null)
            throw new InvalidOperationException("A decompressed stream cannot be sought.");
        if (position < _start || position > _end)
            throw new MalformedModelException(Position, $"Points to offset {position}, outside of {_start} to {_end}.");

        _bufferOffset = position;
        _bufferPosition = 0;
        _bufferLength = 0;
        if (position > _pieceEnd)
            _pieceEnd = long.MaxValue;
    }

    /// <summary>
    /// Reads the next bytes of a file as one piece, as CPython's unpickler in C does with a frame that comes from a stream: a read that goes
    /// beyond the piece begins behind it, and what was left of the piece is lost.
    /// </summary>
    public void BeginPiece(long length)
    {
        if (_pieceEnd != long.MaxValue)
        {
            if (length <= _pieceEnd - Position)
                return;
            Seek(_pieceEnd);
        }

        if (length > Remaining)
            throw Truncated(length);
        _pieceEnd = Position + length;
        _bufferLength = (int)Math.Min(_bufferLength, _pieceEnd - _bufferOffset);
    }

    /// <summary>Lets the next <paramref name="count"/> bytes take what is left of the piece and go on behind it, as the reads do that C fills bytes with.</summary>
    public void CrossPiece(long count)
    {
        if (Position < _pieceEnd && Position > _pieceEnd - count)
            _pieceEnd = long.MaxValue;
    }

    /// <summary>The largest piece that is handed out as a span.</summary>
    public const int WindowSize = 64 * 1024;

    private MalformedModelException Truncated(long wanted) =>
        new(Position, IsLengthKnown
            ? $"Needs {wanted} more bytes where {Remaining} are left."
            : $"Needs {wanted} more bytes, but the stream ends or exceeds its limit.");

    private void ReadExactly(Span<byte> destination, long start)
    {
        if (destination.Length > Remaining)
            throw Truncated(destination.Length);

        var done = 0;
        while (done < destination.Length)
        {
            if (IsLengthKnown && _bufferPosition == _bufferLength && destination.Length - done >= WindowSize)
            {
                done += _content!.Read(Position, destination[done..]);
                Seek(start + done);
                continue;
            }

            if (IsAtEnd)
                throw new MalformedModelException(start, $"Declares {destination.Length} bytes, but only {done} follow.");
            var step = Math.Min(destination.Length - done, _bufferLength - _bufferPosition);
            _buffer.AsSpan(_bufferPosition, step).CopyTo(destination[done..]);
            _bufferPosition += step;
            done += step;
        }
    }

    private bool Fill(int count)
    {
        if (TryFill(count) || _pieceEnd == long.MaxValue || _bufferOffset + _bufferLength < _pieceEnd)
            return _bufferLength - _bufferPosition >= count;

        Seek(_pieceEnd);
        _pieceEnd = long.MaxValue;
        return TryFill(count);
    }

    private bool TryFill(int count)
    {
        var left = _bufferLength - _bufferPosition;
        if (left >= count)
            return true;

        _buffer.AsSpan(_bufferPosition, left).CopyTo(_buffer);
        _bufferOffset += _bufferPosition;
        _bufferPosition = 0;
        _bufferLength = left;

        if (_content is not null)
        {
            var room = (int)Math.Min(_buffer.Length - left, Math.Min(_end, _pieceEnd) - (_bufferOffset + left));
            if (room > 0)
                _bufferLength += _content.Read(_bufferOffset + left, _buffer.AsSpan(left, room));
            return _bufferLength >= count;
        }

        while (_bufferLength < count && !_streamEnded)
        {
            var read = ReadStream(_buffer.AsSpan(_bufferLength));
            if (read == 0)
                _streamEnded = true;
            _bufferLength += read;
            if (_bufferOffset + _bufferLength > _end)
                throw new MalformedModelException(_end, $"Decompresses to more than {_end} bytes.") { IsExpansion = true };
        }

        return _bufferLength >= count;
    }

    // Decompressors leak exceptions of many types for broken input; this is the one place that turns them into a finding.
    private int ReadStream(Span<byte> destination)
    {
        try
        {
            return _stream!.Read(destination);
        }
        catch (Exception exception) when (exception is not (MalformedModelException or OperationCanceledException or OutOfMemoryException))
        {
            throw new MalformedModelException(_bufferOffset + _bufferLength, $"Cannot be decompressed: {exception.Message}", exception);
        }
    }
}
