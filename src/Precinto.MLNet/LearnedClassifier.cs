using Microsoft.ML;
using Microsoft.ML.Data;
using Precinto.Inspection;
using Precinto.MLNet.Onnx;

namespace Precinto.MLNet;

/// <summary>What ML.NET learned: it can answer through ML.NET, and be written as a graph that answers the same.</summary>
internal abstract class LearnedClassifier
{
    private protected LearnedClassifier()
    {
    }

    public abstract string ModelType { get; }

    public abstract string Algorithm { get; }

    /// <summary>The probability of each class for each row, computed by ML.NET.</summary>
    public abstract float[][] Predict(LabelledRows rows);

    /// <summary>The same computation from <see cref="Input"/> to <see cref="Label"/> and <see cref="Probabilities"/>.</summary>
    public OnnxGraph ToGraph(int featureCount, IReadOnlyList<ScalarValue> classes)
    {
        OnnxGraph graph = new("classifier");
        graph.AddInput(Input, OnnxElementType.Float, featureCount);
        WriteProbabilities(graph, classes);

        // The label is read off the probabilities that are handed out, so the two never disagree; of equals the first class wins.
        graph.AddNode("ArgMax", [Probabilities], "class_index", OnnxAttribute.Of("axis", 1), OnnxAttribute.Of("keepdims", 0));
        var areIntegers = classes[0].Kind == ScalarKind.Integer;
        graph.AddMachineLearningNode("LabelEncoder", "class_index", [Label],
            OnnxAttribute.Of("keys_int64s", [.. classes.Select((_, index) => (long)index)]),
            areIntegers
                ? OnnxAttribute.Of("values_int64s", [.. classes.Select(value => value.AsInteger())])
                : OnnxAttribute.Of("values_strings", [.. classes.Select(value => value.AsText())]));

        graph.AddOutput(Label, areIntegers ? OnnxElementType.Int64 : OnnxElementType.String);
        graph.AddOutput(Probabilities, OnnxElementType.Float, classes.Count);
        return graph;
    }

    private protected abstract void WriteProbabilities(OnnxGraph graph, IReadOnlyList<ScalarValue> classes);

    private protected static IDataView ToView(MLContext context, LabelledRows rows, Func<int, float> target, CancellationToken cancellation)
    {
        var schema = SchemaDefinition.Create(typeof(ExampleRow));
        schema[nameof(ExampleRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows.FeatureCount);
        schema[nameof(ExampleRow.Class)].ColumnType = new KeyDataViewType(typeof(uint), rows.ClassCount);
        return context.Data.LoadFromEnumerable(Enumerate(), schema);

        IEnumerable<ExampleRow> Enumerate()
        {
            for (var row = 0; row < rows.Count; row++)
            {
                cancellation.ThrowIfCancellationRequested();
                var classIndex = rows.ClassOf(row);
                yield return new() { Features = rows.FeaturesOf(row).ToArray(), Class = (uint)classIndex, Target = target(classIndex) };
            }
        }
    }

    public const string Input = "input";
    public const string Label = "label";
    public const string Probabilities = "probabilities";

    /// <summary>A row as ML.NET reads it. The class is its place from 0; ML.NET makes it a key, which counts from 1.</summary>
    private protected sealed class ExampleRow
    {
        public float[] Features { get; set; } = [];

        public uint Class { get; set; }

        public float Target { get; set; }
    }
}
