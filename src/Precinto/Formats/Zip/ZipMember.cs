using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Zip;

/// <summary>Opens the members of an archive: their bytes, expanded within all limits, and what is wrong with how they are stored.</summary>
internal static class ZipMember
{
    /// <summary>The bytes of a member; null where they cannot be had, which was noticed.</summary>
    public static ModelContent? TryOpen(ModelContent archive, ZipEntry entry, HeldBytes held, InspectionContext context)
    {
        if (!ZipMethods.IsRead(entry.Method))
        {
            if (entry.ClaimsEncryption)
                context.Add(InspectionRules.Encrypted, $"'{entry.Name}' is encrypted.", entry.HeaderOffset);
            else
                context.Add(ZipRules.UnknownMethod, $"'{entry.Name}' is compressed by method {entry.Method}.", entry.HeaderOffset);
            return null;
        }

        var bytes = entry.Method == ZipMethods.Stored
            ? new ContentSlice(archive, entry.DataOffset, entry.CompressedSize)
            : TryExpand(archive, entry, held, context);
        if (bytes is null)
            return null;

        var isWhole = bytes.Length == entry.Size && Crc32.Compute(bytes, context.Cancellation) == entry.Crc;
        if (entry.ClaimsEncryption)
        {
            // Some loaders ignore the flags, so the bytes are inspected as they are as well.
            if (isWhole)
                context.Add(ZipRules.FalseEncryption, $"'{entry.Name}' claims to be encrypted, yet its bytes are plain.", entry.HeaderOffset);
            else
                context.Add(InspectionRules.Encrypted, $"'{entry.Name}' is encrypted.", entry.HeaderOffset);
            return isWhole || InspectionContext.Detect(bytes, entry.Name) != "unknown" ? bytes : null;
        }

        if (bytes.Length != entry.Size)
            context.Add(ZipRules.WrongSize, $"'{entry.Name}' declares {entry.Size} bytes and has {bytes.Length}.", entry.HeaderOffset);
        else if (!isWhole)
            context.Add(ZipRules.WrongChecksum, $"The checksum of '{entry.Name}' is wrong.", entry.HeaderOffset);
        return bytes;
    }

    private static ModelContent? TryExpand(ModelContent archive, ZipEntry entry, HeldBytes held, InspectionContext context)
    {
        if (!MayExpand(archive, entry, held, context))
            return null;

        // Bytes hidden behind the compressed data are what a decompressor leaves.
        using var compressed = ZipMethods.Source(archive, entry);
        using var stream = ZipMethods.Open(entry, compressed);
        // Deflate makes at most 1032 bytes of one; whatever makes more, makes room as it arrives.
        var expanded = new byte[(int)Math.Min(entry.Size, checked(entry.CompressedSize * 1032))];
        var (length, more) = (0, false);
        var isRead = TryRead(() =>
        {
            while (true)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                length += stream.ReadAtLeast(expanded.AsSpan(length), expanded.Length - length, throwOnEndOfStream: false);
                if (length < expanded.Length || length == entry.Size)
                    break;
                Array.Resize(ref expanded, (int)Math.Min(entry.Size, Math.Max(LeastRoom, expanded.Length * 4L)));
            }

            Span<byte> next = stackalloc byte[1];
            more = length == entry.Size && stream.Read(next) > 0;
        });
        if (!isRead)
        {
            if (!entry.ClaimsEncryption)
                context.Add(InspectionRules.Malformed, $"'{entry.Name}' cannot be decompressed.", entry.DataOffset);
            else
                context.Add(InspectionRules.Encrypted, $"'{entry.Name}' is encrypted.", entry.HeaderOffset);
            return null;
        }

        if (more && !entry.ClaimsEncryption)
            context.Add(ZipRules.WrongSize, $"'{entry.Name}' expands to more than the {entry.Size} bytes that it declares.", entry.HeaderOffset);
        else if (compressed.Position < compressed.Length && !entry.ClaimsEncryption)
            context.Add(ZipRules.Hidden, $"Bytes follow the compressed data of '{entry.Name}'.", entry.DataOffset);
        return ModelContent.FromBytes(expanded.AsMemory(0, length));
    }

    private static bool MayExpand(ModelContent archive, ZipEntry entry, HeldBytes held, InspectionContext context)
    {
        if (entry.Size > HeldBytes.LargestMember)
        {
            context.Add(entry.Size / context.Limits.ExpansionRatio > entry.CompressedSize ? InspectionRules.ExpansionBomb : InspectionRules.LimitReached,
                $"'{entry.Name}' expands from {entry.CompressedSize} to {entry.Size} bytes, more than the {HeldBytes.LargestMember} that are read.", entry.HeaderOffset);
            return false;
        }

        if (ZipMethods.IsCostly(entry) && !context.TryDecompress())
        {
            context.Add(InspectionRules.LimitReached, $"'{entry.Name}' needs one more decompressor than a file of its size is given.", entry.HeaderOffset);
            return false;
        }

        if (!context.TryExpand(entry.Size) && !(BeginsAsModel(archive, entry) && context.TryExpand(entry.Size, isModel: true)))
        {
            context.Add(InspectionRules.ExpansionBomb, $"'{entry.Name}' expands from {entry.CompressedSize} to {entry.Size} bytes.", entry.HeaderOffset);
            return false;
        }

        if (held.TryTake(entry.Size))
            return true;
        context.Add(InspectionRules.LimitReached, $"'{entry.Name}' and what it lies in expand to more than the {context.Limits.HeldBytes} bytes that are held at once.", entry.HeaderOffset);
        return false;
    }

    private static bool BeginsAsModel(ModelContent archive, ZipEntry entry)
    {
        using var compressed = ZipMethods.Source(archive, entry);
        using var stream = ZipMethods.Open(entry, compressed);
        var head = new byte[HeadSize];
        var length = 0;
        return TryRead(() => length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false))
            && !ZipReading.IsText(InspectionContext.Detect(ModelContent.FromBytes(head.AsMemory(0, length)), entry.Name));
    }

    // Decompressors leak exceptions of many types for broken input.
    private static bool TryRead(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (Exception broken) when (broken is not (OperationCanceledException or OutOfMemoryException))
        {
            return false;
        }
    }

    private const int HeadSize = 4096;
    private const long LeastRoom = 64 << 10;
}
