using System.Buffers.Binary;

namespace Precinto.Formats.Zip;

/// <summary>
/// What the extra fields of a header say (APPNOTE 4.5): each an identifier and a length in two bytes, and its data. Readers differ in
/// whether the first or the last of two fields counts, and in whether they go on behind a broken one.
/// </summary>
/// <param name="Names">Other names of the member, which some readers prefer.</param>
/// <param name="IsBroken">Whether a field is longer than what is left, or one that counts occurs twice.</param>
internal sealed record ZipExtra(IReadOnlyList<string> Names, bool IsBroken)
{
    public static ZipExtra Read(ReadOnlySpan<byte> extra)
    {
        if (extra.IsEmpty)
            return Nothing;

        List<string> names = [];
        var (paths, wides) = (0, 0);
        while (TryTake(ref extra, out var identifier, out var data))
        {
            wides += identifier == WideIdentifier ? 1 : 0;
            if (identifier != PathIdentifier)
                continue;
            paths++;
            // The Unicode path of Info-ZIP (APPNOTE 4.6.9): version, checksum of the name, the other name.
            if (data.Length > 5)
                names.Add(ZipHeaders.Decode(data[5..]));
        }

        // Programs that align members leave a few zeros.
        return new(names, paths > 1 || wides > 1 || extra.ContainsAnyExcept((byte)0));
    }

    /// <summary>The first field of Zip64, empty where there is none.</summary>
    public static ReadOnlySpan<byte> Wide(ReadOnlySpan<byte> extra)
    {
        while (TryTake(ref extra, out var identifier, out var data))
        {
            if (identifier == WideIdentifier)
                return data;
        }

        return default;
    }

    private static bool TryTake(scoped ref ReadOnlySpan<byte> extra, out ushort identifier, out ReadOnlySpan<byte> data)
    {
        identifier = 0;
        data = default;
        int length = extra.Length < 4 ? ushort.MaxValue : BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
        if (length > extra.Length - 4)
            return false;
        identifier = BinaryPrimitives.ReadUInt16LittleEndian(extra);
        data = extra.Slice(4, length);
        extra = extra[(4 + length)..];
        return true;
    }

    private static ZipExtra Nothing { get; } = new([], false);

    private const ushort WideIdentifier = 0x0001;
    private const ushort PathIdentifier = 0x7075;
}
