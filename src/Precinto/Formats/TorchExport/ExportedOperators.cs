using Precinto.Inspection;

namespace Precinto.Formats.TorchExport;

/// <summary>
/// What a node of an exported program calls, by its name. The loader follows the dots from the module <c>torch</c>, <c>operator</c> or <c>math</c>, so that a name
/// may lead to any function that these modules happen to hold.
/// </summary>
internal static class ExportedOperators
{
    /// <summary>What is to be said of a target, or null for an operator of PyTorch.</summary>
    public static FindingRule? Judge(string target)
    {
        var parts = target.Split('.');
        return parts switch
        {
            ["torch", "ops", var library, var name, .. { Length: <= 1 }] => JudgeOperator(library, name),
            ["_operator" or "operator", var name] => Arithmetic.Contains(name) ? null : TorchExportRules.NoOperator,
            ["math", _] => null,
            ["torch", var name] when name.StartsWith("sym_", StringComparison.Ordinal) || name.StartsWith("_sym_", StringComparison.Ordinal) => null,
            ["torch", "_higher_order_ops", _, _] or ["torch", "_higher_order_ops", _] or ["torch", "_C", "_set_grad_enabled"] or ["torch", "amp", "autocast_mode", _] => null,
            ["torch" or "_operator" or "operator" or "math", ..] => TorchExportRules.NoOperator,
            // Any other name stays a text to the loader, unless a library has it registered.
            _ => TorchExportRules.ForeignOperator,
        };
    }

    private static FindingRule? JudgeOperator(string library, string name) =>
        library == "aten" && name is "from_file" or "save" ? TorchExportRules.FileOperator
        : library == "higher_order" && !HigherOrder.Contains(name) ? TorchExportRules.ForeignOperator : Libraries.Contains(library) ? null : TorchExportRules.ForeignOperator;

    private static readonly HashSet<string> Libraries = new(StringComparer.Ordinal)
    {
        "aten", "prim", "prims", "higher_order", "quantized", "quantized_decomposed", "_quantized", "sparse", "torchvision", "torchaudio", "_c10d_functional",
        "_c10d_functional_autograd", "c10d", "c10d_functional", "inductor", "mkl", "mkldnn", "mkldnn_prepacked", "onednn", "prepacked", "rngprims", "xnnpack", "export",
        "static_runtime", "fsdp", "nested",
    };

    // torch/_higher_order_ops; what hands over to another program (aoti_call_delegate, executorch_call_delegate) or to an object of a library (call_torchbind) is none of these.
    private static readonly HashSet<string> HigherOrder = new(StringComparer.Ordinal)
    {
        "cond", "while_loop", "while_loop_stack_output", "scan", "associative_scan", "map", "map_impl", "switch", "wrap", "wrap_with_set_grad_enabled", "wrap_with_autocast",
        "wrap_activation_checkpoint", "tag_activation_checkpoint", "checkpoint", "flex_attention", "flex_attention_backward", "auto_functionalized", "auto_functionalized_v2",
        "with_effects", "out_dtype", "strict_mode", "hints_wrapper", "run_const_graph", "invoke_subgraph", "invoke_quant", "invoke_quant_packed", "custom_function_call",
        "autograd_function_apply", "foreach_map", "dynamo_bypassing_wrapper", "local_map_hop", "print",
    };

    private static readonly HashSet<string> Arithmetic = new(StringComparer.Ordinal)
    {
        "add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow", "neg", "pos", "abs", "eq", "ne", "lt", "le", "gt", "ge", "and_", "or_", "xor", "not_", "invert", "inv",
        "lshift", "rshift", "getitem", "index", "truth", "is_", "is_not", "contains",
    };
}
