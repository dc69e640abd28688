namespace Precinto.Formats.Hdf5;

/// <summary>
/// What PyTables makes of an attribute FILTERS of its versions before 2.0 (tables/attributeset.py): it replaces the first name of a module in the bytes, wherever it stands,
/// and unpickles the result. Within a text that states its length the bytes behind move out of the text and become opcodes.
/// </summary>
internal static class OldFilters
{
    /// <summary>The bytes as they are unpickled; null where nothing is replaced.</summary>
    public static ReadOnlyMemory<byte>? Rewrite(ReadOnlyMemory<byte> value)
    {
        var bytes = value.Span;
        for (var at = 0; bytes[at..].IndexOf(Module) is var distance and >= 0; at += distance + 1)
        {
            var found = at + distance;
            if (found < 2 || bytes[found - 1] is not ((byte)'i' or (byte)'c') || bytes[found - 2] != '(')
                continue;
            return (byte[])[.. bytes[..found], .. NewModule, .. bytes[(found + Module.Length)..]];
        }

        return null;
    }

    private static ReadOnlySpan<byte> Module => "tables.Leaf\n"u8;

    private static ReadOnlySpan<byte> NewModule => "tables.filters\n"u8;
}
