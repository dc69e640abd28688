namespace Precinto.Inference.ScikitLearn;

/// <summary>The layers of <c>MLPClassifier</c> and <c>MLPRegressor</c>.</summary>
internal sealed class Perceptron
{
    private readonly double[][] _weights;
    private readonly double[][] _biases;
    private readonly string _activation;

    private Perceptron(double[][] weights, double[][] biases, string activation)
    {
        _weights = weights;
        _biases = biases;
        _activation = activation;
    }

    public static Perceptron Read(EstimatorState state, int features, int outputs)
    {
        var activation = state.Text("activation");
        if (activation is not ("identity" or "logistic" or "tanh" or "relu"))
            throw state.Refuse("has an unknown activation");

        var layers = state.Count("n_layers_") - 1;
        if (layers < 1)
            throw state.Refuse("has no layers");
        var weights = state.List("coefs_", layers);
        var biases = state.List("intercepts_", layers);
        var matrices = new double[layers][];
        var vectors = new double[layers][];
        var width = features;
        for (var layer = 0; layer < layers; layer++)
        {
            var bias = state.ArrayOf(biases[layer], "intercepts_");
            if (bias.Shape is not [> 0 and <= 1 << 24 and var next])
                throw state.Refuse("has a layer of no width");
            matrices[layer] = state.Numbers(weights[layer], "coefs_", width, (int)next);
            vectors[layer] = state.Numbers(biases[layer], "intercepts_", (int)next);
            width = (int)next;
        }

        return width == outputs ? new(matrices, vectors, activation) : throw state.Refuse($"has {width} outputs where {outputs} belong");
    }

    /// <summary>The values of the last layer before its activation.</summary>
    public double[] Forward(double[] row)
    {
        var values = row;
        for (var layer = 0; layer < _weights.Length; layer++)
        {
            var next = (double[])_biases[layer].Clone();
            for (var input = 0; input < values.Length; input++)
            {
                var weights = _weights[layer].AsSpan(input * next.Length, next.Length);
                for (var output = 0; output < next.Length; output++)
                    next[output] += values[input] * weights[output];
            }

            if (layer + 1 < _weights.Length)
            {
                for (var output = 0; output < next.Length; output++)
                    next[output] = Activate(next[output]);
            }

            values = next;
        }

        return values;
    }

    private double Activate(double value) => _activation switch
    {
        "relu" => Math.Max(value, 0),
        "tanh" => Math.Tanh(value),
        "logistic" => value >= 0 ? 1 / (1 + Math.Exp(-value)) : Math.Exp(value) / (1 + Math.Exp(value)),
        _ => value,
    };
}
