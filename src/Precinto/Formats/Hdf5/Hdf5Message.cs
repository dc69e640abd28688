namespace Precinto.Formats.Hdf5;

/// <summary>A message of an object header, uninterpreted.</summary>
internal sealed class Hdf5Message
{
    public required int Type { get; init; }

    /// <summary>Whether the message only says where the real one is.</summary>
    public required bool IsShared { get; init; }

    public required ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Where <see cref="Data"/> is in the file.</summary>
    public required long Offset { get; init; }

    public Hdf5Cursor Open() => new(Data.Span, Offset);
}
