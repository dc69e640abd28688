using Precinto.Formats.FlatBuffers;
using Precinto.Inspection;

namespace Precinto.Formats.ExecuTorch;

/// <summary>A method of a program (<c>ExecutionPlan</c> in schema/program.fbs), read to its last instruction.</summary>
internal sealed class ExecuTorchMethod
{
    private readonly Dictionary<int, TensorFact> _tensors = [];
    private readonly SortedDictionary<string, long> _parts = new(StringComparer.Ordinal);
    private readonly List<TensorFact> _constants = [];

    public string Name { get; private init; } = "";

    public IReadOnlyList<TensorFact> Inputs { get; private set; } = [];

    public IReadOnlyList<TensorFact> Outputs { get; private set; } = [];

    public IReadOnlyList<TensorFact> Constants => _constants;

    public long? Parameters { get; private set; }

    /// <summary>Operators and delegates, and how often they are called.</summary>
    public IReadOnlyDictionary<string, long> Parts => _parts;

    /// <param name="plan">The method.</param>
    /// <param name="constants">How many constants the program holds.</param>
    /// <param name="segments">How many segments the program has.</param>
    /// <param name="blobs">How many blobs for backends lie in the program itself.</param>
    /// <param name="context">Takes the findings.</param>
    public static ExecuTorchMethod Read(FlatTable plan, int constants, int segments, int blobs, InspectionContext context)
    {
        ExecuTorchMethod method = new() { Name = plan.Text(0, LongestName) ?? "" };
        var values = plan.Tables(2, MostValues);
        method.ReadValues(values, constants, context);
        method.Inputs = method.Find(plan, 3, values.Count, context);
        method.Outputs = method.Find(plan, 4, values.Count, context);

        var operators = plan.Tables(6, MostValues).ConvertAll(operation =>
            operation.Text(1, LongestName) is { Length: > 0 } overload ? $"{operation.Text(0, LongestName)}.{overload}" : operation.Text(0, LongestName) ?? "");
        var delegates = plan.Tables(7, MostValues).ConvertAll(backend => ReadDelegate(backend, segments, blobs, context));
        foreach (var foreign in operators.Where(name => !IsOfPyTorch(name)).Distinct())
            context.Add(ExecuTorchRules.ForeignOperator, $"'{foreign}' is computed by a library that the loading program must bring.", plan.Position);
        foreach (var chain in plan.Tables(5, MostValues))
            method.ReadChain(chain, operators, delegates, values.Count, context);
        return method;
    }

    private void ReadValues(List<FlatTable> values, int constants, InspectionContext context)
    {
        Int128 parameters = 0;
        var isExternal = false;
        for (var index = 0; index < values.Count; index++)
        {
            // A value is a union: the kind in field 0, the table in field 1.
            if (values[index].Integer(0, 1, 0) != Tensor)
                continue;
            var tensor = values[index].Table(1) ?? throw new MalformedModelException(values[index].Position, "A tensor is not there.");
            var extra = tensor.Table(9);
            var name = extra?.Text(1, LongestName) ?? $"value {index}";
            TensorFact fact = new(name, TypeName(tensor.Integer(0, 1, 0)), [.. tensor.Integers(2, MostDimensions).Select(size => size < 0 ? null : (long?)size)]);
            _tensors[index] = fact;
            if (TensorShape.Count([.. fact.Shape.Select(length => length ?? -1)]) is not { } count)
            {
                context.Add(ExecuTorchRules.Reference, $"The dimensions of '{name}' are impossible.", tensor.Position);
                continue;
            }

            var buffer = unchecked((uint)tensor.Integer(5, 4, 0));
            isExternal |= extra?.Integer(2, 1, 0) == 1;
            if (buffer == 0 && extra?.Integer(2, 1, 0) != 1)
                continue;
            // Initial values of what changes lie in lists of their own.
            if (buffer >= constants && tensor.Table(6) is null && extra?.Integer(2, 1, 0) != 1)
                context.Add(ExecuTorchRules.Reference, $"'{name}' is constant {buffer} of {constants}.", tensor.Position);
            parameters += count;
            _constants.Add(fact);
        }

        if (isExternal)
            context.Add(ExecuTorchRules.External, $"Tensors of '{Name}' lie in a file with data beside the program.");
        Parameters = parameters <= long.MaxValue ? (long)parameters : null;
    }

