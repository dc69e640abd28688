using Precinto.Inspection;

namespace Precinto.Formats.Pickle;

/// <summary>
/// The pickle machine of protocols 0 to 5 (Python's Lib/pickletools.py describes each opcode), which makes nothing but a picture of what
/// the file would make: no name is resolved, nothing is called. It notices each effect when it comes about, so an effect stays noticed
/// however the stream breaks afterwards. Reading is iterative; structure that the file shares is shared.
/// </summary>
internal sealed partial class PickleMachine
{
    private readonly BoundedReader _reader;
    private readonly PickleSession _session;
    private readonly List<Scope> _outer = [];
    private PickleValue[] _stack = new PickleValue[256];
    private int _count;
    private Scope _scope = new(null, 0);

    // The lowest stack slot that belongs to the innermost mark.
    private int _floor;

    public PickleMachine(BoundedReader reader, PickleSession session)
    {
        _reader = reader;
        _session = session;
    }

    /// <summary>Reads one pickle up to its STOP.</summary>
    /// <returns>False where it breaks off; the finding that says why has been made.</returns>
    /// <exception cref="MalformedModelException">The bytes end, or cannot be decompressed.</exception>
    public bool TryRead(out PickleValue root)
    {
        _outer.Clear();
        _count = 0;
        _floor = 0;
        _scope = new(null, 0);
        root = default;
        while (true)
        {
            if (!RunWindow(_reader.Window))
                return false;
            if ((++_session.Steps & 0xFFFF) == 0 && !MayGoOn())
                return false;

            var at = _reader.Position;
            if (!_reader.TryReadByte(out var code))
                return Fail(PickleRules.ArgumentBroken, "The pickle ends without STOP.", at);

            if (code == (byte)PickleOpcode.Stop)
            {
                if (!TryPop(at, out root))
                    return false;
                // The unpickler in C has taken the whole frame out of the stream: joblib and PyTorch, which read more of it, go on behind it.
                if (_scope.FrameEnd >= 0 && _reader.Position != _scope.FrameEnd)
                    _session.NoticeFrame("The pickle ends before its frame does.", at);
                if (_outer.Count == 0)
                {
                    _session.EarlierMemo = _scope.Memo;
                    return true;
                }

                LeaveScope(root);
                continue;
            }

            if (!Step((PickleOpcode)code, at))
                return false;
            if (_scope.FrameEnd >= 0 && _reader.Position >= _scope.FrameEnd)
                LeaveFrame(at);
        }
    }

