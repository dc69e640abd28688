using System.Buffers.Binary;
using System.Text;
using Precinto.Files;

namespace Precinto.Formats.MLNet;

/// <summary>
/// The header of a part of an ML.NET model, 256 bytes (Microsoft.ML.Core, ModelHeader):
/// 00 <c>"ML" 0 "MODEL"</c> · 40 model signature · 50 loader signature (24) · 68 another (24) · 80 tail, end · 90 assembly name (offset, bytes; UTF-16).
/// </summary>
internal sealed record MLNetHeader(string Loader, string OtherLoader, string Assembly)
{
    public static ReadOnlySpan<byte> Mark => "ML\0MODEL"u8;

    /// <summary>Whether the bytes of a member start like a header.</summary>
    public static bool IsHeader(ModelContent content)
    {
        Span<byte> mark = stackalloc byte[8];
        return content.Length >= mark.Length && content.Read(0, mark) == mark.Length && mark.SequenceEqual(Mark);
    }

    public static MLNetHeader Read(ModelContent content)
    {
        BoundedReader reader = new(content);
        var header = reader.ReadSpan(256);
        if (!header.StartsWith(Mark))
            throw new MalformedModelException(0, "Lacks the mark of a part of ML.NET.");

        var loader = ReadSignature(header[0x50..], 0x50);
        var other = ReadSignature(header[0x68..], 0x68);
        var at = BinaryPrimitives.ReadUInt64LittleEndian(header[0x90..]);
        var size = BinaryPrimitives.ReadUInt32LittleEndian(header[0x98..]);
        if (size == 0)
            return new(loader, other, "");
        if (size > LongestName || size % 2 != 0 || at > (ulong)content.Length || size > (ulong)content.Length - at)
            throw new MalformedModelException(0x90, $"The name of the assembly lies at {at} with {size} bytes.");

        var bytes = new byte[(int)size];
        content.Read((long)at, bytes);
        return new(loader, other, Encoding.Unicode.GetString(bytes));
    }

    // Padded by zeros to 24 bytes of ASCII.
    private static string ReadSignature(ReadOnlySpan<byte> bytes, long offset)
    {
        var text = bytes[..24].TrimEnd((byte)0);
        if (text.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E))
            throw new MalformedModelException(offset, "A loader's signature is no text.");
        return Encoding.ASCII.GetString(text);
    }

    private const int LongestName = 4096;
}
