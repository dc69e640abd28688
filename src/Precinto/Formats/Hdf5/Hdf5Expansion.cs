using Precinto.Inspection;

namespace Precinto.Formats.Hdf5;

/// <summary>
/// Holds what the datasets of a file declare against what it can store. A chunk or a whole dataset that was never written takes no byte of the file, and every
/// byte of memory when it is read; Keras reads a weight before it compares its dimensions.
/// </summary>
internal sealed class Hdf5Expansion(Hdf5File file, InspectionContext context)
{
    private Int128 _declared;
    private bool _isNoticed;

    public void Take(Hdf5Dataset dataset, Hdf5Layout layout, bool hasFilters)
    {
        if (layout.Kind == Hdf5LayoutKind.Compact || _isNoticed)
            return;
        _declared += dataset.Size;
        // What is stored whole lies in the file.
        var most = layout.Kind == Hdf5LayoutKind.Contiguous ? layout.Address is null ? 0 : long.MaxValue : file.ContentLength * (Int128)(hasFilters ? Hdf5Filters.MostOfOne : 1);
        var isBeyondFile = dataset.Shape.Count > MostValues && dataset.Size > most;
        if (!isBeyondFile && !(_declared > FreeExpansion && _declared / context.Limits.ExpansionRatio > file.ContentLength))
            return;

        _isNoticed = true;
        context.Add(Hdf5Rules.Expansion, $"With '/{dataset.Path}' the datasets take {_declared} bytes, the file has {file.ContentLength}.", layout.Offset);
    }

    private const long MostValues = 2_000_000_000;
    private const long FreeExpansion = 160L << 20;
}
