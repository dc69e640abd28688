using System.Buffers.Binary;
using Precinto.Files;

namespace Precinto.Formats.Compression;

/// <summary>
/// Undoes BCJ, the filter that 7-Zip and py7zr put before the compression: behind each byte E8 or E9, the calls and jumps of x86, it has made an address of a
/// distance. py7zr filters whatever it packs, so that without this no archive of it could be read.
/// </summary>
internal sealed class X86Filter(Stream source) : ForwardStream
{
    private readonly byte[] _buffer = new byte[64 << 10];
    private int _given;
    private int _ready;
    private int _filled;
    private bool _ended;

    // From the start of the stream: where the buffer begins, and the last byte that looked like a call; which of the three bytes before did so too.
    private long _offset;
    private long _lastCall = -1;
    private uint _recentCalls;

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_given == _ready)
            Fill();
        var length = Math.Min(count, _ready - _given);
        _buffer.AsSpan(_given, length).CopyTo(buffer.AsSpan(offset));
        _given += length;
        return length;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            source.Dispose();
        base.Dispose(disposing);
    }

    private void Fill()
    {
        _buffer.AsSpan(_given, _filled - _given).CopyTo(_buffer);
        _offset += _given;
        _filled -= _given;
        (_given, _ready) = (0, 0);
        while (_filled < InstructionSize && !_ended)
        {
            var read = source.Read(_buffer, _filled, _buffer.Length - _filled);
            _ended = read == 0;
            _filled += read;
        }

        _ready = Convert();
        // The last bytes are too few for an instruction and stay as they are.
        if (_ended)
            _ready = _filled;
    }

    // Goes on where it stopped, and stops where an instruction might reach beyond the buffer.
    private int Convert()
    {
        var at = 0;
        while (at + InstructionSize <= _filled)
        {
            if ((_buffer[at] & 0xFE) != 0xE8)
            {
                at++;
                continue;
            }

            // A byte within what looked like a call shortly before may be part of its distance.
            var position = _offset + at;
            var distance = position - _lastCall;
            _recentCalls = distance > 3 ? 0 : (_recentCalls << (int)(distance - 1)) & 7;
            _lastCall = position;
            if (_recentCalls is not (0 or 1 or 2 or 4) || (_recentCalls != 0 && IsSign(_buffer[at + 4 - Shift])) || !IsSign(_buffer[at + 4]))
            {
                _recentCalls = ((_recentCalls << 1) & 7) | 1;
                at++;
                continue;
            }

            var bytes = _buffer.AsSpan(at + 1, sizeof(uint));
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, ToDistance(BinaryPrimitives.ReadUInt32LittleEndian(bytes), unchecked((uint)(position + InstructionSize))));
            at += InstructionSize;
        }

        return at;
    }

    // How many bytes back from the highest of the distance the earlier call's own highest byte would be.
    private int Shift => _recentCalls switch { 0 => 0, 1 => 1, 2 => 2, _ => 3 };

    private uint ToDistance(uint address, uint position)
    {
        while (true)
        {
            var distance = unchecked(address - position);
            if (_recentCalls == 0 || !IsSign((byte)(distance >> (24 - (8 * Shift)) & 0xFF)))
                return (distance & 0x01FFFFFF) is var low && (low & 0x01000000) != 0 ? low | 0xFF000000 : low;
            address = distance ^ ((1U << (32 - (8 * Shift))) - 1);
        }
    }

    private static bool IsSign(byte value) => value is 0 or 0xFF;

    private const int InstructionSize = 5;
}
