namespace Precinto.Formats.SevenZip;

/// <summary>A member as the header of a 7z archive describes it.</summary>
internal sealed class SevenZipEntry(string name)
{
    public string Name { get; } = name;

    /// <summary>Whether the member has bytes in a folder of streams; a folder, an empty file and an anti-item have none.</summary>
    public bool HasBytes { get; set; } = true;

    public bool IsFolder { get; set; }

    /// <summary>Whether unpacking deletes what has the name.</summary>
    public bool IsAnti { get; set; }

    public uint Attributes { get; set; }

    // Bit 15 says that the upper half holds the Unix mode, where 0120000 is a symbolic link; 0x400 marks a reparse point of Windows.
    public bool IsLink => ((Attributes & 0x8000) != 0 && (Attributes >> 16 & 0xF000) == 0xA000) || (Attributes & 0x400) != 0;
}

/// <summary>The bytes of one member within a folder: how many, and their CRC-32 where it is stated.</summary>
internal readonly record struct SevenZipPiece(long Size, uint? Checksum);
