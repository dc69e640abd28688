namespace Precinto.Formats.Torch;

/// <summary>What a value of TorchScript is, as far as its size goes.</summary>
internal enum TorchScriptKind
{
    Unknown,
    Number,
    Text,
    List,
    Tensor,
}

/// <summary>A value of TorchScript: how large it is, where that is known without what the archive holds.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">Its shape, and its numbers where they are few; of a text the letters.</param>
/// <param name="Total">What the elements of a list hold together.</param>
/// <param name="Path">What it is called by, as <c>torch.zeros</c>.</param>
internal sealed record TorchScriptValue(TorchScriptKind Kind, KnownValue Value, double Total, string Path = "")
{
    public static TorchScriptValue Unknown { get; } = new(TorchScriptKind.Unknown, new([]), 1);

    public double Count => Value.Count;

    public double? Number => this is { Kind: TorchScriptKind.Number, Value.Numbers: [var number] } ? number : null;

    public static TorchScriptValue Of(double number) => new(TorchScriptKind.Number, new([], [number]), 1);

    public static TorchScriptValue Text(double letters) => new(TorchScriptKind.Text, new([letters]), letters);

    public static TorchScriptValue Tensor(params double[] shape) => new(TorchScriptKind.Tensor, new(shape), KnownValue.CountOf(shape));

    public static TorchScriptValue List(double count, double total) => new(TorchScriptKind.List, new([count]), total);

    public static TorchScriptValue List(List<TorchScriptValue> items) => new(
        TorchScriptKind.List,
        new([items.Count], items.Count <= KnownValue.MostNumbers && items.TrueForAll(item => item.Number is not null) ? [.. items.Select(item => item.Number!.Value)] : null),
        items.Sum(item => item.Total));

    /// <summary>What an operator makes, by its sign or by the name that torch has for it.</summary>
    public static TorchScriptValue? Operate(string sign, TorchScriptValue left, TorchScriptValue right)
    {
        if (left.Number is { } a && right.Number is { } b)
            return Compute(sign, a, b) is { } number ? Of(number) : Unknown;
        if (left.Kind is TorchScriptKind.Text or TorchScriptKind.List || right.Kind is TorchScriptKind.Text or TorchScriptKind.List)
        {
            var (longer, times) = left.Number is { } first ? (right, first) : (left, right.Number ?? 1);
            return sign switch
            {
                "+" or "add" or "add_" or "%" => longer.Kind == TorchScriptKind.Text ? Text(left.Total + right.Total) : List(left.Count + right.Count, left.Total + right.Total),
                "*" or "mul" or "mul_" => longer.Kind == TorchScriptKind.Text ? Text(longer.Count * Math.Max(times, 0)) : List(longer.Count * Math.Max(times, 0), longer.Total * Math.Max(times, 0)),
                _ => Unknown,
            };
        }

        if (!IsOperator(sign))
            return null;
        return left.Kind == TorchScriptKind.Tensor || right.Kind == TorchScriptKind.Tensor ? Tensor(KnownShapes.Broadcast([left.Value.Shape, right.Value.Shape])) : Unknown;
    }

