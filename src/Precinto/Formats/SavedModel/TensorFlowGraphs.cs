using Precinto.Files;
using Precinto.Formats.Protobuf;
using Precinto.Inspection;

namespace Precinto.Formats.SavedModel;

/// <summary>
/// Reads graphs and every function of their libraries, since calls lead there (framework/graph.proto, function.proto). Nodes are counted and
/// judged as they pass; only those that have to do with paths are kept.
/// </summary>
internal sealed class TensorFlowGraphs(ModelContent content, InspectionContext context)
{
    private readonly HashSet<string> _functions = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _operators = new(StringComparer.Ordinal);
    private readonly List<TensorFact> _placeholders = [];
    private readonly TensorFlowEffects _effects = new(content, context);
    private readonly TensorFlowExpansion _expansion = new(context);
    private long _nodes;
    private long _kept;

    public List<TensorFlowScope> Scopes { get; } = [];

    /// <summary>The names of all functions: a node may call one by having its name for an operator.</summary>
    public IReadOnlySet<string> Functions => _functions;

    public IReadOnlyDictionary<string, long> Operators => _operators;

    public IReadOnlyList<TensorFact> Placeholders => _placeholders;

    /// <summary>The number of elements of all constants of reals.</summary>
    public Int128 Elements { get; private set; }

    /// <summary>Reads the pieces of one graph: the wire format lets a message stand in several, which are one.</summary>
    public void Read(IReadOnlyList<(long Start, long Length)> pieces)
    {
        foreach (var piece in pieces)
            CollectFunctions(new(content, piece.Start, piece.Length));

        TensorFlowScope graph = new(null);
        Scopes.Add(graph);
        _expansion.Add(graph, 0);
        foreach (var piece in pieces)
        {
            ProtobufReader reader = new(content, piece.Start, piece.Length);
            while (reader.TryReadTag(out var field, out var wire))
            {
                if (field == 1)
                    ReadNode(reader, wire, graph);
                else if (field == 2)
                    ReadLibrary(reader, wire);
                else
                    reader.Skip(wire);
            }
        }
    }

    /// <summary>Judges what was read, also of a graph that breaks off.</summary>
    public void Judge()
    {
        _effects.Report();
        _expansion.Judge();
        new TensorFlowJudge(Scopes, _functions, context).Judge();
    }

    private void CollectFunctions(ProtobufReader reader) => reader.Follow([2, 1], wire =>
    {
        var name = "";
        var function = reader.Enter(wire);
        reader.Follow([1], kind => name = ReadSignature(reader, kind, null) ?? name);
        reader.Leave(function);
        if (_functions.Count < MostKept)
            _functions.Add(name);
        else
            NoticeLimit("functions", reader.Position);
    });

    private void ReadLibrary(ProtobufReader reader, ProtobufWire wire)
    {
        var outer = reader.Enter(wire);
        reader.Follow([1], kind => ReadFunction(reader, kind));
        reader.Leave(outer);
    }

    private void ReadFunction(ProtobufReader reader, ProtobufWire wire)
    {
        TensorFlowScope function = new("");
        var outer = reader.Enter(wire);
        var start = reader.Position;
        while (reader.TryReadTag(out var field, out var kind))
        {
            if (field == 1)
                function.Function = ReadSignature(reader, kind, function.Arguments) ?? function.Function;
            else if (field == 3)
                ReadNode(reader, kind, function);
            else
                reader.Skip(kind);
        }

        reader.Leave(outer);
        _expansion.Add(function, start);
        if (function.Users.Count > 0)
            Scopes.Add(function);
    }

    // OpDef: its name, and in each of input_arg a name.
    private static string? ReadSignature(ProtobufReader reader, ProtobufWire wire, List<string>? arguments)
    {
        string? name = null;
        var outer = reader.Enter(wire);
        while (reader.TryReadTag(out var field, out var kind))
        {
            if (field == 1)
                name = reader.ReadText(kind, TensorFlowNodeReader.TextBytes);
            else if (field == 2 && arguments is { Count: < MostArguments })
                arguments.Add(ReadSignature(reader, kind, null) ?? "");
            else
                reader.Skip(kind);
        }

        reader.Leave(outer);
        return name;
    }

    private void ReadNode(ProtobufReader reader, ProtobufWire wire, TensorFlowScope scope)
    {
        if (++_nodes % 4096 == 0)
            context.Cancellation.ThrowIfCancellationRequested();
        var node = TensorFlowNodeReader.Read(reader, wire);
        if (node.Operator.Length == 0)
            return;

        if (_operators.TryGetValue(node.Operator, out var count) || _operators.Count < MostListed)
            _operators[node.Operator] = count + 1;
        Elements += node.Elements;
        if (node.Operator == "Placeholder" && scope.Function is null && _placeholders.Count < MostListed)
            _placeholders.Add(new(node.Name, TensorFlowOperators.TypeName(node.Type), node.Shape ?? []));
        _effects.Take(node, scope);
        _expansion.Take(node, scope, _functions);

        var isUser = node.Functions.Count > 0 || _functions.Contains(node.Operator) || TensorFlowPaths.UseOf(node.Operator) != TensorFlowPathUse.None;
        if (!isUser && !IsOfPaths(node))
            return;
        if (_kept < MostKept)
            scope.Add(node, isUser);
        else
            NoticeLimit("nodes that have to do with paths", node.Position);
        _kept++;
    }

    private static bool IsOfPaths(TensorFlowNode node) =>
        node.Operator == "Const" ? node.Type == TensorFlowNodeReader.Text || node.Text is not null
        : TensorFlowPaths.Builds(node.Operator) || TensorFlowPaths.IsOrigin(node.Operator, TensorFlowPathUse.Asset);

    private void NoticeLimit(string what, long position)
    {
        if (_isNoticed)
            return;
        _isNoticed = true;
        context.Add(InspectionRules.LimitReached, $"Holds more than {MostKept} {what}; paths in the rest of them were not followed.", position);
    }

    private bool _isNoticed;

    private const long MostKept = 1_000_000;
    private const int MostListed = 20_000;
    private const int MostArguments = 10_000;
}
