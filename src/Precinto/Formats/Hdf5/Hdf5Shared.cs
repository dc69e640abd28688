namespace Precinto.Formats.Hdf5;

/// <summary>Messages that stand elsewhere (HDF5 File Format Specification 3.0, IV.A.2, "Shared Message"): in another object's header.</summary>
internal static class Hdf5Shared
{
    /// <summary>The datatype that another object, a committed datatype, holds.</summary>
    public static Hdf5Type ReadType(Hdf5File file, ref Hdf5Cursor cursor)
    {
        var at = cursor.Offset;
        var version = cursor.Byte();
        var kind = cursor.Byte();
        if (version == 1)
            cursor.Skip(6);
        if (version is < 1 or > 3 || (version == 3 && kind != 2))
            throw new MalformedModelException(at, "A message is shared in a way that is not read.");
        var address = cursor.Address(file.OffsetSize) ?? throw new MalformedModelException(at, "A shared message is nowhere.");
        var message = Hdf5ObjectHeader.Read(file, address).Find(message => message is { Type: 3, IsShared: false })
            ?? throw new MalformedModelException(file.Base + address, "A shared datatype is none.");
        var type = message.Open();
        return Hdf5Type.Read(ref type);
    }
}
