namespace Precinto.Formats.Numpy;

/// <summary>A field of a structured <see cref="NumpyDataType"/> and where it starts in an item.</summary>
internal sealed class NumpyField(string name, NumpyDataType type, int offset)
{
    public string Name => name;

    public NumpyDataType Type => type;

    public int Offset => offset;
}