    private bool Step(PickleOpcode opcode, long at)
    {
        switch (opcode)
        {
            case PickleOpcode.BinGet:
                return Get(_reader.ReadByte(), at);
            case PickleOpcode.BinPut:
                return Put(_reader.ReadByte(), at);
            case PickleOpcode.BinInt1:
                return Push(PickleValue.From((long)_reader.ReadByte()), at);
            case PickleOpcode.BinInt2:
                return Push(PickleValue.From((long)_reader.ReadUInt16()), at);
            case PickleOpcode.BinInt:
                return Push(PickleValue.From((long)_reader.ReadInt32()), at);
            case PickleOpcode.BinFloat:
                return Push(PickleValue.From(System.Buffers.Binary.BinaryPrimitives.ReadDoubleBigEndian(_reader.ReadSpan(8))), at);
            case PickleOpcode.None:
                return Push(PickleValue.None, at);
            case PickleOpcode.NewTrue:
                return Push(PickleValue.From(true), at);
            case PickleOpcode.NewFalse:
                return Push(PickleValue.From(false), at);
            case PickleOpcode.Long1:
                return PushLong(_reader.ReadByte(), at);
            case PickleOpcode.Long4:
                return PushLong(_reader.ReadInt32(), at);
            case PickleOpcode.Int:
                return PushIntLine(at, isLong: false);
            case PickleOpcode.Long:
                return PushIntLine(at, isLong: true);
            case PickleOpcode.Float:
                return PushFloatLine(at);

            case PickleOpcode.ShortBinUnicode:
                return PushSized(_reader.ReadByte(), PickleBytesForm.Utf8, at);
            case PickleOpcode.BinUnicode:
                return PushSized(_reader.ReadUInt32(), PickleBytesForm.Utf8, at);
            case PickleOpcode.BinUnicode8:
                return PushSized(_reader.ReadUInt64(), PickleBytesForm.Utf8, at);
            case PickleOpcode.ShortBinBytes:
                return PushSized(_reader.ReadByte(), PickleBytesForm.Bytes, at);
            case PickleOpcode.BinBytes:
                return PushSized(_reader.ReadUInt32(), PickleBytesForm.Bytes, at);
            case PickleOpcode.BinBytes8:
                return PushSized(_reader.ReadUInt64(), PickleBytesForm.Bytes, at);
            case PickleOpcode.ByteArray8:
                return PushSized(_reader.ReadUInt64(), PickleBytesForm.ByteArray, at);
            case PickleOpcode.ShortBinString:
                return PushSized(_reader.ReadByte(), PickleBytesForm.Latin1, at);
            case PickleOpcode.BinString:
                return _reader.ReadInt32() is >= 0 and var length
                    ? PushSized((ulong)length, PickleBytesForm.Latin1, at)
                    : Fail(PickleRules.ArgumentBroken, "A string has a negative length.", at);
            case PickleOpcode.String:
                return PushLine(PickleBytesForm.Quoted, at);
            case PickleOpcode.Unicode:
                return PushLine(PickleBytesForm.RawUnicodeEscape, at);

            case PickleOpcode.Mark:
                _scope.Marks.Add(_count);
                _floor = _count;
                return Charge(1, at);
            case PickleOpcode.Pop:
                if (_count > _floor)
                {
                    _count--;
                    return true;
                }

                // CPython takes the mark itself where nothing stands above it.
                return TryPopMark(at, out _);
            case PickleOpcode.PopMark:
                if (!TryPopMark(at, out var start))
                    return false;
                _count = start;
                return true;
            case PickleOpcode.Dup:
                return TryPeek(at, out var top) && Push(top, at);

            case PickleOpcode.EmptyTuple:
                return PushTuple(_count, at);
            case PickleOpcode.Tuple1:
                return Needs(1, at) && PushTuple(_count - 1, at);
            case PickleOpcode.Tuple2:
                return Needs(2, at) && PushTuple(_count - 2, at);
            case PickleOpcode.Tuple3:
                return Needs(3, at) && PushTuple(_count - 3, at);
            case PickleOpcode.Tuple:
                return TryPopMark(at, out start) && PushTuple(start, at);
            case PickleOpcode.EmptyList:
                return PushNode(new PickleList(at), at);
            case PickleOpcode.List:
                return TryPopMark(at, out start) && PushList(start, at);
            case PickleOpcode.EmptyDict:
                return PushNode(new PickleDictionary(at), at);
            case PickleOpcode.Dict:
                return TryPopMark(at, out start) && PushDictionary(start, at);
            case PickleOpcode.EmptySet:
                return PushNode(new PickleSet(at, isFrozen: false), at);
            case PickleOpcode.FrozenSet:
                return TryPopMark(at, out start) && PushFrozenSet(start, at);
            case PickleOpcode.Append:
                return Needs(2, at) && Append(_count - 1, at);
            case PickleOpcode.Appends:
                return TryPopMark(at, out start) && Append(start, at);
            case PickleOpcode.AddItems:
                return TryPopMark(at, out start) && AddItems(start, at);
            case PickleOpcode.SetItem:
                return Needs(3, at) && SetItems(_count - 2, at);
            case PickleOpcode.SetItems:
                return TryPopMark(at, out start) && SetItems(start, at);

            case PickleOpcode.Memoize:
                return Put(_scope.Memo.Count, at);
            case PickleOpcode.LongBinPut:
                return Put(_reader.ReadUInt32(), at);
            case PickleOpcode.LongBinGet:
                return Get(_reader.ReadUInt32(), at);
            case PickleOpcode.Put:
                return TryReadKey(at, out var key) && Put(key, at);
            case PickleOpcode.Get:
                return TryReadKey(at, out key) && Get(key, at);

            case PickleOpcode.Proto:
                return Protocol(at);
            case PickleOpcode.Frame:
                return EnterFrame(at);
            default:
                return StepWithEffect(opcode, at);
        }
    }

