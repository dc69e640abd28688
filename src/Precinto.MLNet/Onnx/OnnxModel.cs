namespace Precinto.MLNet.Onnx;

/// <summary>
/// An ONNX file (github.com/onnx/onnx, onnx.proto and IR.md): ModelProto, ir_version 1, producer_name 2, producer_version 3, graph 7,
/// opset_import 8, metadata_props 14. Version 8 of the IR with operator sets 15 of ai.onnx and 3 of ai.onnx.ml.
/// The writer adds neither clock nor random name.
/// </summary>
internal static class OnnxModel
{
    public static byte[] Write(OnnxGraph graph, string producerVersion, IReadOnlyList<KeyValuePair<string, string>> metadata)
    {
        ProtobufWriter writer = new();
        writer.WriteInteger(1, IrVersion);
        writer.WriteText(2, "Precinto");
        writer.WriteText(3, producerVersion);
        writer.WriteMessage(7, graph.Write);
        WriteOperatorSet(writer, StandardDomain, StandardVersion);
        WriteOperatorSet(writer, MachineLearningDomain, MachineLearningVersion);
        foreach (var (key, value) in metadata)
            writer.WriteMessage(14, entry =>
            {
                entry.WriteText(1, key);
                entry.WriteText(2, value);
            });

        return writer.Written.ToArray();
    }

    /// <summary>The domain <c>ai.onnx</c> goes by its empty name.</summary>
    public const string StandardDomain = "";

    public const string MachineLearningDomain = "ai.onnx.ml";

    private static void WriteOperatorSet(ProtobufWriter writer, string domain, int version) => writer.WriteMessage(8, operatorSet =>
    {
        operatorSet.WriteText(1, domain);
        operatorSet.WriteInteger(2, version);
    });

    private const int IrVersion = 8;
    private const int StandardVersion = 15;
    private const int MachineLearningVersion = 3;
}
