using System.Globalization;
using System.Numerics;
using Precinto.Formats.Torch;

namespace Precinto.Formats.Pickle;

/// <summary>
/// What follows the first STOP. Whoever calls <c>load</c> once never sees it; whoever calls it again, or skips to it, does: so further pickles
/// are read as the first was, also behind junk. PyTorch's older format is five pickles (a magic number, a version, a description of the
/// machine, the object, the keys of its storages) and then the raw storages.
/// </summary>
internal static class PickleTrail
{
    public static void Inspect(BoundedReader reader, PickleSession session, PickleValue first)
    {
        var isTorch = first.Node is PickleBigInteger { Value: { } magic } && magic == TorchMagic;
        session.SuppliesStorages |= isTorch;
        PickleValue model = default;
        long budget = MostLooks;
        for (var pickles = 1; !reader.IsAtEnd; pickles++)
        {
            var start = reader.Position;
            if (isTorch && pickles == 5)
                return;

            if (!isTorch)
            {
                if (!PickleDetection.IsMarked(reader.Peek(3)) && !PickleDetection.IsPickle(reader.Peek(PickleReader.HeadSize), reader.IsLengthKnown ? reader.Remaining : long.MaxValue, ref budget))
                {
                    session.Context.Add(PickleRules.TrailingBytes, "Bytes follow the pickle.", start);
                    if (!TrySkipToPickle(reader, ref budget))
                        return;
                }

                session.Notice(PickleRules.SeveralPickles, null, "Another pickle follows the first one.", reader.Position);
            }

            if (!new PickleMachine(reader, session).TryRead(out var value) || pickles > MaximumPickles)
                return;
            // The magic number, the version and the description of the machine come before them.
            if (isTorch && pickles == 3)
                model = value;
            else if (isTorch && pickles == 4)
                session.Torch = new(model, value, reader.Position);
        }
    }

    // Junk between two pickles hides the second one from readers that stop at it. One without a mark must import something, or come to an end, to count.
    private static bool TrySkipToPickle(BoundedReader reader, ref long budget)
    {
        while (!reader.IsAtEnd)
        {
            var window = reader.Window;
            var mark = window.IndexOfAny((byte)0x80, (byte)PickleOpcode.Global, (byte)PickleOpcode.Mark);
            reader.Skip(mark < 0 ? window.Length : mark);
            if (mark < 0)
                continue;
            var next = reader.Peek(PickleReader.HeadSize);
            if (PickleDetection.IsMarked(next) || (next[0] != 0x80 && PickleDetection.IsPickle(next, next.Length, ref budget)))
                return true;
            reader.Skip(1);
        }

        return false;
    }

    private static readonly BigInteger TorchMagic = BigInteger.Parse("1950a86a20f9469cfc6c", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    // Where every byte of the junk may begin a pickle, following each would take hours.
    private const long MostLooks = 2_000_000;
    private const int MaximumPickles = 100_000;
}
