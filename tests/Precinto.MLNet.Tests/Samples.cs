using System.Globalization;
using System.Text;

namespace Precinto.MLNet.Tests;

/// <summary>Tables to train on.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset CreatedAt = new(2026, 3, 1, 12, 30, 45, TimeSpan.Zero);

    public static string IrisPath => Path.Combine(AppContext.BaseDirectory, "iris.csv");

    public static TrainingData Iris() => TrainingData.ReadCsv(IrisPath, "species");

    /// <summary>Iris with whole numbers for classes, neither from 0 nor in a row, one of them negative.</summary>
    public static TrainingData IrisWithIntegers() => Read(
        File.ReadAllText(IrisPath).Replace("setosa", "40", StringComparison.Ordinal).Replace("versicolor", "-7", StringComparison.Ordinal)
            .Replace("virginica", "5000000000", StringComparison.Ordinal), "species");

    /// <summary>Two classes that one feature separates, and another feature that never varies.</summary>
    public static TrainingData TwoClasses()
    {
        StringBuilder text = new("constant,size,kind\n");
        for (var row = 0; row < 60; row++)
            text.Append(CultureInfo.InvariantCulture, $"3.5,{row},{(row < 25 ? "small" : "large")}\n");
        return Read(text.ToString(), "kind");
    }

    public static TrainingData Read(string text, string labelColumn = "y", string displayName = "t.csv") =>
        Read(Encoding.UTF8.GetBytes(text), labelColumn, displayName);

    public static TrainingData Read(byte[] bytes, string labelColumn = "y", string displayName = "t.csv")
    {
        using MemoryStream stream = new(bytes);
        return TrainingData.ReadCsv(stream, labelColumn, displayName);
    }

    public static TrainingOptions Options(TrainingAlgorithm algorithm, int seed = 0) => new() { Algorithm = algorithm, Seed = seed, CreatedAt = CreatedAt };
}
