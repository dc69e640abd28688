namespace Precinto.Formats.Zip;

/// <summary>A member as the central directory describes it, with what its local header says where that was read.</summary>
internal sealed class ZipEntry
{
    public required string Name { get; init; }

    public required byte[] RawName { get; init; }

    public required ushort Flags { get; init; }

    public required ushort Method { get; init; }

    public required uint Crc { get; init; }

    public required long CompressedSize { get; init; }

    public required long Size { get; init; }

    /// <summary>Where the local header starts, from the start of the file.</summary>
    public required long HeaderOffset { get; init; }

    /// <summary>Where the central directory describes the member.</summary>
    public required long DirectoryOffset { get; init; }

    public required uint ExternalAttributes { get; init; }

    /// <summary>What the extra fields of the central header say.</summary>
    public required ZipExtra Extra { get; init; }

    /// <summary>The name with slashes where old programs wrote backslashes.</summary>
    public string Path => Name.Replace('\\', '/');

    /// <summary>Where the member's bytes start; known once the local header was read.</summary>
    public long DataOffset { get; set; }

    /// <summary>Where the member ends, its data descriptor included.</summary>
    public long End { get; set; }

    public bool IsFolder => RawName is [.., (byte)'/'] && Size == 0;

    // Bit 0: encrypted; 5: patch data; 6: strong encryption; 13: masked header (APPNOTE 4.4.4).
    public bool ClaimsEncryption => (Flags & 0x2061) != 0;

    public bool HasDescriptor => (Flags & 0x0008) != 0;

    // The upper half holds the Unix mode where the member was made on Unix; 0120000 is a symbolic link.
    public bool IsLink => (ExternalAttributes >> 16 & 0xF000) == 0xA000;
}
