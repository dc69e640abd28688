using Precinto.Tests.Shared;

namespace Precinto.Tests.Formats.SavedModel;

/// <summary>Makes small graphs of TensorFlow, right or wrong; field numbers are those of its messages.</summary>
internal static class TensorFlowForge
{
    // As TensorFlow 1 and 2 save variables and fill tables from assets.
    public static Action<ProtobufWriter>[] Normal() =>
    [
        Node("x", "Placeholder"), Text("save/filename/input", "model"), Node("save/filename", "PlaceholderWithDefault", "save/filename/input"),
        Node("save/Const", "PlaceholderWithDefault", "save/filename"), Text("save/StringJoin/inputs_1", "_temp_0123/part"),
        Node("save/StringJoin", "StringJoin", "save/Const", "save/StringJoin/inputs_1"), Node("save/ShardedFilename", "ShardedFilename", "save/StringJoin"),
        Node("save/SaveV2", "SaveV2", "save/ShardedFilename", "x"), Node("save/MergeV2Checkpoints/checkpoint_prefixes", "Pack", "save/ShardedFilename"),
        Node("save/MergeV2Checkpoints", "MergeV2Checkpoints", "save/MergeV2Checkpoints/checkpoint_prefixes", "save/Const"), Node("save/RestoreV2", "RestoreV2", "save/Const"),
        Text("asset_path", "vocab.txt"), Node("table", "HashTableV2"), Node("init", "InitializeTableFromTextFileV2", "table", "asset_path"),
        Node("assert", "Assert", "x"), Text("message", "/etc/passwd is a text like any other"), Call("call", "__inference__traced_save", "saver_filename"), Node("saver_filename", "Placeholder"),
    ];

    public static Action<ProtobufWriter> TracedSave() => Function("__inference__traced_save",
        Node("match", "StaticRegexFullMatch", "file_prefix"), Text("Const", ".part"), Text("Const_1", "_temp/part"), Node("Select", "Select", "match:output:0", "Const:output:0", "Const_1:output:0"),
        Node("StringJoin", "StringJoin", "file_prefix", "Select:output:0"), Node("ShardedFilename", "ShardedFilename", "StringJoin:output:0"), Node("SaveV2", "SaveV2", "ShardedFilename:filename:0"),
        Node("prefixes", "Pack", "ShardedFilename:filename:0", "^SaveV2"), Node("merge", "MergeV2Checkpoints", "prefixes:output:0", "file_prefix"), Node("Identity", "Identity", "file_prefix", "^merge"));

    public static byte[] Pack(string format, Action<ProtobufWriter>[] nodes, params Action<ProtobufWriter>[] functions) => format switch
    {
        "savedmodel" => Saved(nodes, functions),
        "metagraph" => Write(MetaGraph(nodes, functions, null)),
        _ => Write(Graph(nodes, functions)),
    };

    public static byte[] Saved(Action<ProtobufWriter>[] nodes, Action<ProtobufWriter>[]? functions = null, string? asset = null) =>
        new ProtobufWriter().Integer(1, 1).Message(2, MetaGraph(nodes, functions ?? [], asset)).ToArray();

    public static Action<ProtobufWriter> MetaGraph(Action<ProtobufWriter>[] nodes, Action<ProtobufWriter>[] functions, string? asset) => meta =>
    {
        meta.Message(1, info => info.Text(4, "serve").Text(5, "2.15.0")).Message(2, Graph(nodes, functions)).Message(5, entry => entry.Text(1, "serving_default").Message(2, signature => signature
            .Message(1, Parameter("x", 1)).Message(2, Parameter("y", 1))));
        if (asset is not null)
            meta.Message(6, file => file.Text(2, asset));
    };

    public static Action<ProtobufWriter> Parameter(string name, int type) => entry => entry.Text(1, name).Message(2, info => info.Text(1, name + ":0").Integer(2, type)
        .Message(3, shape => shape.Message(2, d => d.Integer(1, -1)).Message(2, d => d.Integer(1, 4))));

    public static Action<ProtobufWriter> Graph(Action<ProtobufWriter>[] nodes, Action<ProtobufWriter>[] functions) => graph =>
    {
        foreach (var node in nodes)
            graph.Message(1, node);
        graph.Message(2, library =>
        {
            library.Message(1, TracedSave());
            foreach (var function in functions)
                library.Message(1, function);
        });
    };

    public static Action<ProtobufWriter> Function(string name, params Action<ProtobufWriter>[] nodes) => function =>
    {
        function.Message(1, signature => signature.Text(1, name).Message(2, argument => argument.Text(1, "prefix")));
        foreach (var node in nodes)
            function.Message(3, node);
    };

    public static Action<ProtobufWriter> Node(string name, string operation, params string[] inputs) => Node(name, operation, inputs, []);

    public static Action<ProtobufWriter> Node(string name, string operation, string[] inputs, params (string Key, Action<ProtobufWriter> Value)[] attributes) => node =>
    {
        node.Text(1, name).Text(2, operation);
        foreach (var input in inputs)
            node.Text(3, input);
        foreach (var (key, value) in attributes)
            node.Message(5, entry => entry.Text(1, key).Message(2, value));
    };

    public static Action<ProtobufWriter> Text(string name, string text) =>
        Node(name, "Const", [], ("dtype", value => value.Integer(6, 7)), ("value", value => value.Message(8, tensor => tensor.Integer(1, 7).Text(8, text))));

    public static Action<ProtobufWriter> Whole(string name, params long[] numbers) => Constant(name, 9, numbers.Length == 1 ? [1] : [numbers.Length], tensor => tensor.Integers(10, numbers));

    public static Action<ProtobufWriter> Scalar(string name, long number) => Constant(name, 9, [], tensor => tensor.Integers(10, number));

    public static Action<ProtobufWriter> Real(string name, params long[] shape) => Constant(name, 1, shape, tensor => tensor.Floats(5, 1));

    public static Action<ProtobufWriter> Constant(string name, int type, long[] shape, Action<ProtobufWriter> values) => Node(name, "Const", [], ("dtype", value => value.Integer(6, type)),
        ("value", value => value.Message(8, tensor =>
        {
            tensor.Integer(1, type).Message(2, dimensions =>
            {
                foreach (var length in shape)
                    dimensions.Message(2, dimension => dimension.Integer(1, length));
            });
            values(tensor);
        })));

    public static Action<ProtobufWriter> Call(string name, string function, params string[] inputs) =>
        Node(name, "StatefulPartitionedCall", inputs, ("f", value => value.Message(10, called => called.Text(1, function))));

    public static (string Key, Action<ProtobufWriter> Value) Stream(string stream) => ("output_stream", value => value.Text(2, stream));

    public static byte[] Write(Action<ProtobufWriter> write)
    {
        ProtobufWriter writer = new();
        write(writer);
        return writer.ToArray();
    }
}