    private List<TensorFact> Find(FlatTable plan, int field, int count, InspectionContext context)
    {
        List<TensorFact> found = [];
        foreach (var index in plan.Integers(field, MostValues))
        {
            if (index < 0 || index >= count)
                context.Add(ExecuTorchRules.Reference, $"'{Name}' takes or gives value {index} of {count}.", plan.Position);
            else if (_tensors.TryGetValue(index, out var tensor))
                found.Add(tensor);
        }

        return found;
    }

    private static string ReadDelegate(FlatTable backend, int segments, int blobs, InspectionContext context)
    {
        var id = backend.Text(0, LongestName) ?? "";
        context.Add(ExecuTorchRules.Delegate, $"What the backend '{id}' computes was compiled for it.", backend.Position);
        if (backend.Table(1) is { } data)
        {
            var isSegment = data.Integer(0, 1, 0) == 1;
            var index = unchecked((uint)data.Integer(1, 4, 0));
            if (index >= (isSegment ? segments : blobs))
                context.Add(ExecuTorchRules.Reference, $"What the backend '{id}' computes is number {index} of {(isSegment ? segments : blobs)}.", data.Position);
        }

        return "delegate:" + id;
    }

    private void ReadChain(FlatTable chain, List<string> operators, List<string> delegates, int values, InspectionContext context)
    {
        foreach (var instruction in chain.Tables(2, MostValues))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var kind = instruction.Integer(0, 1, 0);
            if (kind is < KernelCall or > FreeCall || instruction.Table(1) is not { } call)
            {
                context.Add(ExecuTorchRules.Reference, $"An instruction of '{Name}' is of kind {kind}, or is none.", instruction.Position);
                continue;
            }

            // What is called, or where is gone to, is in field 0; values are what calls take.
            var target = call.Integer(0, 4, 0);
            List<int> used = [];
            if (kind is KernelCall or DelegateCall)
            {
                var names = kind == KernelCall ? operators : delegates;
                used = call.Integers(1, MostValues);
                if (target >= 0 && target < names.Count)
                    _parts[names[(int)target]] = _parts.GetValueOrDefault(names[(int)target]) + 1;
                else
                    context.Add(ExecuTorchRules.Reference, $"'{Name}' calls number {target} of {names.Count}.", call.Position);
            }
            else
            {
                used.Add((int)target);
                if (kind == MoveCall)
                    used.Add((int)call.Integer(1, 4, 0));
            }

            if (used.Exists(index => index < -1 || index >= values))
                context.Add(ExecuTorchRules.Reference, $"An instruction of '{Name}' takes a value beyond the {values} that there are.", call.Position);
        }
    }

    private static bool IsOfPyTorch(string name) =>
        name.Split("::") is ["aten" or "prim" or "executorch_prim" or "dim_order_ops" or "quantized_decomposed" or "et_copy", _];

    // schema/scalar_type.fbs.
    private static string TypeName(long type) => type switch
    {
        0 => "uint8",
        1 => "int8",
        2 => "int16",
        3 => "int32",
        4 => "int64",
        5 => "float16",
        6 => "float32",
        7 => "float64",
        11 => "bool",
        12 => "qint8",
        13 => "quint8",
        14 => "qint32",
        15 => "bfloat16",
        27 => "uint16",
        28 => "uint32",
        29 => "uint64",
        _ => $"type {type}",
    };

    private const int Tensor = 5;
    private const int KernelCall = 1;
    private const int DelegateCall = 2;
    private const int MoveCall = 3;
    private const int FreeCall = 5;
    private const int MostValues = 1_000_000;
    private const int MostDimensions = 64;
    private const int LongestName = 65_536;
}
