using System.Text;

namespace Precinto.Tests.Shared;

/// <summary>Writes the protobuf wire format, right or wrong, as a test wants it.</summary>
internal sealed class ProtobufWriter
{
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public ProtobufWriter Integer(int field, long value)
    {
        Number((ulong)field << 3);
        return Number(unchecked((ulong)value));
    }

    public ProtobufWriter Bytes(int field, ReadOnlySpan<byte> value)
    {
        Number((ulong)field << 3 | 2);
        Number((ulong)value.Length);
        return Raw(value);
    }

    public ProtobufWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtobufWriter Message(int field, Action<ProtobufWriter> write)
    {
        ProtobufWriter inner = new();
        write(inner);
        return Bytes(field, inner.ToArray());
    }

    public ProtobufWriter Floats(int field, params ReadOnlySpan<float> values)
    {
        List<byte> packed = [];
        foreach (var value in values)
            packed.AddRange(BitConverter.GetBytes(value));
        return Bytes(field, packed.ToArray());
    }

    public ProtobufWriter Integers(int field, params ReadOnlySpan<long> values)
    {
        ProtobufWriter packed = new();
        foreach (var value in values)
            packed.Number(unchecked((ulong)value));
        return Bytes(field, packed.ToArray());
    }

    public ProtobufWriter Number(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _bytes.Add((byte)(value & 0x7F | 0x80));
        _bytes.Add((byte)value);
        return this;
    }

    public ProtobufWriter Raw(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }
}
