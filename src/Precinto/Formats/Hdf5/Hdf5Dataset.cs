namespace Precinto.Formats.Hdf5;

/// <summary>A dataset: its path in the file, its type and its dimensions.</summary>
internal sealed record Hdf5Dataset(string Path, Hdf5Type Type, Hdf5Shape Shape)
{
    /// <summary>Bytes of all elements.</summary>
    public long Size => Type.Size * Shape.Count;
}
