using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Precinto.Files;
using Precinto.Formats.Json;
using Precinto.Formats.Protobuf;
using Precinto.Formats.SavedModel;

namespace Precinto.Formats.Keras;

/// <summary>How far a layer reaches that is an operator or a function of TensorFlow.</summary>
internal enum KerasReach
{
    Computes,
    Unknown,
    ReachesOut,
}

/// <summary>Judges layers of Keras 2 that call TensorFlow: <c>TFOpLambda</c> a function of its public interface, <c>TensorFlowOpLayer</c> an operator.</summary>
internal static class KerasOperators
{
    /// <summary>How far a function of TensorFlow's public interface reaches, by its name without <c>tf</c>.</summary>
    public static KerasReach ReachOf(string function)
    {
        // The same functions stand under the names of older versions.
        while (function.StartsWith("compat.v1.", StringComparison.Ordinal) || function.StartsWith("compat.v2.", StringComparison.Ordinal))
            function = function["compat.v1.".Length..];
        var last = function[(function.LastIndexOf('.') + 1)..];
        if (TensorFlowOperators.MayReach(last) || Reaching.Contains(last))
            return KerasReach.ReachesOut;

        var first = function.IndexOf('.', StringComparison.Ordinal) is var dot and >= 0 ? function[..dot] : "";
        return first switch
        {
            "" => Functions.Contains(function) ? KerasReach.Computes : KerasReach.Unknown,
            "io" => Codecs.Any(codec => last.StartsWith(codec, StringComparison.Ordinal)) ? KerasReach.Computes : KerasReach.ReachesOut,
            "keras" => function.StartsWith("keras.backend.", StringComparison.Ordinal) || function.StartsWith("keras.activations.", StringComparison.Ordinal)
                ? KerasReach.Computes : KerasReach.ReachesOut,
            "data" or "saved_model" or "summary" or "train" or "distribute" or "profiler" or "sysconfig" or "config" or "gfile" => KerasReach.ReachesOut,
            // Every operator is under raw_ops by its own name, which was looked up.
            "raw_ops" => KerasReach.Computes,
            _ => Namespaces.Contains(first) ? KerasReach.Computes : KerasReach.Unknown,
        };
    }

    /// <summary>
    /// The operator that a layer creates (tensorflow/core/framework/node_def.proto, field 2): TensorFlow takes a text for the bytes of the
    /// message, or an object for the message in JSON; null for what cannot be read.
    /// </summary>
    public static string? OperatorOf(JsonElement definition)
    {
        if (definition.ValueKind == JsonValueKind.Object)
            return definition.TextOf("op");
        if (definition.ValueKind != JsonValueKind.String)
            return null;

        var text = definition.Text();
        var bytes = Encoding.UTF8.GetBytes(text);
        return ReadOperator(bytes) ?? (Base64.IsValid(text) ? ReadOperator(Convert.FromBase64String(text)) : ReadJson(bytes));
    }

    private static string? ReadOperator(byte[] message)
    {
        try
        {
            string? name = null;
            ProtobufReader reader = new(ModelContent.FromBytes(message), 0, message.Length);
            while (reader.TryReadTag(out var field, out var wire))
            {
                // The last one counts.
                if (field == 2)
                    name = reader.ReadText(wire, TensorFlowNodeReader.TextBytes);
                else
                    reader.Skip(wire);
            }

            return name;
        }
        catch (MalformedModelException)
        {
            return null;
        }
    }

    private static string? ReadJson(byte[] text)
    {
        try
        {
            using var document = PythonJson.Parse(text, 0);
            return document.RootElement.TextOf("op");
        }
        catch (MalformedModelException)
        {
            return null;
        }
    }

    private static readonly HashSet<string> Namespaces = KerasNames.Words(
        "math nn linalg signal image random bitwise strings sparse ragged sets quantization dtypes __operators__ audio");

    private static readonly HashSet<string> Reaching = KerasNames.Words("py_function numpy_function py_func load_op_library load_library load_file_system_library read_file write_file matching_files");

    private static readonly string[] Codecs = ["decode", "encode", "parse", "serialize", "deserialize"];

    private static readonly HashSet<string> Functions = KerasNames.Words(
        "abs accumulate_n acos acosh add add_n add_to_collection approx_top_k argmax argmin argsort arg_max arg_min asin asinh atan atan2 atanh batch_gather batch_to_space batch_to_space_nd "
        + "betainc bincount bitcast boolean_mask broadcast_dynamic_shape broadcast_static_shape broadcast_to cast ceil cholesky clip_by_average_norm clip_by_global_norm clip_by_norm "
        + "clip_by_value complex concat conj convert_to_tensor cos cosh count_nonzero cross cumprod cumsum depth_to_space dequantize diag diag_part digamma div div_no_nan divide "
        + "dynamic_partition dynamic_stitch edit_distance einsum ensure_shape equal erf erfc exp expand_dims expm1 extract_image_patches extract_volume_patches eye fft fft2d fft3d fill "
        + "fingerprint floor floor_div floordiv floormod gather gather_nd global_norm greater greater_equal histogram_fixed_width histogram_fixed_width_bins identity identity_n ifft ifft2d "
        + "imag invert_permutation is_finite is_inf is_nan lbeta less less_equal lgamma linspace lin_space log log1p log_sigmoid logical_and logical_not logical_or logical_xor matmul "
        + "matrix_band_part matrix_determinant matrix_diag matrix_diag_part matrix_inverse matrix_set_diag matrix_solve matrix_square_root matrix_transpose maximum meshgrid minimum mod "
        + "multinomial multiply negative norm not_equal one_hot ones ones_like pad parallel_stack polygamma pow qr quantize range rank real realdiv reciprocal reduce_all reduce_any "
        + "reduce_logsumexp reduce_max reduce_mean reduce_min reduce_prod reduce_sum repeat required_space_to_batch_paddings reshape reverse reverse_sequence reverse_v2 rint roll round "
        + "rsqrt saturate_cast scalar_mul scatter_nd searchsorted segment_max segment_mean segment_min segment_prod segment_sum self_adjoint_eig sequence_mask setdiff1d shape shape_n "
        + "sigmoid sign sin sinh size slice sort space_to_batch space_to_batch_nd space_to_depth split sqrt square squared_difference squeeze stack stop_gradient strided_slice "
        + "string_join string_split string_strip string_to_hash_bucket string_to_hash_bucket_fast string_to_number substr subtract svd switch_case tan tanh "
        + "tensor_scatter_nd_add tensor_scatter_nd_max tensor_scatter_nd_min tensor_scatter_nd_sub tensor_scatter_nd_update tensordot tile to_double to_float to_int32 to_int64 top_k trace "
        + "transpose truediv truncatediv truncatemod unique unique_with_counts unravel_index unsorted_segment_max unsorted_segment_mean unsorted_segment_min unsorted_segment_sum unstack "
        + "where where_v2 zeros zeros_like zeta");
}
