using Precinto.Inspection;

namespace Precinto.Formats.Pickle;

/// <summary>What the object in a pickle says of itself: an estimator of scikit-learn or of a library that follows its conventions.</summary>
internal static class EstimatorFacts
{
    public static void Write(PickleDocument document, ModelFacts facts)
    {
        if (document.Root.Object is not { Class: { } made } root || made.Standing is ImportStanding.Conditional)
            return;

        var package = made.Module.Split('.')[0];
        facts.Framework = package switch
        {
            "sklearn" => "scikit-learn",
            "torch" => "pytorch",
            "numpy" or "scipy" or "pandas" or "xgboost" or "lightgbm" or "catboost" => package,
            _ => null,
        };
        facts.Type = NumpyArray.IsArray(document.Root) ? "ndarray" : PickleSession.Quote(made.Name);
        facts.Module = PickleSession.Quote(made.Module);
        if (NumpyArray.IsArray(document.Root))
        {
            facts.Module = "numpy";
            facts.Framework = "numpy";
            WriteArray(document, facts);
            return;
        }

        if (root.Attributes is not { } attributes)
            return;

        if (attributes.TryGet("_sklearn_version", out var version) && version.Text is { Length: <= 100 } text)
            facts.FrameworkVersion = text;
        facts.FeatureCount = FeatureCount(document.Root, document);
        facts.Classes = Classes(document.Root, document);
        facts.Settings = Settings(attributes, document);
        facts.ParameterCount = ParameterCount(attributes, document);
    }

    // A pipeline takes what its first step takes, and answers what its last one answers.
    private static long? FeatureCount(PickleValue estimator, PickleDocument document)
    {
        for (var depth = 0; depth < MaximumSteps; depth++)
        {
            if (estimator.Object?.Attributes is not { } attributes)
                return null;
            foreach (var name in FeatureNames)
            {
                if (attributes.TryGet(name, out var value) && PickleScalars.TryRead(value, document) is { Kind: ScalarKind.Integer } count)
                    return count.AsInteger();
            }

            if (Step(attributes, first: true) is not { } step)
                return null;
            estimator = step;
        }

        return null;
    }

    private static IReadOnlyList<ScalarValue>? Classes(PickleValue estimator, PickleDocument document)
    {
        for (var depth = 0; depth < MaximumSteps; depth++)
        {
            if (estimator.Object is not { Class: { } made, Attributes: { } attributes } || made.Name is "LabelEncoder" or "LabelBinarizer" or "MultiLabelBinarizer")
                return null;
            if (attributes.TryGet("classes_", out var classes) || attributes.TryGet("_classes", out classes))
                return NumpyArray.TryRead(classes, document) is { Shape.Count: 1 } array ? array.ReadScalars(MaximumClasses) : null;
            if (Step(attributes, first: false) is not { } step)
                return null;
            estimator = step;
        }

        return null;
    }

    private static PickleValue? Step(PickleDictionary attributes, bool first)
    {
        if (!attributes.TryGet("steps", out var steps) || steps.List is not { Items.Count: > 0 } list)
            return null;

        return list.Items[first ? 0 : ^1].Tuple is { Items: [_, var step] } ? step : null;
    }

    // The constructor's parameters stand first; what was learned ends in an underscore, what is private begins with one.
    private static List<KeyValuePair<string, ScalarValue>> Settings(PickleDictionary attributes, PickleDocument document)
    {
        List<KeyValuePair<string, ScalarValue>> settings = [];
        foreach (var (key, value) in attributes.Entries.Take(MaximumSettings))
        {
            if (key.Text is { Length: > 0 and <= 200 } name && !name.EndsWith('_') && !name.StartsWith('_')
                && PickleScalars.TryRead(value, document) is { } scalar && (scalar.Kind != ScalarKind.Text || scalar.AsText().Length <= 1000))
                settings.Add(new(name, scalar));
        }

        return settings;
    }

    private static long? ParameterCount(PickleDictionary attributes, PickleDocument document)
    {
        long count = 0;
        var isKnown = false;
        foreach (var name in new[] { "coef_", "intercept_", "coefs_", "intercepts_" })
        {
            if (!attributes.TryGet(name, out var value))
                continue;

            PickleValue[] parts = value.List is { Items.Count: <= 1000 } list ? [.. list.Items] : [value];
            foreach (var part in parts)
            {
                long? size = NumpyArray.TryRead(part, document)?.Count ?? (PickleScalars.TryRead(part, document) is null ? null : 1);
                if (size is null or > long.MaxValue / 4096)
                    return null;
                count += size.Value;
                isKnown = true;
            }
        }

        return isKnown ? count : null;
    }

    private static void WriteArray(PickleDocument document, ModelFacts facts)
    {
        if (NumpyArray.TryRead(document.Root, document) is not { } array)
            return;

        facts.Tensors = [new("", array.Type.Name, [.. array.Shape.Select(dimension => (long?)dimension)])];
    }

    private static readonly string[] FeatureNames = ["n_features_in_", "n_features_", "_n_features", "n_features"];
    private const int MaximumSteps = 8;
    private const int MaximumClasses = 10_000;
    private const int MaximumSettings = 1000;
}
