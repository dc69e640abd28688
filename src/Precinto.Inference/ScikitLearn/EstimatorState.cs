using System.Buffers.Binary;
using Precinto.Formats.Numpy;
using Precinto.Formats.Pickle;
using Precinto.Inspection;

namespace Precinto.Inference.ScikitLearn;

/// <summary>
/// The attributes of one estimator in a pickle. Everything that is read must have the type and the shape that scikit-learn gives it:
/// a model that disagrees with itself is refused, never guessed at.
/// </summary>
internal sealed class EstimatorState
{
    private readonly PickleDocument _document;
    private readonly PickleDictionary _attributes;

    private EstimatorState(PickleDocument document, PickleObject made, PickleDictionary attributes)
    {
        _document = document;
        _attributes = attributes;
        Module = made.Class!.Module;
        Type = made.Class.Name;
        Arguments = made.Arguments.Tuple?.Items ?? [];
    }

    public string Module { get; }

    public string Type { get; }

    /// <summary>What the constructor was called with.</summary>
    public PickleValue[] Arguments { get; }

    public static EstimatorState Read(PickleValue value, PickleDocument document)
    {
        if (value.Object is not { Class: { } } made || made.Attributes is not { } attributes)
            throw new PredictionException(PredictionFault.Model, "The file holds no estimator.");
        if (made.BuildCount != 1 || attributes.Entries.Count > MaximumAttributes || made.Entries is not null || made.Elements is not null || !made.Keywords.IsNone)
            throw new PredictionException(PredictionFault.Model, $"The {made.Class} was not restored the way scikit-learn writes it.");

        EstimatorState state = new(document, made, attributes);
        foreach (var entry in attributes.Entries)
        {
            // An attribute of the instance hides the method of the class: it would answer in its place.
            if (entry.Key.Text is not { } name || Methods.Contains(name) || name.StartsWith("__", StringComparison.Ordinal))
                throw state.Refuse("replaces a method");
        }

        return state;
    }

    public bool Is(string module, string type) => Module == module && Type == type;

    public bool Has(string name) => _attributes.TryGet(name, out var value) && !value.IsNone;

    public PickleValue Value(string name) => _attributes.TryGet(name, out var value) ? value : throw Refuse($"lacks {name}");

    public EstimatorState State(string name) => Read(Value(name), _document);

    public EstimatorState State(PickleValue value) => Read(value, _document);

    public string? Text(string name) => _attributes.TryGet(name, out var value) ? value.Text : null;

    public bool Flag(string name) => Scalar(name) is { Kind: ScalarKind.Boolean } flag ? flag.AsBoolean() : throw Refuse($"has no truth value in {name}");

    public int Count(string name)
    {
        if (Scalar(name) is { Kind: ScalarKind.Integer } scalar && scalar.AsInteger() is > 0 and <= MaximumCount and var count)
            return (int)count;
        throw Refuse($"has no count in {name}");
    }

    public double Number(string name) => Scalar(name) switch
    {
        { Kind: ScalarKind.Real } real => Finite(real.AsReal(), name),
        { Kind: ScalarKind.Integer } whole => whole.AsInteger(),
        _ => throw Refuse($"has no number in {name}"),
    };

    /// <summary>The number of features: every version since 0.24 states it; trees and forests before under another name.</summary>
    public int FeatureCount() => Has("n_features_in_") ? Count("n_features_in_") : Count("n_features_");

    public IReadOnlyList<ScalarValue> Classes()
    {
        var classes = ArrayOf(Value("classes_"), "classes_") is { Shape.Count: 1 } array ? array.ReadScalars(MaximumClasses) : null;
        if (classes is null || classes.Count < 1 || classes.Distinct().Count() != classes.Count)
            throw Refuse("has classes that are none");
        return classes;
    }

    /// <summary>The names of the columns that it was trained with, or null.</summary>
    public IReadOnlyList<string>? FeatureNames()
    {
        if (!Has("feature_names_in_"))
            return null;
        var names = ArrayOf(Value("feature_names_in_"), "feature_names_in_").ReadScalars(MaximumCount)
            ?? throw Refuse("has names of features that are none");
        return [.. names.Select(name => name.Kind == ScalarKind.Text ? name.AsText() : throw Refuse("has names of features that are none"))];
    }

    public double[] Vector(string name, int length) => Numbers(Value(name), name, length);

    /// <summary>A matrix, row after row.</summary>
    public double[] Matrix(string name, int rows, int columns) => Numbers(Value(name), name, rows, columns);

    public NumpyArray ArrayOf(PickleValue value, string name) =>
        NumpyArray.TryRead(value, _document) ?? throw Refuse($"has no array in {name}");

