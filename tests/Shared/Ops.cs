using System.Buffers.Binary;
using System.Text;

namespace Precinto.Tests.Shared;

/// <summary>Writes pickles opcode by opcode, also ones that no pickler would write.</summary>
internal static class Ops
{
    public static byte[] Of(params object[] parts)
    {
        using MemoryStream bytes = new();
        foreach (var part in parts)
        {
            switch (part)
            {
                case byte[] raw:
                    bytes.Write(raw);
                    break;
                case string text:
                    bytes.Write(Encoding.Latin1.GetBytes(text));
                    break;
                case int opcode:
                    bytes.WriteByte((byte)opcode);
                    break;
                default:
                    throw new ArgumentException("No part of a pickle.", nameof(parts));
            }
        }

        return bytes.ToArray();
    }

    public static byte[] Proto(byte version) => [0x80, version];

    public static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length < 256 ? [0x8C, (byte)bytes.Length, .. bytes] : [(byte)'X', .. Int32(bytes.Length), .. bytes];
    }

    public static byte[] Bytes(params byte[] bytes) => bytes.Length < 256 ? [(byte)'C', (byte)bytes.Length, .. bytes] : [(byte)'B', .. Int32(bytes.Length), .. bytes];

    public static byte[] Import(string module, string name) => [.. Text(module), .. Text(name), 0x93];

    public static byte[] Int32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    public static byte[] Int64(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }

    /// <summary>A wrapper of joblib for an array of these elements, without the bytes that follow it.</summary>
    public static byte[] JoblibWrapper(string type, params byte[][] shape) => Of(
        Import("joblib.numpy_pickle", "NumpyArrayWrapper"), ")", 0x81, "}(",
        Text("subclass"), Import("numpy", "ndarray"),
        Text("shape"), "(", shape.SelectMany(dimension => dimension).ToArray(), "t",
        Text("order"), Text("C"),
        Text("dtype"), Import("numpy", "dtype"), Text(type), 0x89, 0x88, 0x87, "R",
        "(", "K", 3, Text("<"), "NNN", "J", Int32(-1), "J", Int32(-1), "K", 0, "tb",
        Text("allow_mmap"), 0x88,
        Text("numpy_array_alignment_bytes"), "K", 16,
        "ub");

    public const int Stop = '.';
    public const int Reduce = 'R';
    public const int Memoize = 0x94;
    public const int StackGlobal = 0x93;
    public const int Tuple1 = 0x85;
    public const int Tuple2 = 0x86;
    public const int NewObj = 0x81;
}
