using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Msgpack;

/// <summary>
/// A map that msgpack-numpy takes for an array of objects: where <c>nd</c> is true and <c>kind</c> is O, it unpickles what <c>data</c> holds.
/// The parts may stand in any order, and <c>nd</c> anywhere, so that it is not asked for.
/// </summary>
internal sealed class NumpyObjects
{
    private bool _isObjects;
    private (long Offset, long Length)? _data;

    public static bool IsPart(string key) => key is "kind" or "data";

    /// <summary>Takes the text or the bytes at which the reader stands, and inspects what would be unpickled.</summary>
    public void Take(string key, ModelContent content, MsgpackReader reader, string path, InspectionContext context)
    {
        if (key == "data")
        {
            _data = (reader.Position, reader.Value);
            reader.Skip();
        }
        else if (reader.Value == 1)
        {
            _isObjects |= reader.ReadText(1) == "O";
        }
        else
        {
            reader.Skip();
        }

        if (!_isObjects || _data is not { Length: > 0 } data)
            return;
        _data = null;
        using ContentSlice pickle = new(content, data.Offset, data.Length);
        context.InspectMember(pickle, path + ".pkl");
    }
}
