using System.Buffers.Binary;
using System.Text;

namespace Precinto.Tests.Shared;

/// <summary>Writes GGUF files, right or wrong: any version, either byte order.</summary>
internal sealed class GgufForge(uint version = 3, bool isBigEndian = false)
{
    private readonly List<byte> _metadata = [];
    private readonly List<byte> _tensors = [];
    private ulong _keyCount;
    private ulong _tensorCount;

    public ulong? DeclaredKeys { get; set; }

    public ulong? DeclaredTensors { get; set; }

    public int Alignment { get; set; } = 32;

    public GgufForge Text(string key, string value) => Value(key, 8, bytes => Text(bytes, value));

    public GgufForge Number(string key, uint value) => Value(key, 4, bytes => Integer(bytes, value, 4));

    public GgufForge Value(string key, uint type, Action<Stream> write)
    {
        MemoryStream bytes = new();
        Text(bytes, key);
        Integer(bytes, type, 4);
        write(bytes);
        _metadata.AddRange(bytes.ToArray());
        _keyCount++;
        return this;
    }

    public GgufForge Texts(string key, params string[] values) => Value(key, 9, bytes =>
    {
        Integer(bytes, 8, 4);
        Length(bytes, (ulong)values.Length);
        foreach (var value in values)
            Text(bytes, value);
    });

    public GgufForge Tensor(string name, uint type, ulong offset, params ulong[] dimensions)
    {
        MemoryStream bytes = new();
        Text(bytes, name);
        Integer(bytes, (ulong)dimensions.Length, 4);
        foreach (var dimension in dimensions)
            Length(bytes, dimension);
        Integer(bytes, type, 4);
        Integer(bytes, offset, 8);
        _tensors.AddRange(bytes.ToArray());
        _tensorCount++;
        return this;
    }

    public byte[] ToArray(int data = 0, int zeroFrom = 0, int zeroTo = 0)
    {
        MemoryStream file = new();
        file.Write("GGUF"u8);
        Integer(file, version, 4);
        Length(file, DeclaredTensors ?? _tensorCount);
        Length(file, DeclaredKeys ?? _keyCount);
        file.Write(_metadata.ToArray());
        file.Write(_tensors.ToArray());
        if (data > 0)
        {
            while (file.Length % Alignment != 0)
                file.WriteByte(0);
            file.Write(Enumerable.Range(0, data).Select(index => index >= zeroFrom && index < zeroTo ? (byte)0 : (byte)((index % 255) + 1)).ToArray());
        }

        return file.ToArray();
    }

    public void Text(Stream stream, string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        Length(stream, (ulong)bytes.Length);
        stream.Write(bytes);
    }

    public void Length(Stream stream, ulong value) => Integer(stream, value, version == 1 ? 4 : 8);

    public void Integer(Stream stream, ulong value, int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        bytes = bytes[..size];
        if (isBigEndian)
            bytes.Reverse();
        stream.Write(bytes);
    }
}