    public byte[] BytesOf(NumpyArray array, string name)
    {
        var bytes = array.ReadBytes(MaximumBytes);
        if (bytes is null || bytes.Length != array.Count * array.Type.ItemSize)
            throw Refuse($"has an array in {name} whose bytes are not to be had");
        return bytes;
    }

    public IReadOnlyList<PickleValue> List(string name, int length)
    {
        var items = Value(name).List?.Items ?? throw Refuse($"has no list in {name}");
        return length == 0 || items.Count == length ? items : throw Refuse($"has {items.Count} entries in {name} where {length} belong");
    }

    /// <summary>The elements of an array of a given shape, last index fastest, all finite.</summary>
    public double[] Numbers(PickleValue value, string name, params ReadOnlySpan<int> shape)
    {
        var array = ArrayOf(value, name);
        if (array.Shape.Count != shape.Length)
            throw Refuse($"has {array.Shape.Count} dimensions in {name} where {shape.Length} belong");
        for (var dimension = 0; dimension < shape.Length; dimension++)
        {
            if (array.Shape[dimension] != shape[dimension])
                throw Refuse($"has a length of {array.Shape[dimension]} in {name} where {shape[dimension]} belongs");
        }

        if (array.Type is not { Kind: NumpyKind.Real or NumpyKind.SignedInteger or NumpyKind.UnsignedInteger, Fields.Count: 0 })
            throw Refuse($"has no numbers in {name}");

        var bytes = BytesOf(array, name);
        var size = array.Type.ItemSize;
        var numbers = new double[array.Count];
        for (var index = 0; index < numbers.Length; index++)
            numbers[index] = Finite(Element(array.Type, bytes.AsSpan(index * size, size), name), name);
        return array.IsFortran ? FromFortran(numbers, shape) : numbers;
    }

    public PredictionException Refuse(string reason) => new(PredictionFault.Model, $"The {Module}.{Type} in the file {reason}.");

    private static double[] FromFortran(double[] numbers, ReadOnlySpan<int> shape)
    {
        var ordered = new double[numbers.Length];
        Span<int> at = stackalloc int[shape.Length];
        for (var index = 0; index < ordered.Length; index++)
        {
            long source = 0;
            for (var dimension = shape.Length - 1; dimension >= 0; dimension--)
                source = (source * shape[dimension]) + at[dimension];
            ordered[index] = numbers[source];
            for (var dimension = shape.Length - 1; dimension >= 0 && ++at[dimension] == shape[dimension]; dimension--)
                at[dimension] = 0;
        }

        return ordered;
    }

    private double Element(NumpyDataType type, ReadOnlySpan<byte> bytes, string name) => NumpyArray.TryScalar(type, bytes) switch
    {
        { Kind: ScalarKind.Real } real => real.AsReal(),
        { Kind: ScalarKind.Integer } whole => whole.AsInteger(),
        _ => throw Refuse($"has numbers of an unknown type in {name}"),
    };

    private double Finite(double value, string name) => double.IsFinite(value) ? value : throw Refuse($"has a number in {name} that is not finite");

    private ScalarValue? Scalar(string name) => PickleScalars.TryRead(Value(name), _document);

    public static long ReadInteger(ReadOnlySpan<byte> bytes, bool isBigEndian) =>
        isBigEndian ? BinaryPrimitives.ReadInt64BigEndian(bytes) : BinaryPrimitives.ReadInt64LittleEndian(bytes);

    public static double ReadReal(ReadOnlySpan<byte> bytes, bool isBigEndian) =>
        isBigEndian ? BinaryPrimitives.ReadDoubleBigEndian(bytes) : BinaryPrimitives.ReadDoubleLittleEndian(bytes);

    private static readonly HashSet<string> Methods = new(StringComparer.Ordinal)
    {
        "predict", "predict_proba", "predict_log_proba", "decision_function", "transform", "apply", "fit", "score", "steps_",
        "_validate_X_predict", "_predict_proba_lr", "_decision_function", "_joint_log_likelihood", "_forward_pass", "_forward_pass_fast",
        "_raw_predict", "_raw_predict_init", "_predict", "_predict_stages", "_validate_data", "_check_feature_names", "_check_n_features", "_check_X",
        "_iter", "_final_estimator", "_can_transform", "get_params", "set_params", "_more_tags", "_get_tags", "named_steps",
    };

    private const int MaximumAttributes = 1000;
    private const int MaximumCount = 1 << 24;
    private const int MaximumClasses = 1 << 20;
    private const int MaximumBytes = 1 << 30;
}
