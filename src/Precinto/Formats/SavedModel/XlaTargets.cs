using Precinto.Inspection;

namespace Precinto.Formats.SavedModel;

/// <summary>Which custom calls of a StableHLO module are arithmetic that XLA and JAX bring, by their names.</summary>
internal static class XlaTargets
{
    /// <summary>What a custom call is, or null for one that computes.</summary>
    public static FindingRule? Judge(string target) =>
        target.Contains("python", StringComparison.OrdinalIgnoreCase) || target.Contains("py_callback", StringComparison.OrdinalIgnoreCase) ? TensorFlowRules.RunsPython
        : Known.Contains(target) || Array.Exists(Prefixes, prefix => target.StartsWith(prefix, StringComparison.Ordinal)) ? null
        : TensorFlowRules.NativeCode;

    // Linear algebra, transforms, sorting and random numbers (jax/_src/export/_export.py keeps such a list), and marks for the compiler.
    // tf.call_tf_function runs a function of the graph, which is read with it.
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "Sharding", "SPMDFullToShardShape", "SPMDShardToFullShape", "Qr", "Eigh", "LuDecomposition", "Cholesky", "TriangularSolve", "ProductOfElementaryHouseholderReflectors", "TopK", "ApproxTopK",
        "ducc_fft", "dynamic_ducc_fft", "annotate_device_placement", "shape_assertion", "tf.call_tf_function", "AllocateBuffer", "MoveToHost", "MoveToDevice", "LayoutConstraint", "tpu_custom_call",
        "PartialReduce", "X64Combine", "X64SplitLow", "X64SplitHigh", "SliceToDynamic", "PadToStatic", "ResizeNearest", "ResizeBilinear", "ResizeNearestGrad", "ResizeBilinearGrad",
    };

    private static readonly string[] Prefixes =
    [
        "lapack_", "blas_", "cublas_", "cusolver_", "cusparse_", "hipblas_", "hipsolver_", "hipsparse_", "cu_threefry2x32", "cu_lu_pivots", "cu_cholesky_update", "cuda_threefry2x32", "cuda_lu_pivots",
        "hip_threefry2x32", "hip_lu_pivots", "mhlo.", "chlo.", "stablehlo.", "xla.sdy.", "__cublas$", "__cudnn$", "__cusolver$", "__onednn$",
    ];
}
