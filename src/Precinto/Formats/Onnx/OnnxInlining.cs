using Precinto.Inspection;

namespace Precinto.Formats.Onnx;

/// <summary>
/// The functions of a model: a runtime replaces each call by the nodes of the function when it loads the model.
/// </summary>
internal sealed class OnnxInlining
{
    private readonly CallGraph<OnnxFunctionName> _functions = new();

    public OnnxInlining() => Training = OnnxScope.Apart(Main.Calls);

    /// <summary>The model's own graph, where it begins to call.</summary>
    public OnnxScope Main { get; } = OnnxScope.Main([]);

    /// <summary>The graphs of training: they see no names of the model's own, and what they call is counted with it.</summary>
    public OnnxScope Training { get; }

    public void Add(OnnxFunctionName name, Dictionary<OnnxFunctionName, long> calls, long position) => _functions.Add(name, calls, position);

    /// <summary>Says what is wrong with the calls, once all functions are known.</summary>
    public void Judge(InspectionContext context)
    {
        if (_functions.FindLoop() is var (name, position))
            context.Add(OnnxRules.Expansion, $"The function '{name.Name}' calls itself, at once or by way of others.", position);
        else if (_functions.SizeOf(Main.Calls) > CallGraph<OnnxFunctionName>.MostNodes)
            context.Add(OnnxRules.Expansion, $"Its functions make more than {CallGraph<OnnxFunctionName>.MostNodes} nodes when each call is replaced by what the function does.");
    }
}
