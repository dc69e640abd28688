using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Gguf;

/// <summary>Where tensors lie: each at a multiple of the alignment, one behind the other, with nothing but zeros between them.</summary>
internal static class GgufLayout
{
    public static void Check(ModelContent content, long headerEnd, long alignment, IReadOnlyList<GgufTensor> tensors, InspectionContext context)
    {
        var start = RoundUp(headerEnd, alignment);
        if (start > content.Length)
        {
            // A file of a vocabulary alone may end with its header.
            if (tensors.Any(tensor => tensor.Bytes != 0))
                throw new MalformedModelException(headerEnd, "The file ends before its tensors.");
            NoticePadding(content, headerEnd, content.Length, "the end", context);
            return;
        }

        NoticePadding(content, headerEnd, start, "the first tensor", context);
        var available = content.Length - start;
        long position = 0;
        GgufTensor? last = null;
        foreach (var tensor in tensors.Where(tensor => tensor.Bytes >= 0).OrderBy(tensor => tensor.Offset))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            if (tensor.Offset > (ulong)available || tensor.Bytes > available - (long)tensor.Offset)
            {
                context.Add(GgufRules.OutOfRange, $"'{tensor.Name}' takes {tensor.Bytes} bytes at {tensor.Offset} of {available}.", tensor.DeclaredAt);
                continue;
            }

            var offset = (long)tensor.Offset;
            if (offset % alignment != 0)
                context.Add(GgufRules.Alignment, $"'{tensor.Name}' lies at {offset}, no multiple of {alignment}.", tensor.DeclaredAt);
            if (offset < position && tensor.Bytes > 0)
                context.Add(GgufRules.Overlap, $"'{tensor.Name}' overlaps '{last?.Name}'.", tensor.DeclaredAt);
            else if (offset > position)
                NoticeGap(content, start, position, offset, alignment, tensor.Name, context);
            if (offset + tensor.Bytes > position)
                (position, last) = (offset + tensor.Bytes, tensor);
        }

        NoticeEnd(content, start, position, alignment, context);
    }

    private static void NoticeGap(
        ModelContent content, long start, long from, long to, long alignment, string next, InspectionContext context)
    {
        var padded = RoundUp(from, alignment);
        if (to > padded)
            context.Add(GgufRules.Gap, $"{to - padded} bytes before '{next}' belong to no tensor.", start + padded);
        NoticePadding(content, start + from, start + Math.Min(padded, to), $"'{next}'", context);
    }

    // Writers pad behind the last tensor, or do not.
    private static void NoticeEnd(ModelContent content, long start, long position, long alignment, InspectionContext context)
    {
        var padded = Math.Min(start + RoundUp(position, alignment), content.Length);
        NoticePadding(content, start + position, padded, "the end", context);
        if (padded < content.Length)
            context.Add(InspectionRules.TrailingBytes, $"{content.Length - padded} bytes follow the last tensor.", padded);
    }

    private static void NoticePadding(ModelContent content, long from, long to, string before, InspectionContext context)
    {
        Span<byte> buffer = stackalloc byte[4096];
        for (var at = from; at < to;)
        {
            var piece = buffer[..(int)Math.Min(buffer.Length, to - at)];
            content.Read(at, piece);
            if (piece.ContainsAnyExcept((byte)0))
            {
                context.Add(GgufRules.Padding, $"The padding before {before} is not zero.", at);
                return;
            }

            at += piece.Length;
        }
    }

    private static long RoundUp(long value, long alignment)
    {
        var rest = value % alignment;
        return rest == 0 ? value : checked(value + (alignment - rest));
    }
}
