namespace Precinto.Inference.ScikitLearn;

/// <summary>Which estimators are computed: exactly these classes of exactly these modules, since a subclass may predict otherwise.</summary>
internal static class EstimatorReader
{
    public const string Supported =
        "DecisionTree, ExtraTree, RandomForest, ExtraTrees, GradientBoosting and MLP classifiers and regressors, LogisticRegression, GaussianNB, "
        + "LinearRegression, Ridge, Lasso, ElasticNet, and a Pipeline of StandardScaler or MinMaxScaler before one of them";

    public static Estimator Read(EstimatorState state) => (state.Module, state.Type) switch
    {
        ("sklearn.tree._classes" or "sklearn.tree.tree", "DecisionTreeClassifier" or "ExtraTreeClassifier") => TreeClassifier.Read(state),
        ("sklearn.tree._classes" or "sklearn.tree.tree", "DecisionTreeRegressor" or "ExtraTreeRegressor") => TreeRegressor.Read(state),
        ("sklearn.ensemble._forest" or "sklearn.ensemble.forest", "RandomForestClassifier") => TreeClassifier.ReadForest(state, "DecisionTreeClassifier"),
        ("sklearn.ensemble._forest" or "sklearn.ensemble.forest", "ExtraTreesClassifier") => TreeClassifier.ReadForest(state, "ExtraTreeClassifier"),
        ("sklearn.ensemble._forest" or "sklearn.ensemble.forest", "RandomForestRegressor") => TreeRegressor.ReadForest(state, "DecisionTreeRegressor"),
        ("sklearn.ensemble._forest" or "sklearn.ensemble.forest", "ExtraTreesRegressor") => TreeRegressor.ReadForest(state, "ExtraTreeRegressor"),
        ("sklearn.ensemble._gb", "GradientBoostingClassifier") => BoostingClassifier.Read(state),
        ("sklearn.ensemble._gb", "GradientBoostingRegressor") => BoostingRegressor.Read(state),
        ("sklearn.linear_model._logistic", "LogisticRegression") => LogisticClassifier.Read(state),
        ("sklearn.linear_model._base", "LinearRegression") => LinearRegressor.Read(state),
        ("sklearn.linear_model._ridge", "Ridge") => LinearRegressor.Read(state),
        ("sklearn.linear_model._coordinate_descent", "Lasso" or "ElasticNet") => LinearRegressor.Read(state),
        ("sklearn.naive_bayes", "GaussianNB") => GaussianClassifier.Read(state),
        ("sklearn.neural_network._multilayer_perceptron", "MLPClassifier") => PerceptronClassifier.Read(state),
        ("sklearn.neural_network._multilayer_perceptron", "MLPRegressor") => PerceptronRegressor.Read(state),
        ("sklearn.preprocessing._data", "StandardScaler") => StandardScaler.Read(state),
        ("sklearn.preprocessing._data", "MinMaxScaler") => MinMaxScaler.Read(state),
        _ => throw new PredictionException(PredictionFault.Model, $"Predictions of {state.Module}.{state.Type} are not computed here; these are: {Supported}."),
    };

    /// <summary>The steps of a pipeline, or the estimator alone.</summary>
    public static (IReadOnlyList<Transformer> Transformers, Estimator Last, EstimatorState First) ReadAll(EstimatorState state)
    {
        if (!state.Is("sklearn.pipeline", "Pipeline"))
            return ([], Read(state), state);

        var steps = state.List("steps", 0);
        if (steps.Count is 0 or > MaximumSteps)
            throw state.Refuse($"has {steps.Count} steps");

        List<Transformer> transformers = [];
        EstimatorState? first = null;
        for (var index = 0; index < steps.Count; index++)
        {
            if (steps[index].Tuple is not { Items: [{ Text: not null }, var step] })
                throw state.Refuse("has a step that is none");
            if (index < steps.Count - 1 && (step.Text == "passthrough" || step.IsNone))
                continue;

            var part = state.State(step);
            first ??= part;
            var estimator = Read(part);
            if (index == steps.Count - 1)
            {
                if (transformers.Exists(transformer => transformer.FeatureCount != estimator.FeatureCount))
                    throw state.Refuse("has steps for different numbers of features");
                return (transformers, estimator, first);
            }

            transformers.Add(estimator as Transformer ?? throw state.Refuse($"has {part.Type} before its last step"));
        }

        throw state.Refuse("has no last step");
    }

    private const int MaximumSteps = 100;
}
