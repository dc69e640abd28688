using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Msgpack;

/// <summary>
/// Parameters of Flax (flax/serialization.py): MessagePack maps in maps, the arrays in extensions of type 1 (shape, name of the type, bytes).
/// The format has no mark: its name and a map of texts at its start tell it.
/// </summary>
internal sealed class FlaxFormat : ModelFormat
{
    public override string Name => "msgpack";

    public override IReadOnlyList<string> Endings => [".msgpack"];

    public override IReadOnlyList<FindingRule> Rules => MsgpackRules.All;

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) =>
        name.EndsWith(".msgpack", StringComparison.OrdinalIgnoreCase) && head is [(>= 0x80 and <= 0x8F) or 0xDE or 0xDF, ..];

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        MsgpackReader reader = new(new(content));
        // What is open: how many values are to come, whether of a map, where names stand between them, and the name on the way.
        Stack<(long Left, bool IsMap, string Name, NumpyObjects? Objects)> open = [];
        List<TensorFact> tensors = [];
        long parameters = 0;
        var key = "";
        var isFlax = false;
        open.Push((1, false, "", null));
        for (long tokens = 0; open.TryPop(out var top); tokens++)
        {
            if ((tokens & 0xFFFF) == 0)
                context.Cancellation.ThrowIfCancellationRequested();
            if (top.Left == 0)
                continue;

            if (top.IsMap)
                key = ReadKey(reader, context);
            var objects = top.IsMap && NumpyObjects.IsPart(key) ? top.Objects ?? new() : top.Objects;
            open.Push(top with { Left = top.Left - 1, Objects = objects });
            var at = reader.Position;
            var path = Join(top.Name, top.IsMap ? key : "");
            switch (reader.Next())
            {
                case MsgpackToken.Map or MsgpackToken.List when open.Count > context.Limits.Nesting:
                    throw new MalformedModelException(at, $"Nests more than {context.Limits.Nesting} deep.");
                case MsgpackToken.Map:
                    open.Push((reader.Value, true, path, null));
                    break;
                case MsgpackToken.List:
                    open.Push((reader.Value, false, path, null));
                    break;
                case MsgpackToken.Text or MsgpackToken.Bytes when top.IsMap && NumpyObjects.IsPart(key):
                    objects!.Take(key, content, reader, Shorten(path), context);
                    break;
                case MsgpackToken.Text or MsgpackToken.Bytes:
                    reader.Skip();
                    break;
                case MsgpackToken.Extension:
                    isFlax |= reader.ExtensionType is Array or Scalar;
                    if (ReadExtension(content, reader, path, at, context) is { } tensor && tensors.Count < context.Limits.Tensors)
                    {
                        tensors.Add(tensor.Fact);
                        parameters = parameters > long.MaxValue - tensor.Elements ? long.MaxValue : parameters + tensor.Elements;
                    }

                    break;
            }
        }

        if (!reader.IsAtEnd)
            context.Add(InspectionRules.TrailingBytes, $"{content.Length - reader.Position} bytes follow the document.", reader.Position);
        context.Facts.Framework = isFlax ? "flax" : null;
        context.Facts.Tensors = tensors;
        context.Facts.ParameterCount = isFlax ? parameters : null;
    }

    private static string ReadKey(MsgpackReader reader, InspectionContext context)
    {
        var at = reader.Position;
        var token = reader.Next();
        // Bytes are what msgpack-numpy names the parts of an array by.
        if (token is MsgpackToken.Text or MsgpackToken.Bytes)
            return reader.ReadText(context.Limits.TextBytes);
        if (token != MsgpackToken.Integer)
            throw new MalformedModelException(at, "A key is neither a text nor a number.");
        return reader.Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static (TensorFact Fact, long Elements)? ReadExtension(ModelContent content, MsgpackReader outer, string path, long at, InspectionContext context)
    {
        var (type, start, length) = (outer.ExtensionType, outer.Position, outer.Value);
        outer.Skip();
        if (type == Complex || (type == Timestamp && length is 4 or 8 or 12))
            return null;
        if (type is not (Array or Scalar))
        {
            context.Add(MsgpackRules.Extension, $"Holds an extension of type {type} as '{Shorten(path)}'.", at);
            return null;
        }

        MsgpackReader reader = new(new(content, start, length));
        if (reader.Next() != MsgpackToken.List || reader.Value != 3 || reader.Next() != MsgpackToken.List || reader.Value > MostDimensions)
            throw new MalformedModelException(start, "An array is not written as shape, type and bytes.");
        var shape = new long[reader.Value];
        for (var index = 0; index < shape.Length; index++)
            shape[index] = reader.Next() == MsgpackToken.Integer ? reader.Value : throw new MalformedModelException(reader.Position, "A dimension is no number.");
        if (reader.Next() is not (MsgpackToken.Text or MsgpackToken.Bytes))
            throw new MalformedModelException(start, "An array has no type.");
        var name = reader.ReadText(LongestType);
        if (reader.Next() != MsgpackToken.Bytes || TensorShape.Count(shape) is not { } elements)
            throw new MalformedModelException(start, "An array has no bytes, or a shape that cannot be.");
        if (SizeOf(name) is not { } size)
            context.Add(MsgpackRules.Array, $"'{Shorten(path)}' is of the type '{Shorten(name)}', which no array of numbers has.", at);
        else if (TensorShape.Multiply(size, shape) != reader.Value)
            context.Add(MsgpackRules.Array, $"'{Shorten(path)}' has {reader.Value} bytes, and its shape and type need others.", at);
        reader.Skip();
        if (!reader.IsAtEnd)
            context.Add(MsgpackRules.Array, $"Bytes follow the array '{Shorten(path)}' in its extension.", reader.Position);
        return (new(Shorten(path), Shorten(name), [.. shape.Select(dimension => (long?)dimension)]), elements);
    }

    private static int? SizeOf(string type) => type switch
    {
        "bool" or "int8" or "uint8" or "int4" or "uint4" or "float8_e4m3fn" or "float8_e5m2" or "float8_e4m3b11fnuz" or "float8_e4m3fnuz" or "float8_e5m2fnuz" => 1,
        "int16" or "uint16" or "float16" or "bfloat16" => 2,
        "int32" or "uint32" or "float32" => 4,
        "int64" or "uint64" or "float64" or "complex64" => 8,
        "complex128" => 16,
        _ => null,
    };

    private static string Join(string name, string part) => part.Length == 0 || name.Length > LongestName ? name : name.Length == 0 ? part : $"{name}.{part}";

    private static string Shorten(string text) => Excerpt.Of(text, LongestName);

    private const int Array = 1;
    private const int Complex = 2;
    private const int Scalar = 3;

    // Of the specification of MessagePack itself.
    private const int Timestamp = -1;
    private const int MostDimensions = 64;
    private const int LongestType = 100;
    private const int LongestName = 300;
}
