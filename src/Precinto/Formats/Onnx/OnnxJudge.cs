using Precinto.Inspection;

namespace Precinto.Formats.Onnx;

/// <summary>Says what is wrong with a model that was read.</summary>
internal sealed class OnnxJudge(OnnxSummary summary, InspectionContext context)
{
    public void Judge()
    {
        foreach (var (key, use) in summary.Operators)
            JudgeOperator(key.Domain, key.Name, use.Count, use.Position);
        if (summary.FileOperator is { } reaching)
            context.Add(OnnxRules.FileOperator, "An operator of PyTorch that reads or writes a file is called.", reaching);
        if (summary.HasMoreOperators)
            context.Add(InspectionRules.LimitReached, $"Uses more than {summary.Operators.Count} different operators.");

        HashSet<string> plain = new(StringComparer.Ordinal);
        foreach (var (reference, position, isAmbiguous) in summary.ExternalAsFound)
            JudgeReference(reference, position, isAmbiguous, plain);
        JudgeEngines(plain);
    }

    private void JudgeEngines(HashSet<string> plain)
    {
        if (summary.Engines is not [var (_, first), ..])
            return;
        context.Add(OnnxRules.Engine, $"{summary.Engines.Count} nodes run an engine that was compiled for an execution provider.", first);
        foreach (var (file, position) in summary.Engines)
        {
            if (file is null)
                continue;
            OnnxExternalReference reference = new("EPContext", file, 0, null, null, false);
            if (reference.LeadsOutside && plain.Add(file))
                context.Add(OnnxRules.ExternalOutside, $"The engine of a node is at '{file}'.", position);
            else if (plain.Add(file))
                context.Add(OnnxRules.ExternalFile, $"The engine of a node lies in '{file}'.", position);
        }
    }

    private void JudgeOperator(string domain, string name, long count, long position)
    {
        if (RunsPython(name))
            context.Add(OnnxRules.PythonOperator, $"{count} nodes are of the operator '{name}', which runs Python code.", position);
        else if (!IsKnownDomain(domain) && !summary.Functions.Contains((domain, name)))
            context.Add(OnnxRules.CustomOperator, $"{count} nodes are of the operator '{name}' of the domain '{domain}'.", position);
    }

    private void JudgeReference(OnnxExternalReference reference, long position, bool isAmbiguous, HashSet<string> plain)
    {
        if (reference.LeadsOutside)
            context.Add(OnnxRules.ExternalOutside, $"The data of '{reference.Tensor}' is at '{reference.Location}'.", position);
        else if (!reference.IsPlain)
            context.Add(OnnxRules.ExternalStrange, $"The data of '{reference.Tensor}' is at '{reference.Location}', which is no plain path.", position);
        else if (plain.Add(reference.Location!))
            context.Add(OnnxRules.ExternalFile, $"Weights lie in '{reference.Location}'.", position);

        if (isAmbiguous)
            context.Add(OnnxRules.ExternalStrange, $"The reference of '{reference.Tensor}' states something twice, or what no reference states.", position);
        if (!reference.HasPlainRange)
            context.Add(OnnxRules.ExternalStrange, $"The reference of '{reference.Tensor}' has a broken offset, or a length that its dimensions do not take.", position);
    }

    // onnxruntime-extensions' PyOp, onnxruntime-training's PythonOp and TritonOp, and what converters have called theirs.
    internal static bool RunsPython(string name) => name.ToUpperInvariant() is
        "PYOP" or "PYTHONOP" or "PYTHONOPGRAD" or "PYFUNC" or "PYFUNCTION" or "PYTHONFUNCTION" or "PYCUSTOMOP" or "PYTHONCUSTOMOP"
        or "EAGERPYFUNC" or "TRITONOP" or "PYCALL" or "PYTHONCALL" or "PYTHON" or "PYEVAL" or "PYTHONEVAL";

    // What org.pytorch.aten:ATen calls by its attribute, as PyTorch's exporter falls back to it: of all of them these two reach files, as in TorchScript.
    internal static bool ReachesFiles(string? called) => called is "from_file" or "save" or "aten::from_file" or "aten::save";

    // ONNX' own, and those of ONNX Runtime (onnxruntime/core/graph/constants.h); saving an optimised model writes the latter.
    private static bool IsKnownDomain(string domain) => domain is
        "" or "ai.onnx" or "ai.onnx.ml" or "ai.onnx.training" or "ai.onnx.preview" or "ai.onnx.preview.training"
        or "com.microsoft" or "com.microsoft.nchwc" or "com.microsoft.experimental" or "com.microsoft.dml" or "com.ms.internal.nhwc" or "org.pytorch.aten";
}
