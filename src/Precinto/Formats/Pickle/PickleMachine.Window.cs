using System.Buffers.Binary;

namespace Precinto.Formats.Pickle;

// Most of a large pickle is numbers, memo entries and small containers. They are read where they stand in the window of the reader,
// without a call for each; everything that takes a variable length or has an effect leaves this loop.
internal sealed partial class PickleMachine
{
    private bool RunWindow(ReadOnlySpan<byte> window)
    {
        var start = _reader.Position;
        var end = window.Length;

        // The end of a frame is noticed step by step.
        if (_scope.FrameEnd >= 0)
            end = (int)Math.Min(end, _scope.FrameEnd - start);
        end -= LongestStep;

        var next = 0;
        var steps = 0;
        var goesOn = true;
        while (goesOn && next < end)
        {
            var at = start + next;
            var opcode = (PickleOpcode)window[next];
            var argument = window.Slice(next + 1, LongestStep - 1);
            switch (opcode)
            {
                case PickleOpcode.BinInt1:
                    goesOn = Push(PickleValue.From((long)argument[0]), at);
                    next += 2;
                    break;
                case PickleOpcode.BinInt2:
                    goesOn = Push(PickleValue.From((long)BinaryPrimitives.ReadUInt16LittleEndian(argument)), at);
                    next += 3;
                    break;
                case PickleOpcode.BinInt:
                    goesOn = Push(PickleValue.From((long)BinaryPrimitives.ReadInt32LittleEndian(argument)), at);
                    next += 5;
                    break;
                case PickleOpcode.BinFloat:
                    goesOn = Push(PickleValue.From(BinaryPrimitives.ReadDoubleBigEndian(argument)), at);
                    next += 9;
                    break;
                case PickleOpcode.BinGet:
                    goesOn = Get(argument[0], at);
                    next += 2;
                    break;
                case PickleOpcode.LongBinGet:
                    goesOn = Get(BinaryPrimitives.ReadUInt32LittleEndian(argument), at);
                    next += 5;
                    break;
                case PickleOpcode.BinPut:
                    goesOn = Put(argument[0], at);
                    next += 2;
                    break;
                case PickleOpcode.LongBinPut:
                    goesOn = Put(BinaryPrimitives.ReadUInt32LittleEndian(argument), at);
                    next += 5;
                    break;
                case PickleOpcode.Memoize:
                    goesOn = Put(_scope.Memo.Count, at);
                    next++;
                    break;
                case PickleOpcode.None:
                    goesOn = Push(PickleValue.None, at);
                    next++;
                    break;
                case PickleOpcode.Mark or PickleOpcode.EmptyTuple or PickleOpcode.EmptyList or PickleOpcode.EmptyDict or PickleOpcode.Tuple
                    or PickleOpcode.Tuple1 or PickleOpcode.Tuple2 or PickleOpcode.Tuple3 or PickleOpcode.NewTrue or PickleOpcode.NewFalse
                    or PickleOpcode.Append or PickleOpcode.Appends or PickleOpcode.SetItem or PickleOpcode.SetItems:
                    goesOn = Step(opcode, at);
                    next++;
                    break;
                default:
                    end = 0;
                    steps--;
                    break;
            }

            steps++;
        }

        _session.Steps += steps;
        _reader.Skip(next);
        return goesOn && (steps < WindowCheck || MayGoOn());
    }

    // An opcode with eight bytes of argument; nothing longer is read here.
    private const int LongestStep = 9;
    private const int WindowCheck = 1024;
}
