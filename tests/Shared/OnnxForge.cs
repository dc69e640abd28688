using System.Runtime.InteropServices;

namespace Precinto.Tests.Shared;

/// <summary>Makes small ONNX models, right or wrong; field numbers are those of onnx.proto.</summary>
internal static class OnnxForge
{
    public const int Float = 1;
    public const int Int64 = 7;
    public const int Text = 8;
    public const int Double = 11;

    public static byte[] Model(Action<ProtobufWriter> graph, Action<ProtobufWriter>? more = null, long mlOpset = 3)
    {
        ProtobufWriter model = new();
        model.Integer(1, 8).Text(2, "forge").Text(3, "1.0");
        model.Message(7, graph);
        model.Message(8, opset => opset.Text(1, "").Integer(2, 15));
        model.Message(8, opset => opset.Text(1, "ai.onnx.ml").Integer(2, mlOpset));
        more?.Invoke(model);
        return model.ToArray();
    }

    /// <summary><c>y = x + w</c> with a stored or external <c>w</c> of four floats.</summary>
    public static byte[] Adder(Action<ProtobufWriter>? weights = null, Action<ProtobufWriter>? more = null) => Model(graph =>
    {
        graph.Message(1, Node("Add", ["x", "w"], ["y"])).Text(2, "adder");
        graph.Message(5, weights ?? Tensor("w", [4], 1f, 2f, 3f, 4f));
        graph.Message(11, Value("x", Float, null, 4)).Message(12, Value("y", Float, null, 4));
    }, more);

    public static Action<ProtobufWriter> Node(string operation, string[] inputs, string[] outputs, string domain = "", params Action<ProtobufWriter>[] attributes) => node =>
    {
        foreach (var input in inputs)
            node.Text(1, input);
        foreach (var output in outputs)
            node.Text(2, output);
        node.Text(4, operation);
        foreach (var attribute in attributes)
            node.Message(5, attribute);
        if (domain.Length > 0)
            node.Text(7, domain);
    };

    public static Action<ProtobufWriter> Attribute(string name, int type, Action<ProtobufWriter> value) => attribute =>
    {
        attribute.Text(1, name);
        value(attribute);
        attribute.Integer(20, type);
    };

    public static Action<ProtobufWriter> Integers(string name, params long[] values) => Attribute(name, 7, attribute => attribute.Integers(8, values));

    public static Action<ProtobufWriter> Integer(string name, long value) => Attribute(name, 2, attribute => attribute.Integer(3, value));

    public static Action<ProtobufWriter> Floats(string name, params float[] values) => Attribute(name, 6, attribute => attribute.Floats(7, values));

    public static Action<ProtobufWriter> String(string name, string value) => Attribute(name, 3, attribute => attribute.Text(4, value));

    public static Action<ProtobufWriter> Strings(string name, params string[] values) => Attribute(name, 8, attribute =>
    {
        foreach (var value in values)
            attribute.Text(9, value);
    });

    public static Action<ProtobufWriter> Tensor(string name, long[] dimensions, params float[] values) => tensor =>
        tensor.Integers(1, dimensions).Integer(2, Float).Text(8, name).Bytes(9, MemoryMarshal.AsBytes(values.AsSpan()));

    public static Action<ProtobufWriter> External(string name, string location, params (string Key, string Value)[] more) => tensor =>
    {
        tensor.Integers(1, 4).Integer(2, Float).Text(8, name);
        tensor.Message(13, entry => entry.Text(1, "location").Text(2, location));
        foreach (var (key, value) in more)
            tensor.Message(13, entry => entry.Text(1, key).Text(2, value));
        tensor.Integer(14, 1);
    };

    public static Action<ProtobufWriter> Value(string name, int type, params long?[] shape) => value =>
        value.Text(1, name).Message(2, valueType => valueType.Message(1, tensor => tensor.Integer(1, type).Message(2, dimensions =>
        {
            foreach (var length in shape)
                dimensions.Message(1, dimension => _ = length is { } fixedLength ? dimension.Integer(1, fixedLength) : dimension.Text(2, "N"));
        })));

    public static Action<ProtobufWriter> Metadata(string key, string value) => model =>
        model.Message(14, entry => entry.Text(1, key).Text(2, value));

    /// <summary>A tree with two leaves on two features: label 10 where the first is at most 0.5, otherwise 20.
    /// Of two classes only the second has weights: with weights for both, ONNX Runtime 1.31 answers 1 whatever the labels are.</summary>
    public static byte[] TreeClassifier(params string[] labels) => Model(graph =>
    {
        var names = labels.Length == 0 ? Integers("classlabels_int64s", 10, 20) : Strings("classlabels_strings", labels);
        graph.Message(1, Node("TreeEnsembleClassifier", ["input"], ["label", "probabilities"], "ai.onnx.ml",
            Integers("nodes_treeids", 0, 0, 0), Integers("nodes_nodeids", 0, 1, 2), Integers("nodes_featureids", 0, 0, 0),
            Floats("nodes_values", 0.5f, 0, 0), Strings("nodes_modes", "BRANCH_LEQ", "LEAF", "LEAF"),
            Integers("nodes_truenodeids", 1, 0, 0), Integers("nodes_falsenodeids", 2, 0, 0),
            Integers("class_treeids", 0, 0), Integers("class_nodeids", 1, 2), Integers("class_ids", 0, 0),
            Floats("class_weights", 0.25f, 0.875f), String("post_transform", "NONE"), names));
        graph.Text(2, "tree");
        graph.Message(11, Value("input", Float, null, 2));
        graph.Message(12, Value("label", labels.Length == 0 ? Int64 : Text, [null])).Message(12, Value("probabilities", Float, null, 2));
    });
}
