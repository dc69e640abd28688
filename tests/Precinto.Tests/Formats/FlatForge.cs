using System.Text;

namespace Precinto.Tests.Formats;

/// <summary>Makes FlatBuffers: each table with its list of fields before it, and what it refers to behind it.</summary>
internal static class FlatForge
{
    /// <summary>A FlatBuffer with its mark and what belongs behind it.</summary>
    /// <param name="mark">Four letters.</param>
    /// <param name="root">Fields by number: numbers of 1, 4 or 8 bytes, texts, bytes, lists of numbers, tables and lists of tables, and what is shared or lies behind.</param>
    /// <param name="header">Bytes between the mark and the first table.</param>
    /// <param name="behind">Bytes behind all.</param>
    public static byte[] Make(string mark, Dictionary<int, object> root, byte[]? header = null, byte[]? behind = null)
    {
        List<byte> file = [0, 0, 0, 0, .. Encoding.ASCII.GetBytes(mark), .. header ?? []];
        List<(int Slot, object Target)> later = [];
        Patch(file, 0, WriteTable(file, root, later));
        foreach (var shared in later.Where(entry => entry.Target is Shared).GroupBy(entry => entry.Target, ReferenceEqualityComparer.Instance).ToArray())
        {
            var value = ((Shared)shared.Key!).Value;
            var at = file.Count;
            if (value is Dictionary<int, object> table)
                at = WriteTable(file, table, later);
            else
                WriteReferred(file, at, value, later);
            foreach (var (slot, _) in shared)
                Patch(file, slot, at);
        }

        foreach (var (slot, target) in later.Where(entry => entry.Target is Behind))
            Patch(file, slot, file.Count + ((Behind)target).At);
        return [.. file, .. behind ?? []];
    }

    private static int WriteTable(List<byte> file, Dictionary<int, object> fields, List<(int Slot, object Target)> later)
    {
        var count = fields.Count == 0 ? 0 : fields.Keys.Max() + 1;
        var list = file.Count;
        file.AddRange(new byte[4 + (2 * count) + (count % 2 * 2)]);
        var length = file.Count - list;
        var table = file.Count;
        file.AddRange(BitConverter.GetBytes(table - list));
        Dictionary<int, int> slots = [];
        foreach (var (field, value) in fields.OrderBy(field => field.Key))
        {
            slots[field] = file.Count;
            Set(file, list + 4 + (2 * field), (short)(file.Count - table));
            file.AddRange(value switch
            {
                long number => BitConverter.GetBytes(number),
                int number => BitConverter.GetBytes(number),
                sbyte small => [unchecked((byte)small), 0, 0, 0],
                _ => new byte[4],
            });
        }

        Set(file, list, (short)length);
        Set(file, list + 2, (short)(file.Count - table));
        foreach (var (field, value) in fields.Where(field => field.Value is not (long or int or sbyte)))
        {
            if (value is Shared or Behind)
            {
                later.Add((slots[field], value));
                continue;
            }

            Patch(file, slots[field], file.Count);
            WriteReferred(file, slots[field], value, later);
        }

        return table;
    }

    private static void WriteReferred(List<byte> file, int slot, object value, List<(int Slot, object Target)> later)
    {
        switch (value)
        {
            case string text:
                file.AddRange(BitConverter.GetBytes(text.Length));
                file.AddRange(Encoding.ASCII.GetBytes(text));
                break;
            case byte[] bytes:
                file.AddRange(BitConverter.GetBytes(bytes.Length));
                file.AddRange(bytes);
                break;
            case int[] numbers:
                file.AddRange(BitConverter.GetBytes(numbers.Length));
                file.AddRange(numbers.SelectMany(BitConverter.GetBytes));
                break;
            case long[] numbers:
                file.AddRange(BitConverter.GetBytes(numbers.Length));
                file.AddRange(numbers.SelectMany(BitConverter.GetBytes));
                break;
            case Dictionary<int, object> table:
                Patch(file, slot, WriteTable(file, table, later));
                break;
            case Dictionary<int, object>[] tables:
                file.AddRange(BitConverter.GetBytes(tables.Length));
                var start = file.Count;
                file.AddRange(new byte[4 * tables.Length]);
                for (var index = 0; index < tables.Length; index++)
                    Patch(file, start + (4 * index), WriteTable(file, tables[index], later));
                break;
            case Shared[] shared:
                file.AddRange(BitConverter.GetBytes(shared.Length));
                foreach (var one in shared)
                {
                    later.Add((file.Count, one));
                    file.AddRange(new byte[4]);
                }

                break;
        }
    }

    private static void Patch(List<byte> file, int at, int target)
    {
        var bytes = BitConverter.GetBytes(target - at);
        for (var index = 0; index < bytes.Length; index++)
            file[at + index] = bytes[index];
    }

    private static void Set(List<byte> file, int at, short value) => (file[at], file[at + 1]) = ((byte)value, (byte)(value >> 8));

    /// <summary>A text or a table to which several places refer.</summary>
    public sealed record Shared(object Value);

    /// <summary>A place in the bytes behind all.</summary>
    public sealed record Behind(int At);
}
