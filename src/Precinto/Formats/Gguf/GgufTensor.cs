using Precinto.Inspection;

namespace Precinto.Formats.Gguf;

/// <summary>A tensor as the header declares it: its offset counts from the start of the data. Dimensions stand innermost first, as in the file.</summary>
internal sealed record GgufTensor(string Name, string ElementType, long[] Dimensions, long Elements, long Bytes, ulong Offset, long DeclaredAt)
{
    /// <summary>Reads one declaration; what is impossible about it is a finding, and it then has no bytes.</summary>
    public static GgufTensor Read(GgufReader reader, InspectionContext context)
    {
        var at = reader.Position;
        var name = reader.ReadText(LongestName, "a tensor's name");
        // GGML_MAX_NAME with the zero at the end; programs that build ggml themselves take more.
        if (reader.Position - at - reader.LengthSize >= UsualName)
            context.Add(GgufRules.LongName, $"'{name}' has {reader.Position - at - reader.LengthSize} bytes; {UsualName - 1} are taken.", at);
        var rank = reader.ReadUInt32();
        if (rank > MostDimensions)
            throw new MalformedModelException(at, $"'{name}' has {rank} dimensions, more than {MostDimensions}.");

        var lengths = new ulong[(int)rank];
        for (var index = 0; index < lengths.Length; index++)
            lengths[index] = reader.ReadLength();
        var type = reader.ReadUInt32();
        var offset = reader.ReadUInt64();

        var shape = string.Join(", ", lengths);
        long[] dimensions = Array.TrueForAll(lengths, length => length <= long.MaxValue) ? Array.ConvertAll(lengths, length => (long)length) : [];
        var elements = dimensions.Length == lengths.Length ? TensorShape.Count(dimensions) : null;
        if (elements is null)
            context.Add(GgufRules.Dimensions, $"The dimensions [{shape}] of '{name}' have a product that does not fit into 63 bits.", at);

        if (GgufTypes.Element(type) is not { } element)
        {
            context.Add(GgufRules.UnknownType, $"'{name}' has elements of the unknown type {type}.", at);
            return new(name, $"type {type}", dimensions, elements ?? 0, -1, offset, at);
        }

        // Each row is a whole number of blocks.
        if (elements is not null && element.BlockElements > 1 && (dimensions is not [var row, ..] || row % element.BlockElements != 0))
        {
            context.Add(GgufRules.Dimensions, $"The rows of '{name}' [{shape}] are not made of blocks of {element.BlockElements} elements, as {element.Name} has them.", at);
            return new(name, element.Name, dimensions, elements.Value, -1, offset, at);
        }

        var bytes = (Int128)(elements ?? -1) / element.BlockElements * element.BlockBytes;
        if (elements is not null && bytes > long.MaxValue)
            context.Add(GgufRules.Dimensions, $"'{name}' [{shape}] would have {bytes} bytes.", at);
        return new(name, element.Name, dimensions, elements ?? 0, elements is null || bytes > long.MaxValue ? -1 : (long)bytes, offset, at);
    }

    private const int LongestName = 1024;
    private const int UsualName = 64;
    // GGML_MAX_DIMS.
    private const int MostDimensions = 4;
}
