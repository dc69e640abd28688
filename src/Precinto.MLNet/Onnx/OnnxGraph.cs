using System.Buffers.Binary;

namespace Precinto.MLNet.Onnx;

/// <summary>
/// A computation: GraphProto, node 1, name 2, initializer 5, input 11, output 12. Everything is written in the order in which it was added.
/// Tensors are TensorProto, dims 1, data_type 2, name 8, raw_data 9 in little-endian order.
/// </summary>
internal sealed class OnnxGraph(string name)
{
    private readonly List<OnnxNode> _nodes = [];
    private readonly List<Action<ProtobufWriter>> _initializers = [];
    private readonly List<Action<ProtobufWriter>> _inputs = [];
    private readonly List<Action<ProtobufWriter>> _outputs = [];

    public void AddNode(string operation, IReadOnlyList<string> inputs, string output, params IReadOnlyList<OnnxAttribute> attributes) =>
        _nodes.Add(new(OnnxModel.StandardDomain, operation, inputs, [output], attributes));

    public void AddMachineLearningNode(
        string operation,
        string input,
        IReadOnlyList<string> outputs,
        params IReadOnlyList<OnnxAttribute> attributes) =>
        _nodes.Add(new(OnnxModel.MachineLearningDomain, operation, [input], outputs, attributes));

    public void AddInitializer(string tensor, IReadOnlyList<long> shape, ReadOnlySpan<float> values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (var index = 0; index < values.Length; index++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(index * sizeof(float)), values[index]);
        AddInitializer(tensor, shape, OnnxElementType.Float, bytes);
    }

    public void AddInitializer(string tensor, IReadOnlyList<long> shape, ReadOnlySpan<long> values)
    {
        var bytes = new byte[values.Length * sizeof(long)];
        for (var index = 0; index < values.Length; index++)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(index * sizeof(long)), values[index]);
        AddInitializer(tensor, shape, OnnxElementType.Int64, bytes);
    }

    /// <summary>Declares an input of any number of rows.</summary>
    public void AddInput(string tensor, OnnxElementType elementType, params IReadOnlyList<long> rowShape) =>
        _inputs.Add(writer => WriteValueInfo(writer, tensor, elementType, rowShape));

    /// <summary>Declares an output of any number of rows.</summary>
    public void AddOutput(string tensor, OnnxElementType elementType, params IReadOnlyList<long> rowShape) =>
        _outputs.Add(writer => WriteValueInfo(writer, tensor, elementType, rowShape));

    public void Write(ProtobufWriter writer)
    {
        foreach (var node in _nodes)
            writer.WriteMessage(1, node.Write);
        writer.WriteText(2, name);
        foreach (var initializer in _initializers)
            writer.WriteMessage(5, initializer);
        foreach (var input in _inputs)
            writer.WriteMessage(11, input);
        foreach (var output in _outputs)
            writer.WriteMessage(12, output);
    }

    private void AddInitializer(string tensor, IReadOnlyList<long> shape, OnnxElementType elementType, byte[] bytes) =>
        _initializers.Add(writer =>
        {
            foreach (var dimension in shape)
                writer.WriteInteger(1, dimension);
            writer.WriteInteger(2, (int)elementType);
            writer.WriteText(8, tensor);
            writer.WriteBytes(9, bytes);
        });

    // ValueInfoProto: name 1, type 2. TypeProto: tensor_type 1. Tensor: elem_type 1, shape 2.
    // TensorShapeProto: dim 1. Dimension: dim_value 1, dim_param 2.
    private static void WriteValueInfo(ProtobufWriter writer, string tensor, OnnxElementType elementType, IReadOnlyList<long> rowShape)
    {
        writer.WriteText(1, tensor);
        writer.WriteMessage(2, type => type.WriteMessage(1, tensorType =>
        {
            tensorType.WriteInteger(1, (int)elementType);
            tensorType.WriteMessage(2, shape =>
            {
                shape.WriteMessage(1, dimension => dimension.WriteText(2, "N"));
                foreach (var length in rowShape)
                    shape.WriteMessage(1, dimension => dimension.WriteInteger(1, length));
            });
        }));
    }
}
