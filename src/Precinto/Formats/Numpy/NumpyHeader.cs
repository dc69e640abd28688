using System.Text;
using System.Text.Unicode;

namespace Precinto.Formats.Numpy;

/// <summary>
/// The header of a .npy file (numpy.lib.format, versions 1.0, 2.0 and 3.0):
/// <c>93 "NUMPY"</c> · major · minor · length (2 bytes, from 2.0 on 4) · a Python dictionary with descr, fortran_order and shape · the elements.
/// </summary>
internal sealed record NumpyHeader(NumpyDataType Type, IReadOnlyList<long> Shape)
{
    public static ReadOnlySpan<byte> Mark => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads the header; the reader stands at the first element afterwards.</summary>
    public static NumpyHeader Read(BoundedReader reader)
    {
        var start = reader.Position;
        if (!reader.ReadSpan(6).SequenceEqual(Mark))
            throw new MalformedModelException(start, "Lacks the mark of a NumPy array.");

        int major = reader.ReadByte();
        var minor = reader.ReadByte();
        if (major is < 1 or > 3 || minor != 0)
            throw new MalformedModelException(start + 6, $"Has version {major}.{minor}, which is unknown.");

        var length = major == 1 ? reader.ReadUInt16() : reader.ReadUInt32();
        var at = reader.Position;
        var bytes = reader.ReadBytes(length, LargestHeader);
        if (major == 3 && !Utf8.IsValid(bytes))
            throw new MalformedModelException(at, "The header is no UTF-8.");

        var header = PythonLiteral.Parse((major == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes), at);
        return From(header, at);
    }

    private static NumpyHeader From(PythonLiteral header, long at)
    {
        if (header.Kind != PythonLiteralKind.Dictionary)
            throw new MalformedModelException(at, "The header is no dictionary.");

        Dictionary<string, PythonLiteral> entries = [];
        for (var index = 0; index < header.Items.Count; index += 2)
            if (header.Items[index].Kind != PythonLiteralKind.Text || !entries.TryAdd(header.Items[index].Text, header.Items[index + 1]))
                throw new MalformedModelException(at, "A key of the header is no text, or occurs twice.");

        if (entries.Count != 3 || !entries.TryGetValue("descr", out var description)
            || !entries.TryGetValue("fortran_order", out var order) || !entries.TryGetValue("shape", out var shape))
            throw new MalformedModelException(at, "The header does not hold exactly descr, fortran_order and shape.");
        if (order.Kind != PythonLiteralKind.Boolean)
            throw new MalformedModelException(at, "fortran_order is no truth value.");
        if (shape.Kind != PythonLiteralKind.Tuple || shape.Items.Exists(item => item.Kind != PythonLiteralKind.Integer) || shape.Items.Count > 64)
            throw new MalformedModelException(at, "shape is no tuple of at most 64 whole numbers.");

        return new(NumpyDataType.From(description, at), [.. shape.Items.Select(item => item.Number)]);
    }

    private const int LargestHeader = 1 << 20;
}
