using System.Buffers.Binary;

namespace Precinto.Formats.Onnx;

/// <summary>The element types of ONNX tensors: TensorProto.DataType of onnx.proto, IR version 13.</summary>
internal static class OnnxElementType
{
    public static string NameOf(long type) => type switch
    {
        1 => "FLOAT",
        2 => "UINT8",
        3 => "INT8",
        4 => "UINT16",
        5 => "INT16",
        6 => "INT32",
        7 => "INT64",
        8 => "STRING",
        9 => "BOOL",
        10 => "FLOAT16",
        11 => "DOUBLE",
        12 => "UINT32",
        13 => "UINT64",
        14 => "COMPLEX64",
        15 => "COMPLEX128",
        16 => "BFLOAT16",
        17 => "FLOAT8E4M3FN",
        18 => "FLOAT8E4M3FNUZ",
        19 => "FLOAT8E5M2",
        20 => "FLOAT8E5M2FNUZ",
        21 => "UINT4",
        22 => "INT4",
        23 => "FLOAT4E2M1",
        24 => "FLOAT8E8M0",
        25 => "UINT2",
        26 => "INT2",
        _ => $"TYPE{type}",
    };

    /// <summary>Bits of one element in raw data; 0 for texts and for unknown types.</summary>
    public static int BitsOf(long type) => type switch
    {
        2 or 3 or 9 or 17 or 18 or 19 or 20 or 24 => 8,
        4 or 5 or 10 or 16 => 16,
        1 or 6 or 12 => 32,
        7 or 11 or 13 or 14 => 64,
        15 => 128,
        21 or 22 or 23 => 4,
        25 or 26 => 2,
        _ => 0,
    };

    /// <summary>The numbers in raw data of the types that shapes, ranges and scales are made of; none of other types.</summary>
    public static IEnumerable<double> Decode(long type, byte[] raw) => type switch
    {
        Single => raw.Chunk(4).Where(bytes => bytes.Length == 4).Select(bytes => (double)BinaryPrimitives.ReadSingleLittleEndian(bytes)),
        6 => raw.Chunk(4).Where(bytes => bytes.Length == 4).Select(bytes => (double)BinaryPrimitives.ReadInt32LittleEndian(bytes)),
        7 => raw.Chunk(8).Where(bytes => bytes.Length == 8).Select(bytes => (double)BinaryPrimitives.ReadInt64LittleEndian(bytes)),
        11 => raw.Chunk(8).Where(bytes => bytes.Length == 8).Select(bytes => BinaryPrimitives.ReadDoubleLittleEndian(bytes)),
        _ => [],
    };

    public const long Single = 1;
    public const long Text = 8;

    public static bool IsKnown(long type) => type is >= 1 and <= 26;

    /// <summary>How many numbers of the list that is due for its type hold the elements; -1 where there is no such list.</summary>
    public static Int128 EntriesOf(long type, long count, OnnxStorage storage) => (type, storage) switch
    {
        (1, OnnxStorage.Floats) => count,
        (14, OnnxStorage.Floats) => (Int128)count * 2,
        (2 or 3 or 4 or 5 or 6 or 9 or 10 or 16 or 17 or 18 or 19 or 20 or 24, OnnxStorage.Integers32) => count,
        (21 or 22 or 23, OnnxStorage.Integers32) => ((Int128)count + 1) / 2,
        (25 or 26, OnnxStorage.Integers32) => ((Int128)count + 3) / 4,
        (7, OnnxStorage.Integers64) => count,
        (11, OnnxStorage.Doubles) => count,
        (15, OnnxStorage.Doubles) => (Int128)count * 2,
        (12 or 13, OnnxStorage.Unsigned64) => count,
        (Text, OnnxStorage.Texts) => count,
        _ => -1,
    };
}

/// <summary>The lists of a TensorProto that can hold its elements.</summary>
internal enum OnnxStorage
{
    Raw,
    Floats,
    Integers32,
    Integers64,
    Doubles,
    Unsigned64,
    Texts,
}
