namespace Precinto.Formats.Hdf5;

/// <summary>
/// Object headers (HDF5 File Format Specification 3.0, IV.A.1): version 1 without a mark, version 2 with "OHDR";
/// both are a first block of messages and further blocks that continuation messages point to.
/// </summary>
internal static class Hdf5ObjectHeader
{
    public static List<Hdf5Message> Read(Hdf5File file, long address)
    {
        var head = file.Read(address, Math.Min(LongestHead, file.ContentLength - file.Base - Math.Min(address, file.ContentLength - file.Base)));
        Hdf5Cursor cursor = new(head, file.Base + address);
        return head.AsSpan().StartsWith("OHDR"u8) ? ReadNew(file, address, ref cursor) : ReadOld(file, address, ref cursor);
    }

    private static List<Hdf5Message> ReadOld(Hdf5File file, long address, ref Hdf5Cursor cursor)
    {
        if (cursor.Byte() != 1)
            throw new MalformedModelException(file.Base + address, "An object header has another version than 1 or 2.");
        cursor.Skip(7);
        var size = cursor.UInt32();
        List<Hdf5Message> messages = [];
        Queue<(long Address, long Length)> blocks = new([(address + 16, size)]);
        HashSet<long> seen = [];
        while (blocks.TryDequeue(out var block))
        {
            if (!seen.Add(block.Address))
                throw new MalformedModelException(file.Base + block.Address, "A header continues in itself.");
            var bytes = file.Read(block.Address, block.Length);
            Hdf5Cursor part = new(bytes, file.Base + block.Address);
            while (part.Remaining >= 8)
            {
                var type = part.UInt16();
                var length = part.UInt16();
                var flags = part.Byte();
                part.Skip(3);
                Take(file, messages, blocks, type, flags, length, ref part, bytes, block.Address);
            }
        }

        return messages;
    }

    private static List<Hdf5Message> ReadNew(Hdf5File file, long address, ref Hdf5Cursor cursor)
    {
        cursor.Expect("OHDR"u8);
        if (cursor.Byte() != 2)
            throw new MalformedModelException(file.Base + address, "An object header has another version than 1 or 2.");
        var flags = cursor.Byte();
        cursor.Skip(((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0));
        var size = cursor.Length(1 << (flags & 3));
        var prefix = cursor.Offset - file.Base - address;

        List<Hdf5Message> messages = [];
        Queue<(long Address, long Length, long Skip)> blocks = new([(address, checked(prefix + size + 4), prefix)]);
        Queue<(long Address, long Length)> more = [];
        HashSet<long> seen = [];
        while (blocks.TryDequeue(out var block))
        {
            if (!seen.Add(block.Address))
                throw new MalformedModelException(file.Base + block.Address, "A header continues in itself.");
            var bytes = file.Read(block.Address, block.Length);
            Hdf5Checksum.Verify(bytes, file.Base + block.Address);
            Hdf5Cursor part = new(bytes.AsSpan(0, bytes.Length - 4), file.Base + block.Address);
            if (block.Address != address)
                part.Expect("OCHK"u8);
            else
                part.Skip(block.Skip);

            var messageHead = (flags & 4) != 0 ? 6 : 4;
            while (part.Remaining >= messageHead)
            {
                var type = part.Byte();
                var length = part.UInt16();
                var messageFlags = part.Byte();
                part.Skip(messageHead - 4);
                Take(file, messages, more, type, messageFlags, length, ref part, bytes, block.Address);
            }

            while (more.TryDequeue(out var next))
                blocks.Enqueue((next.Address, next.Length, 0));
        }

        return messages;
    }

    private static void Take(Hdf5File file, List<Hdf5Message> messages, Queue<(long Address, long Length)> blocks,
        int type, int flags, int length, ref Hdf5Cursor part, byte[] bytes, long address)
    {
        var offset = part.Offset;
        Hdf5Message message = new()
        {
            Type = type,
            IsShared = (flags & 2) != 0,
            Offset = offset,
            Data = bytes.AsMemory((int)(offset - file.Base - address), Math.Min(length, part.Remaining)),
        };
        part.Skip(length);
        if (type == Continuation)
        {
            var cursor = message.Open();
            var next = cursor.Address(file.OffsetSize) ?? throw new MalformedModelException(offset, "A header continues nowhere.");
            blocks.Enqueue((next, cursor.Length(file.LengthSize)));
        }
        else if (type != 0)
        {
            messages.Add(message);
        }

        if (messages.Count > MostMessages)
            throw new MalformedModelException(offset, $"An object has more than {MostMessages} messages.");
    }

    private const int Continuation = 0x10;
    private const int LongestHead = 64;
    private const int MostMessages = 200_000;
}
