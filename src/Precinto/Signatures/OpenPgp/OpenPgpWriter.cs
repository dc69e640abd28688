using System.Buffers;
using System.Buffers.Binary;

namespace Precinto.Signatures.OpenPgp;

/// <summary>Writes packets, subpackets and multiprecision integers of RFC 9580.</summary>
internal sealed class OpenPgpWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(512);

    public int Length => _bytes.WrittenCount;

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    /// <summary>Overwrites what was written: for buffers that held secrets.</summary>
    public void Clear() => _bytes.Clear();

    public OpenPgpWriter Byte(int value)
    {
        _bytes.Write([(byte)value]);
        return this;
    }

    public OpenPgpWriter UInt16(int value)
    {
        Span<byte> buffer = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)value);
        return Bytes(buffer);
    }

    public OpenPgpWriter UInt32(long value)
    {
        Span<byte> buffer = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(buffer, (uint)value);
        return Bytes(buffer);
    }

    public OpenPgpWriter Bytes(ReadOnlySpan<byte> value)
    {
        _bytes.Write(value);
        return this;
    }

    /// <summary>An integer with its leading zeros removed, as section 3.2 wants it.</summary>
    public OpenPgpWriter Integer(ReadOnlySpan<byte> value)
    {
        value = value.TrimStart((byte)0);
        var bits = value.IsEmpty ? 0 : (value.Length - 1) * 8 + 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)value[0]);
        return UInt16(bits).Bytes(value);
    }

    public OpenPgpWriter Packet(OpenPgpPacketType type, ReadOnlySpan<byte> body) => Byte(0xC0 | (int)type).PacketLength(body.Length).Bytes(body);

    public OpenPgpWriter Subpacket(OpenPgpSubpacketType type, ReadOnlySpan<byte> body, bool critical = false) =>
        PacketLength(body.Length + 1).Byte((int)type | (critical ? 0x80 : 0)).Bytes(body);

    /// <summary>A number of seconds since 1970 as four octets.</summary>
    public static byte[] Seconds(long value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)value);
        return bytes;
    }

    private OpenPgpWriter PacketLength(int length) =>
        length < 192 ? Byte(length)
        : length < 8384 ? Byte(((length - 192) >> 8) + 192).Byte((length - 192) & 0xFF)
        : Byte(255).UInt32(length);
}
