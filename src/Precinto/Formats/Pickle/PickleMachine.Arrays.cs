namespace Precinto.Formats.Pickle;

// The arrays that joblib writes into the stream behind their wrapper (joblib/numpy_pickle.py, NumpyArrayWrapper.read_array).
internal sealed partial class PickleMachine
{
    private bool ReadJoblibArray(PickleObject wrapper, long at)
    {
        // joblib ends the frame before it writes the array. Its unpickler has read the frame as a whole, and so looks for the array behind it.
        if (_scope.FrameEnd >= 0 && _reader.Position != _scope.FrameEnd)
            _session.NoticeFrame("An array of joblib stands within a frame.", at);
        _scope.FrameEnd = -1;
        _session.NoteJoblibArray(_reader.Position);

        // joblib restores it from its state alone. What its constructor set would still be there, and be read, where the state is silent.
        if (wrapper.Arguments.Tuple is not { Items: [] } || !wrapper.Keywords.IsNone)
            _session.Notice(PickleRules.DangerousArguments, wrapper, "Makes an array of joblib with arguments of its own.", at);

        if (wrapper.BuildCount > 1)
            return Fail(PickleRules.TypeBroken, "An array of joblib is built twice.", at);
        if (wrapper.Attributes is not { Entries.Count: <= 64 } attributes
            || !attributes.TryGet("shape", out var shape)
            || !attributes.TryGet("dtype", out var dtype)
            || PickledDataType.TryRead(dtype) is not { } type)
            return Fail(PickleRules.TypeBroken, "An array of joblib lacks its shape or its type.", at);

        // Objects stand there as a pickle of the whole array.
        if (type.HasObjects)
            return EnterScope(wrapper, at);
        if (!PickledShape.TryRead(shape, type.ItemSize, out _, out var length))
            return Fail(PickleRules.TypeBroken, "The shape of an array of joblib is none.", at);

        // Since joblib 1.2: one byte with the number of padding bytes, then these.
        if (attributes.TryGet("numpy_array_alignment_bytes", out var alignment) && !alignment.IsNone)
            _reader.Skip(_reader.ReadByte());
        if (length > _reader.Remaining)
            return FailTooLong((ulong)length, at);

        wrapper.InStream = PickleValue.From(TakeBytes(length, PickleBytesForm.Bytes, at));
        return Charge(1, at);
    }
}
