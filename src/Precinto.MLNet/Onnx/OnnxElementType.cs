namespace Precinto.MLNet.Onnx;

/// <summary>The elements of a tensor, numbered as TensorProto.DataType.</summary>
internal enum OnnxElementType
{
    Float = 1,
    Int64 = 7,
    String = 8,
}
