using System.Text;

namespace Precinto.Formats.Hdf5;

/// <summary>
/// The groups of the older layout (HDF5 File Format Specification 3.0, III.A.1, III.B, III.C, III.D): a B-tree of version 1 ("TREE")
/// whose leaves point to nodes of symbols ("SNOD"); the names are in a local heap ("HEAP").
/// </summary>
internal static class Hdf5SymbolTable
{
    public static List<Hdf5Link> Read(Hdf5File file, long tree, long heap)
    {
        var names = ReadHeap(file, heap);
        List<Hdf5Link> links = [];
        Stack<(long Address, int Level)> nodes = new([(tree, -1)]);
        HashSet<long> seen = [];
        while (nodes.TryPop(out var node))
        {
            if (!seen.Add(node.Address))
                throw new MalformedModelException(file.Base + node.Address, "A B-tree leads back into itself.");
            if (node.Level == 0)
                ReadSymbols(file, node.Address, names, links);
            else
                ReadTree(file, node.Address, node.Level, nodes);
        }

        return links;
    }

    private static byte[] ReadHeap(Hdf5File file, long address)
    {
        var head = file.Read(address, 8 + (2 * file.LengthSize) + file.OffsetSize);
        Hdf5Cursor cursor = new(head, file.Base + address);
        cursor.Expect("HEAP"u8);
        cursor.Skip(4);
        var size = cursor.Length(file.LengthSize);
        cursor.Skip(file.LengthSize);
        var data = cursor.Address(file.OffsetSize);
        return data is { } place ? file.Read(place, size) : [];
    }

    // Level is that of the node above, which must be one more than that of this; -1 where there is none above.
    private static void ReadTree(Hdf5File file, long address, int level, Stack<(long Address, int Level)> nodes)
    {
        var headSize = 8 + (2 * file.OffsetSize);
        var head = file.Read(address, headSize);
        Hdf5Cursor cursor = new(head, file.Base + address);
        cursor.Expect("TREE"u8);
        var kind = cursor.Byte();
        int own = cursor.Byte();
        int count = cursor.UInt16();
        if (kind != 0 || (level >= 0 && own != level - 1))
            throw new MalformedModelException(file.Base + address, "A B-tree's node is of another kind or level than it must be.");

        var entries = file.Read(address + headSize, (long)count * (file.LengthSize + file.OffsetSize));
        Hdf5Cursor entry = new(entries, file.Base + address + headSize);
        for (var index = 0; index < count; index++)
        {
            entry.Skip(file.LengthSize);
            var child = entry.Address(file.OffsetSize) ?? throw new MalformedModelException(entry.Offset, "A B-tree's node leads nowhere.");
            // Level 0 of the stack are nodes of symbols, one below the leaves of the tree.
            nodes.Push((child, own == 0 ? 0 : own));
            if (nodes.Count > MostNodes)
                throw new MalformedModelException(entry.Offset, $"A B-tree has more than {MostNodes} nodes.");
        }
    }

    private static void ReadSymbols(Hdf5File file, long address, byte[] names, List<Hdf5Link> links)
    {
        var head = file.Read(address, 8);
        Hdf5Cursor cursor = new(head, file.Base + address);
        cursor.Expect("SNOD"u8);
        cursor.Skip(2);
        int count = cursor.UInt16();
        var symbols = file.Read(address + 8, (long)count * ((2 * file.OffsetSize) + 24));
        Hdf5Cursor symbol = new(symbols, file.Base + address + 8);
        for (var index = 0; index < count; index++)
        {
            var at = symbol.Offset;
            var name = ReadName(names, symbol.Unsigned(file.OffsetSize), at);
            var header = symbol.Address(file.OffsetSize);
            var kind = symbol.UInt32();
            symbol.Skip(4);
            Hdf5Cursor scratch = new(symbol.Take(16), symbol.Offset);
            if (kind == 2)
            {
                links.Add(new() { Name = name, Kind = Hdf5LinkKind.Soft, Offset = at, Target = ReadName(names, scratch.UInt32(), at) });
                continue;
            }

            (long, long)? table = null;
            if (kind == 1 && 2 * file.OffsetSize <= 16 && scratch.Address(file.OffsetSize) is { } tree && scratch.Address(file.OffsetSize) is { } heap)
                table = (tree, heap);
            links.Add(new()
            {
                Name = name,
                Kind = Hdf5LinkKind.Hard,
                Offset = at,
                Address = header ?? throw new MalformedModelException(at, $"The link '{name}' leads nowhere."),
                Table = table,
            });
        }
    }

    private static string ReadName(byte[] names, ulong at, long offset)
    {
        if (at >= (ulong)names.Length)
            throw new MalformedModelException(offset, "A name is outside of its heap.");
        var text = names.AsSpan((int)at);
        var end = text.IndexOf((byte)0);
        if (end is < 0 or > LongestName)
            throw new MalformedModelException(offset, "A name has no end.");
        return Encoding.UTF8.GetString(text[..end]);
    }

    private const int LongestName = 64 * 1024;
    private const int MostNodes = 1_000_000;
}
