namespace Precinto.Formats.SevenZip;

/// <summary>The numbers that the parts of a 7z header begin with (7-Zip, DOC/7zFormat.txt, Property IDs).</summary>
internal static class SevenZipProperty
{
    public const byte End = 0x00;
    public const byte Header = 0x01;
    public const byte ArchiveProperties = 0x02;
    public const byte MainStreams = 0x04;
    public const byte FilesInfo = 0x05;
    public const byte PackInfo = 0x06;
    public const byte UnpackInfo = 0x07;
    public const byte SubStreams = 0x08;
    public const byte Size = 0x09;
    public const byte Checksums = 0x0A;
    public const byte Folder = 0x0B;
    public const byte UnpackSizes = 0x0C;
    public const byte PieceCounts = 0x0D;
    public const byte EmptyStreams = 0x0E;
    public const byte EmptyFiles = 0x0F;
    public const byte AntiItems = 0x10;
    public const byte Names = 0x11;
    public const byte Attributes = 0x15;
    public const byte EncodedHeader = 0x17;
}
