namespace Precinto.Inference.OnnxRuntime;

/// <summary>The type of a tensor's elements, <c>ONNXTensorElementDataType</c> in onnxruntime_c_api.h.</summary>
internal enum OnnxElementType
{
    Undefined,
    Float,
    UInt8,
    Int8,
    UInt16,
    Int16,
    Int32,
    Int64,
    String,
    Bool,
    Float16,
    Double,
    UInt32,
    UInt64,
    Complex64,
    Complex128,
    BFloat16,
}
