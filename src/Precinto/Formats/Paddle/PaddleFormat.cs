using Precinto.Files;
using Precinto.Formats.Protobuf;
using Precinto.Inspection;

namespace Precinto.Formats.Paddle;

/// <summary>
/// A program of PaddlePaddle (<c>.pdmodel</c>, paddle/fluid/framework/framework.proto): blocks of variables and operators; the weights lie in
/// a file of their own. It has no mark: a block with its number, its parent and operators tells it.
/// </summary>
internal sealed class PaddleFormat : ModelFormat
{
    public override string Name => "paddle";

    public override IReadOnlyList<string> Endings => [".pdmodel"];

    public override IReadOnlyList<FindingRule> Rules => PaddleRules.All;

    // What Paddle's save_inference_model writes where no name is asked for.
    public override IReadOnlyList<string> FileNames => ["__model__"];

    public override bool IsMessage => true;

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name)
    {
        try
        {
            ProtobufReader reader = new(content, 0, content.Length);
            while (reader.TryReadTag(out var field, out var wire))
            {
                if (field != Blocks || wire != ProtobufWire.Bytes)
                {
                    reader.SkipFar(wire);
                    continue;
                }

                if (reader.Look(wire, IsBlock))
                    return true;
            }
        }
        catch (MalformedModelException)
        {
        }

        return false;
    }

    // Number and parent are required of a block, in whatever order, and the first has the number 0 and the parent -1. Any other counts by its operators.
    private static bool IsBlock(ProtobufReader reader)
    {
        long? number = null, parent = null;
        var hasOperator = false;
        try
        {
            while (!IsTold() && reader.TryReadTag(out var field, out var wire))
            {
                if (field == 1 && wire == ProtobufWire.Varint)
                    number = reader.ReadInteger(wire);
                else if (field == 2 && wire == ProtobufWire.Varint)
                    parent = reader.ReadInteger(wire);
                else if (field == Operators && wire == ProtobufWire.Bytes)
                    hasOperator |= reader.Look(wire, IsOperator);
                else
                    reader.SkipFar(wire);
            }
        }
        catch (MalformedModelException)
        {
            // A program that is cut off is still one.
        }

        return IsTold();

        bool IsTold() => number is not null && parent is not null && (hasOperator || (number, unchecked((int)parent.Value)) is (0, -1));
    }

    private static bool IsOperator(ProtobufReader reader)
    {
        var isNamed = false;
        while (!isNamed && reader.TryReadTag(out var field, out var kind))
        {
            if (field == OperatorType && kind == ProtobufWire.Bytes)
                isNamed = reader.ReadText(kind, LongestName) is { Length: > 0 } type && type.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.' or '>' or ':');
            else
                reader.SkipFar(kind);
        }

        return isNamed;
    }

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        context.Facts.Framework = "paddlepaddle";
        SortedDictionary<string, long> operators = new(StringComparer.Ordinal);
        List<TensorFact> tensors = [];
        ProtobufReader reader = new(content, 0, content.Length);
        while (reader.TryReadTag(out var field, out var wire))
        {
            if (field != Blocks)
            {
                reader.Skip(wire);
                continue;
            }

            var block = reader.Enter(wire);
            while (reader.TryReadTag(out field, out wire))
            {
                context.Cancellation.ThrowIfCancellationRequested();
                if (field == Variables)
                    ReadVariable(reader, wire, tensors, context);
                else if (field == Operators)
                    ReadOperator(reader, wire, operators, context);
                else
                    reader.Skip(wire);
            }

            reader.Leave(block);
        }

        context.Facts.Parts = [.. operators];
        context.Facts.Tensors = tensors;
    }

    private static void ReadVariable(ProtobufReader reader, ProtobufWire wire, List<TensorFact> tensors, InspectionContext context)
    {
        var outer = reader.Enter(wire);
        string name = "", type = "";
        List<long> dimensions = [];
        var isStored = false;
        while (reader.TryReadTag(out var field, out wire))
        {
            switch (field)
            {
                case 1:
                    name = reader.ReadText(wire, LongestName);
                    break;
                case 2:
                    type = ReadType(reader, wire, dimensions);
                    break;
                case 3:
                    isStored = reader.ReadInteger(wire) != 0;
                    break;
                default:
                    reader.Skip(wire);
                    break;
            }
        }

        reader.Leave(outer);
        if (isStored && type.Length > 0 && tensors.Count < context.Limits.Tensors)
            tensors.Add(new(name, type, [.. dimensions.Select(dimension => dimension < 0 ? (long?)null : dimension)]));
    }

    // VarType { type = 1, lod_tensor = 3 { tensor = 1 { data_type = 1, dims = 2 } } }
    private static string ReadType(ProtobufReader reader, ProtobufWire wire, List<long> dimensions)
    {
        var type = "";
        var outer = reader.Enter(wire);
        reader.Follow([3, 1], kind =>
        {
            var tensor = reader.Enter(kind);
            while (reader.TryReadTag(out var field, out kind))
            {
                if (field == 1)
                    type = NameOf(reader.ReadInteger(kind));
                else if (field == 2)
                    reader.ReadIntegers(kind, dimensions, MostDimensions);
                else
                    reader.Skip(kind);
            }

            reader.Leave(tensor);
        });
        reader.Leave(outer);
        return type;
    }

    private static void ReadOperator(ProtobufReader reader, ProtobufWire wire, SortedDictionary<string, long> operators, InspectionContext context)
    {
        var at = reader.Position;
        var outer = reader.Enter(wire);
        var type = "";
        while (reader.TryReadTag(out var field, out wire))
        {
            if (field == OperatorType)
                type = reader.ReadText(wire, LongestName);
            else
                reader.Skip(wire);
        }

        reader.Leave(outer);
        if (operators.TryGetValue(type, out var count) || operators.Count < MostOperators)
            operators[type] = count + 1;
        PaddleOperators.Judge(type, at, context);
    }

    private static string NameOf(long type) => type switch
    {
        0 => "bool",
        1 => "int16",
        2 => "int32",
        3 => "int64",
        4 => "float16",
        5 => "float32",
        6 => "float64",
        20 => "uint8",
        21 => "int8",
        22 => "bfloat16",
        23 => "complex64",
        24 => "complex128",
        _ => $"type {type}",
    };

    private const int Blocks = 1;
    private const int Variables = 3;
    private const int Operators = 4;
    private const int OperatorType = 3;
    private const int LongestName = 65_536;
    private const int MostDimensions = 64;
    private const int MostOperators = 10_000;
}