    private bool MayGoOn()
    {
        _session.Context.Cancellation.ThrowIfCancellationRequested();
        if (_session.Steps <= _session.StepLimit)
            return true;

        return Fail(_session.StepLimit < _session.Context.Limits.PickleSteps ? InspectionRules.ExpansionBomb : InspectionRules.LimitReached, $"Takes more than {_session.StepLimit} steps.", _reader.Position);
    }

    private bool Fail(FindingRule rule, string message, long at)
    {
        _session.Context.Add(rule, message, at);
        return false;
    }

    // CPython raises there, in some version or in all, but another loader may go on; where the next opcode begins is known all the same.
    // The bytes of an array are no opcodes as soon as they break.
    private bool Odd(FindingRule rule, string message, long at)
    {
        _session.NoticeBroken(rule, message, at);
        return !_session.ReadsAsPlainPickle;
    }

    private bool Protocol(long at)
    {
        var protocol = _reader.ReadByte();
        return protocol <= 5 || Odd(PickleRules.ProtocolUnknown, $"Claims protocol {protocol}; the newest is 5.", at);
    }

    private bool EnterFrame(long at)
    {
        var length = _reader.ReadUInt64();
        if (length > (ulong)_reader.Remaining)
        {
            // CPython refuses it; readers that ignore frames go on.
            _session.Context.Add(PickleRules.ArgumentBroken, $"A frame of {length} bytes is longer than the rest.", at);
            _scope.FrameEnd = -1;
            return true;
        }

        if (_session.ReadsByFrame)
        {
            _reader.BeginPiece((long)length);
            return true;
        }

        if (_scope.FrameEnd >= 0)
            _session.NoticeFrame("A frame begins before the one around it has ended.", at);

        _scope.FrameEnd = _reader.Position + (long)length;
        return true;
    }

    // A loader that reads frame by frame and one that reads on see different opcodes where one crosses the end of a frame.
    private void LeaveFrame(long at)
    {
        if (_reader.Position > _scope.FrameEnd)
            _session.NoticeFrame("An opcode crosses the end of its frame.", at);
        _scope.FrameEnd = -1;
    }

    private static PickleObject Unknown(long at) => new(at, PickleValue.None, PickleValue.None, PickleValue.None);

    private bool EnterScope(PickleObject wrapper, long at)
    {
        if (_outer.Count + _session.Context.Depth >= _session.Context.Limits.Nesting)
            return Fail(InspectionRules.TooDeep, "Pickles are nested too deeply.", at);

        _outer.Add(_scope);
        _scope = new(wrapper, _count);
        _floor = _count;
        return true;
    }

    private void LeaveScope(PickleValue root)
    {
        _scope.Wrapper!.InStream = root;
        _count = _scope.StackStart;
        _scope = _outer[^1];
        _outer.RemoveAt(_outer.Count - 1);
        _floor = _scope.Marks.Count > 0 ? _scope.Marks[^1] : _scope.StackStart;
    }

    /// <summary>One pickle in the stream: the whole, or one that stands behind a wrapper of joblib, with a memo and marks of its own.</summary>
    private sealed class Scope(PickleObject? wrapper, int stackStart)
    {
        public PickleObject? Wrapper => wrapper;

        public int StackStart => stackStart;

        public List<int> Marks { get; } = [];

        public PickleMemo Memo { get; } = new();

        public long FrameEnd { get; set; } = -1;
    }
}
