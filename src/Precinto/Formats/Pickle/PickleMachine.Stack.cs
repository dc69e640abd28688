using Precinto.Inspection;

namespace Precinto.Formats.Pickle;

// The stack with its marks, and the memo. A value below the innermost mark cannot be reached, as in CPython.
internal sealed partial class PickleMachine
{
    private bool Charge(long values, long at) =>
        _session.TryCharge(values)
        || Fail(InspectionRules.LimitReached, $"Holds more than the {_session.ValueLimit} values that are read of a file of its size.", at);

    private bool Push(PickleValue value, long at)
    {
        if (_count == _stack.Length)
        {
            if (!Charge(_count, at))
                return false;
            Array.Resize(ref _stack, _count * 2);
        }

        _stack[_count++] = value;
        return true;
    }

    // An object costs as much as these many values.
    private bool PushNode(PickleNode node, long at) =>
        Charge(node switch { PickleObject => ObjectValues, PickleList or PickleDictionary or PickleSet => 6, _ => 4 }, at) && Push(PickleValue.From(node), at);

    private bool Needs(int values, long at) =>
        _count - _floor >= values || Fail(PickleRules.StackBroken, $"Needs {values} values where {_count - _floor} are on the stack.", at);

    private bool TryPeek(long at, out PickleValue value)
    {
        value = default;
        if (!Needs(1, at))
            return false;
        value = _stack[_count - 1];
        return true;
    }

    private bool TryPop(long at, out PickleValue value)
    {
        if (!TryPeek(at, out value))
            return false;
        _count--;
        return true;
    }

    /// <summary>Takes the innermost mark away and says where its values start; they are still on the stack.</summary>
    private bool TryPopMark(long at, out int start)
    {
        start = 0;
        if (_scope.Marks.Count == 0)
            return Fail(PickleRules.StackBroken, "Needs a mark where none is on the stack.", at);

        start = _scope.Marks[^1];
        _scope.Marks.RemoveAt(_scope.Marks.Count - 1);
        _floor = _scope.Marks.Count > 0 ? _scope.Marks[^1] : _scope.StackStart;
        return true;
    }

    private bool Put(long key, long at)
    {
        if (!TryPeek(at, out var value) || !Charge(1, at))
            return false;
        _scope.Memo.Put(key, value);
        return true;
    }

    private bool Get(long key, long at)
    {
        if (_scope.Memo.TryGet(key, out var value))
            return Push(value, at);

        var message = $"Takes {key} from the memo, where it was never put.";
        return _session.EarlierMemo?.TryGet(key, out value) == true
            ? Odd(PickleRules.MemoKeyUnknown, message, at) && Push(value, at)
            : Fail(PickleRules.MemoKeyUnknown, message, at);
    }

    // What an object takes in memory, in values.
    private const int ObjectValues = 9;
}
