namespace Precinto.Inference.OnnxRuntime;

/// <summary>What a value is, <c>ONNXType</c> in onnxruntime_c_api.h.</summary>
internal enum OnnxKind
{
    Unknown,
    Tensor,
    Sequence,
    Map,
    Opaque,
    SparseTensor,
    Optional,
}