    /// <summary>What a function of PyTorch makes of what it is given; a method is given its object first.</summary>
    public static TorchScriptValue Call(string name, List<TorchScriptValue> given)
    {
        double[] numbers = [.. given.Select(value => value.Number).OfType<double>()];
        var listed = given.Where(value => value is { Kind: TorchScriptKind.List, Value.Numbers.Length: > 0 }).Select(value => value.Value.Numbers!).ToList();
        var product = listed.Count == 0 ? numbers.Aggregate(1.0, (count, number) => count * Math.Max(number, 1)) : listed.Max(lengths => lengths.Aggregate(1.0, (count, length) => count * (length == -1 ? 1 : Math.Max(length, 0))));
        var largest = given.Where(value => value.Kind is not (TorchScriptKind.Number or TorchScriptKind.Unknown)).Select(value => value.Total).DefaultIfEmpty(0).Max();
        var first = given.Count > 0 ? given[0] : Unknown;
        switch (name.TrimEnd('_'))
        {
            case "zeros" or "ones" or "empty" or "rand" or "randn" or "full" or "normal" or "new_zeros" or "new_ones" or "new_full" or "new_empty" or "empty_strided" or "expand"
                or "broadcast_to" or "resize" or "new_empty_strided" or "_empty_affine_quantized" or "sparse_coo_tensor" or "as_strided":
                return listed.Count > 0 || numbers.Length > 0 ? Tensor(listed is [var only] && only.All(length => length > 0) ? only : [product]) : Unknown;
            case "randint":
                return listed.Count > 0 ? Tensor(product) : Unknown;
            case "repeat" or "tile" or "interpolate" or "upsample" or "one_hot" or "repeat_interleave":
                return Tensor(Math.Max(first.Count, 1) * product);
            case "pad" or "constant_pad_nd":
                return Tensor(listed.Count > 0 ? Math.Max(first.Count, 1) * listed[0].Chunk(2).Aggregate(1.0, (count, pair) => count * (1 + pair.Sum(Math.Abs))) : largest);
            case "arange" or "range" or "__range_length":
                return SpanOf(numbers) is { } span && numbers.Length == given.Count(value => value.Number is not null || value.Kind == TorchScriptKind.Unknown) ? name == "range" ? List(span, 0) : Tensor(span) : Unknown;
            case "linspace" or "logspace" or "randperm" or "hann_window" or "hamming_window" or "bartlett_window" or "blackman_window" or "kaiser_window":
                return Tensor(numbers.DefaultIfEmpty(0).Max());
            case "eye":
                return Tensor(numbers is [var rows] ? rows * rows : product);
            case "tril_indices" or "triu_indices":
                return Tensor(product);
            case "cat" or "concat" or "stack" or "hstack" or "vstack" or "dstack" or "join" or "format" or "extend" or "block_diag":
                return first.Kind == TorchScriptKind.Text ? Text(given.Sum(value => value.Total)) : first.Kind == TorchScriptKind.List && name != "extend" ? Tensor(first.Total)
                    : first.Kind == TorchScriptKind.List ? List(given.Sum(value => value.Count), given.Sum(value => value.Total)) : Unknown;
            case "matmul" or "mm" or "bmm" or "outer" or "ger" or "kron" or "cdist" or "cartesian_prod" or "einsum" or "tensordot" or "meshgrid" or "diag" or "diag_embed":
                return Tensor(given.Aggregate(name.StartsWith("diag", StringComparison.Ordinal) ? first.Count : 1, (count, value) => count * Math.Max(value.Total, 1)));
            case "replace":
                return first.Kind == TorchScriptKind.Text ? Text(first.Count * Math.Max(given[^1].Count, 1)) : Unknown;
            case "ljust" or "rjust" or "center" or "zfill":
                return Text(numbers.Append(first.Count).Max());
            case "len" or "numel":
                return first.Kind is TorchScriptKind.Unknown or TorchScriptKind.Number ? Unknown : Of(first.Count);
            case "int" or "float" or "Int" or "Float" or "Scalar" or "floor" or "ceil" or "abs":
                return first.Number is { } whole ? Of(whole) : Unknown;
            case "annotate" or "unchecked_cast" or "uninitialized":
                return given.Count > 0 ? given[^1] : Unknown;
        }

        if (given.Count >= 2 && Operate(name.TrimEnd('_') switch { "pow" => "**", "sub" => "-", "floordiv" => "//", var other => other }, first, given[1]) is { } operated)
            return operated;
        return largest > 0 ? Tensor(largest) : Unknown;
    }

    private static bool IsOperator(string sign) => sign is "+" or "-" or "*" or "/" or "//" or "%" or "**" or "@" or "add" or "sub" or "mul" or "div" or "where" or "maximum" or "minimum";

    private static double? Compute(string sign, double left, double right) => sign switch
    {
        "+" or "add" => left + right,
        "-" or "sub" => left - right,
        "*" or "mul" => left * right,
        "/" or "div" => right == 0 ? 0 : left / right,
        "//" => right == 0 ? 0 : Math.Floor(left / right),
        "%" => right == 0 ? 0 : left - (right * Math.Floor(left / right)),
        "**" => Math.Pow(left, right),
        "<<" or "__lshift__" => left * Math.Pow(2, right),
        ">>" or "__rshift__" => Math.Floor(left / Math.Pow(2, right)),
        "|" or "^" => left + right,
        _ => null,
    };

    private static double? SpanOf(double[] numbers) => numbers switch
    {
        [var only] => Math.Max(only, 0),
        [var from, var to] => Math.Max(to - from, 0),
        [var from, var to, var by, ..] => by == 0 ? null : Math.Max(Math.Ceiling((to - from) / by), 0),
        _ => null,
    };
}
