using System.Buffers.Binary;
using System.Text;
using Precinto.Formats.Hdf5;

namespace Precinto.Tests.Formats.Hdf5;

/// <summary>Writes small HDF5 files of the newer layout (superblock 2, object headers 2), right or wrong, as a test wants them.</summary>
internal static class Hdf5Forge
{
    /// <summary>A file with a root group of these messages; addresses of further objects follow from <see cref="Objects"/>.</summary>
    public static byte[] Make(byte[] rootMessages, params byte[][] objects) => MakeExtended(-1, rootMessages, objects);

    /// <summary>The same with an extension of the superblock at an address.</summary>
    public static byte[] MakeExtended(long extension, byte[] rootMessages, params byte[][] objects)
    {
        List<byte> bytes = [.. new byte[48]];
        foreach (var header in objects)
            bytes.AddRange(header);
        var root = bytes.Count;
        bytes.AddRange(Header(rootMessages));
        byte[] block = [.. Hdf5File.Mark, 2, 8, 8, 0, .. Number(0), .. Number(extension), .. Number(bytes.Count), .. Number(root)];
        byte[] superblock = [.. block, .. Checksum(block)];
        return [.. superblock, .. bytes.Skip(48)];
    }

    public const int FirstObject = 48;

    public static byte[] Header(byte[] messages)
    {
        byte[] block = [.. "OHDR"u8, 2, 2, .. BitConverter.GetBytes(messages.Length), .. messages];
        return [.. block, .. Checksum(block)];
    }

    public static byte[] Message(int type, params byte[] data) => [(byte)type, .. BitConverter.GetBytes((ushort)data.Length), 0, .. data];

    public static byte[] TextAttribute(string name, string value)
    {
        var text = Encoding.UTF8.GetBytes(value);
        byte[] type = [0x13, 0, 0, 0, .. BitConverter.GetBytes(text.Length)];
        byte[] shape = [2, 0, 0, 0];
        byte[] label = [.. Encoding.UTF8.GetBytes(name), 0];
        return Message(0xC, [3, 0, .. Short(label.Length), .. Short(type.Length), .. Short(shape.Length), 1, .. label, .. type, .. shape, .. text]);
    }

    public static byte[] HardLink(string name, long address) => Message(6, [1, 0, (byte)name.Length, .. Encoding.UTF8.GetBytes(name), .. Number(address)]);

    public static byte[] ExternalLink(string name, string file) =>
        Message(6, [1, 8, 64, (byte)name.Length, .. Encoding.UTF8.GetBytes(name), .. Short(file.Length + 4), 0, .. Encoding.UTF8.GetBytes(file), 0, (byte)'/', 0]);

    public static byte[] UserLink(string name) => Message(6, [1, 8, 70, (byte)name.Length, .. Encoding.UTF8.GetBytes(name), 1, 0, 9]);

    /// <summary>A dataset of 32-bit floats whose data nobody wrote, with further messages.</summary>
    public static byte[] Dataset(long[] shape, params byte[][] more)
    {
        byte[] space = [2, (byte)shape.Length, 0, 1, .. shape.SelectMany(length => Number(length))];
        var layout = Message(8, [3, 1, .. Number(-1), .. Number(checked(4 * shape.Aggregate(1L, (product, length) => product * length)))]);
        return Header([.. Message(1, space), .. Message(3, [0x11, 0x20, 0x1F, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0]), .. layout, .. more.SelectMany(part => part)]);
    }

    public static byte[] Filter(int number) => Message(0xB, [2, 1, .. Short(number), .. number >= 256 ? Short(0) : [], 0, 0, 0, 0]);

    /// <summary>A heap of one direct block, a tree of one record, and its leaf, as objects of which the first is at an address; and the message of links in them.</summary>
    public static byte[][] DenseLinks(long address, byte[] record, int heapBits, out byte[] message)
    {
        const int HeapLength = 146;
        const int TreeLength = 38;
        byte[] heap =
        [
            .. "FRHP"u8, 0, .. Short(7), 0, 0, 0, .. BitConverter.GetBytes(4096), .. Number(0), .. Number(-1), .. Number(0), .. Number(-1), .. new byte[64],
            .. Short(4), .. Number(512), .. Number(65536), .. Short(heapBits), .. Short(1), .. Number(address), .. Short(0),
        ];
        byte[] tree = [.. "BTHD"u8, 0, 5, .. BitConverter.GetBytes(512), .. Short(record.Length), 0, 0, 100, 40, .. Number(address + HeapLength + TreeLength), .. Short(1), .. Number(1)];
        byte[] leaf = [.. "BTLF"u8, 0, 5, .. record];
        message = Message(2, [0, 0, .. Number(address), .. Number(address + HeapLength)]);
        return [[.. heap, .. Checksum(heap)], [.. tree, .. Checksum(tree)], [.. leaf, .. Checksum(leaf)]];
    }

    public static byte[] Number(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Short(int value) => BitConverter.GetBytes((ushort)value);

    private static byte[] Checksum(byte[] block) => BitConverter.GetBytes(Hdf5Checksum.Compute(block));
}
