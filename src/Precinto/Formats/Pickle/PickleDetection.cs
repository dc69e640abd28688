using Precinto.Files;

namespace Precinto.Formats.Pickle;

/// <summary>
/// Whether bytes are a pickle. Protocols 2 to 5 begin with PROTO. Protocols 0 and 1 have no mark and look like text, so their opcodes are
/// walked: a pickle ends in STOP where the bytes end, or imports something and goes on; prose, JSON and tables break within a few bytes.
/// What does not break is walked to its end, however far that is: whoever hides an import behind a million numbers must gain nothing.
/// </summary>
internal static class PickleDetection
{
    /// <summary>Whether bytes begin with the mark of protocols 2 to 5 and an opcode.</summary>
    public static bool IsMarked(ReadOnlySpan<byte> bytes) => bytes is [0x80, >= 2 and <= 5, var opcode, ..] && Enum.IsDefined((PickleOpcode)opcode);

    /// <param name="head">The first bytes.</param>
    /// <param name="length">The number of all bytes; more than are in the head where that is not known.</param>
    /// <param name="look">The next bytes from an offset on, for offsets that never decrease; null where only the head can be looked at.</param>
    public static bool IsPickle(ReadOnlySpan<byte> head, long length, Func<long, byte[]>? look = null)
    {
        if (head is [0x80, <= 5, ..])
            return head.Length == 2 || Enum.IsDefined((PickleOpcode)head[2]);

        // To a pickle, the mark of a zip archive is a persistent identifier, at which pickle.load stops and torch.load has seen the archive.
        return !head.StartsWith("PK\x03\x04"u8) && new PickleWalk(length, look).Run(head);
    }

    /// <summary>The same where many places are tried: each opcode that is looked at takes from a budget, without which only what has the mark is a pickle.</summary>
    public static bool IsPickle(ReadOnlySpan<byte> head, long length, ref long budget)
    {
        if (head is [0x80, ..])
            return IsPickle(head, length);
        if (budget <= 0)
            return false;

        PickleWalk walk = new(length, look: null);
        var found = walk.Run(head);
        budget -= walk.Looks;
        return found;
    }

    public static bool IsPickle(ReadOnlySpan<byte> head, ModelContent content) => IsPickle(head, content.Length, at =>
    {
        var bytes = new byte[(int)Math.Clamp(content.Length - at, 0, PickleWalk.LookSize)];
        content.Read(at, bytes);
        return bytes;
    });
}
