using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Precinto.MLNet.Onnx;

/// <summary>
/// The wire format of Protocol Buffers (protobuf.dev/programming-guides/encoding): each field is a tag of number and wire type,
/// then a varint (0), a length and that many bytes (2), or four bytes (5). Fields are written in the order of the calls.
/// </summary>
internal sealed class ProtobufWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public void WriteInteger(int field, long value)
    {
        WriteTag(field, Varint);
        WriteVarint(unchecked((ulong)value));
    }

    public void WriteFloat(int field, float value)
    {
        WriteTag(field, FourBytes);
        BinaryPrimitives.WriteSingleLittleEndian(_bytes.GetSpan(sizeof(float)), value);
        _bytes.Advance(sizeof(float));
    }

    public void WriteText(int field, string value) => WriteBytes(field, StrictUtf8.GetBytes(value));

    public void WriteBytes(int field, ReadOnlySpan<byte> value)
    {
        WriteTag(field, LengthDelimited);
        WriteVarint((ulong)value.Length);
        _bytes.Write(value);
    }

    /// <summary>Writes a message within this one.</summary>
    public void WriteMessage(int field, Action<ProtobufWriter> write)
    {
        ProtobufWriter message = new();
        write(message);
        WriteBytes(field, message.Written);
    }

    private void WriteTag(int field, int wireType) => WriteVarint((ulong)((field << 3) | wireType));

    private void WriteVarint(ulong value)
    {
        while (value >= 0x80)
        {
            WriteByte((byte)((value & 0x7F) | 0x80));
            value >>= 7;
        }

        WriteByte((byte)value);
    }

    private void WriteByte(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
    }

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private const int Varint = 0;
    private const int LengthDelimited = 2;
    private const int FourBytes = 5;
}
