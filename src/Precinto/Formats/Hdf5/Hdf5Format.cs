using Precinto.Files;
using Precinto.Formats.Keras;
using Precinto.Formats.Secrets;
using Precinto.Inspection;

namespace Precinto.Formats.Hdf5;

/// <summary>
/// An HDF5 file (HDF5 File Format Specification 3.0): objects linked from a root group. Keras 2 writes whole models, Keras 3 weights.
/// Only the structure is read, by this reader alone: libraries follow links into other files.
/// </summary>
internal sealed class Hdf5Format : ModelFormat
{
    public override string Name => "hdf5";

    public override IReadOnlyList<string> Endings => [".h5", ".hdf5", ".he5"];

    public override IReadOnlyList<FindingRule> Rules { get; } = [.. Hdf5Rules.All, .. KerasRules.All, .. SecretRules.All];

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) => Hdf5File.Find(head, content) >= 0;

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        Span<byte> head = stackalloc byte[8];
        var file = Hdf5File.Open(content, Hdf5File.Find(head[..content.Read(0, head)], content));
        if (file.UserBlock > 0 && !IsOfMatlab(content, file.UserBlock))
            context.Add(Hdf5Rules.UserBlock, $"{file.UserBlock} bytes precede the file.", 0);
        if (file.HasDriver)
            context.Add(Hdf5Rules.SeveralFiles, "The superblock names a driver for files in several parts.", file.Base);
        if (file.End < content.Length)
            context.Add(InspectionRules.TrailingBytes, $"{content.Length - file.End} bytes follow the end that the file states.", file.End);

        Hdf5Walk walk = new(file, context);
        walk.Read();
        var facts = context.Facts;
        facts.Framework = "hdf5";
        facts.Tensors = [.. walk.Datasets.Select(dataset => new TensorFact(dataset.Path, dataset.Type.Name, [.. dataset.Shape.Lengths.Select(length => (long?)length)]))];
        facts.ParameterCount = CountParameters(walk.Datasets);
        KerasHdf5.Inspect(file, walk, context);
    }

    // What MATLAB puts before each of its files ("MAT-File Format", Level 5 header): a text, no subsystem, its version and the order of bytes.
    private static bool IsOfMatlab(ModelContent content, long length)
    {
        Span<byte> block = stackalloc byte[MatlabBlock];
        return length == MatlabBlock && content.Read(0, block) == MatlabBlock && block.StartsWith("MATLAB 7."u8) && block[124..128].SequenceEqual("\0\u0002IM"u8)
            && !block[..116].ContainsAnyExceptInRange((byte)' ', (byte)'~') && !block[116..124].ContainsAnyExcept((byte)0, (byte)' ') && !block[128..].ContainsAnyExcept((byte)0);
    }

    // What an optimizer remembers is no parameter of the model.
    private static long? CountParameters(List<Hdf5Dataset> datasets)
    {
        Int128 count = 0;
        foreach (var dataset in datasets)
        {
            if (dataset.Type.IsNumber && !dataset.Path.StartsWith("optimizer", StringComparison.Ordinal))
                count += dataset.Shape.Count;
        }

        return count <= long.MaxValue ? (long)count : null;
    }

    private const int MatlabBlock = 512;
}
