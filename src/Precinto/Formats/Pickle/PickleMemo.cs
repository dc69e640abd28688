namespace Precinto.Formats.Pickle;

/// <summary>What PUT stored: an array as long as the keys come about in order, a table for keys that a hostile file made up.</summary>
internal sealed class PickleMemo
{
    private readonly Dictionary<long, PickleValue> _far = [];
    private PickleValue[] _near = new PickleValue[64];
    private bool[] _isSet = new bool[64];

    /// <summary>The number of different keys, which MEMOIZE takes as its next key.</summary>
    public int Count { get; private set; }

    public void Put(long key, PickleValue value)
    {
        // At most twice as many slots as there are entries: a key of 2^32 costs one entry of the table.
        if (key < _near.Length || key <= (2L * Count) + 64)
        {
            if (key >= _near.Length)
            {
                var length = (int)Math.Max(key + 1, _near.Length * 2L);
                Array.Resize(ref _near, length);
                Array.Resize(ref _isSet, length);
            }

            if (!_isSet[key] && !_far.Remove(key))
                Count++;
            _near[key] = value;
            _isSet[key] = true;
            return;
        }

        if (!_far.ContainsKey(key))
            Count++;
        _far[key] = value;
    }

    public bool TryGet(long key, out PickleValue value)
    {
        if (key < _near.Length && _isSet[key])
        {
            value = _near[key];
            return true;
        }

        return _far.TryGetValue(key, out value);
    }
}
