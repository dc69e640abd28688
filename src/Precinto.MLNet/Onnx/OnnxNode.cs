namespace Precinto.MLNet.Onnx;

/// <summary>A step of an <see cref="OnnxGraph"/>: NodeProto, input 1, output 2, name 3, op_type 4, attribute 5, domain 7.</summary>
internal sealed class OnnxNode(
    string domain,
    string operation,
    IReadOnlyList<string> inputs,
    IReadOnlyList<string> outputs,
    IReadOnlyList<OnnxAttribute> attributes)
{
    public void Write(ProtobufWriter writer)
    {
        foreach (var input in inputs)
            writer.WriteText(1, input);
        foreach (var output in outputs)
            writer.WriteText(2, output);

        // Each output is made once, so the name of the first one names the node.
        writer.WriteText(3, "make_" + outputs[0]);
        writer.WriteText(4, operation);
        foreach (var attribute in attributes)
            writer.WriteMessage(5, attribute.Write);
        if (domain.Length > 0)
            writer.WriteText(7, domain);
    }
}
