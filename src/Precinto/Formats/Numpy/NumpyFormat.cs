using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Numpy;

/// <summary>One array as <c>numpy.save</c> writes it; see <see cref="NumpyHeader"/> for the layout.</summary>
internal sealed class NumpyFormat : ModelFormat
{
    public override string Name => "npy";

    public override IReadOnlyList<string> Endings => [".npy"];

    public override IReadOnlyList<FindingRule> Rules => NumpyRules.All;

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) => head.StartsWith(NumpyHeader.Mark);

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        BoundedReader reader = new(content);
        var header = NumpyHeader.Read(reader);
        var facts = context.Facts;
        facts.Framework = "numpy";
        facts.Type = "ndarray";
        facts.Tensors = [new("", header.Type.Name, [.. header.Shape.Select(length => (long?)length)])];

        if (header.Type.HasObjects)
        {
            InspectObjects(content, reader.Position, context);
            return;
        }

        facts.ParameterCount = NumpyDataType.Multiply(1, header.Shape, reader.Position);
        var size = header.Type.SizeOf(header.Shape, reader.Position);
        if (size > reader.Remaining)
            context.Add(NumpyRules.SizeMismatch, $"The shape takes {size} bytes, {reader.Remaining} are left.", reader.Position);
        else if (size < reader.Remaining)
            context.Add(InspectionRules.TrailingBytes, $"{reader.Remaining - size} bytes follow the elements.", reader.Position + size);
    }

    // With an object anywhere in its type, the whole body is one pickle: numpy.load unpickles it where allow_pickle is set.
    private static void InspectObjects(ModelContent content, long start, InspectionContext context)
    {
        ContentSlice body = new(content, start, content.Length - start);
        var format = body.Length == 0 ? "unknown" : context.InspectMember(body, "objects").Format;
        if (format == "pickle")
            context.Add(NumpyRules.InspectedObjects, "The elements are Python objects; their pickle was inspected.", start);
        else
            context.Add(NumpyRules.ObjectArray, "The elements are Python objects, whose pickle runs code when it is loaded.", start);
    }
}
