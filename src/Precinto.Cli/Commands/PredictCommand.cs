using System.CommandLine;
using System.Text.Json;
using Precinto.Cli.Inputs;
using Precinto.Cli.Output;
using Precinto.Inference;
using Precinto.Verification;

namespace Precinto.Cli.Commands;

/// <summary><c>precinto predict</c>: verifies, then predicts from the verified bytes, or refuses.</summary>
internal static class PredictCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var model = CommonOptions.Model();
        Option<string> input = new("--input")
        {
            Description = "One row such as 5.1,3.5,1.4,0.2, a FILE.json, a FILE.csv with a header, or - for either on stdin",
            HelpName = "VALUES|FILE|-",
            Required = true,
        };
        TrustOptions trust = new();
        var json = CommonOptions.Json();
        DocumentedCommand command = new(
            "predict",
            "Verifies a model and predicts from the verified bytes; a model that is rejected predicts nothing.",
            "precinto predict models/iris.onnx --input 5.1,3.5,1.4,0.2 --key release.pub",
            "precinto predict folder/ --input rows.csv --policy policy.json --json",
            "echo '[[5.1, 3.5, 1.4, 0.2]]' | precinto predict models/iris.onnx --input - --key release.pub")
        {
            model, input,
        };
        trust.AddTo(command);
        command.Options.Add(json);
        command.SetAction(async (parsed, cancellation) => (int)await RunAsync(
            surroundings, parsed, parsed.GetValue(model)!, parsed.GetValue(input)!, trust, parsed.GetValue(json), cancellation).ConfigureAwait(false));
        return command;
    }

    private static async Task<ExitCode> RunAsync(
        Surroundings surroundings, ParseResult parsed, string model, string input, TrustOptions trust, bool json, CancellationToken cancellation)
    {
        var expectations = trust.ReadExpectations(parsed);
        Verifier verifier = new(trust.ReadPolicy(parsed, surroundings), surroundings.Time);
        var table = InputSource.Read(input, surroundings.Input);
        var report = await ProgressBar.RunAsync(
            surroundings, "verifying", model, progress => verifier.VerifyAndSealAsync(model, expectations, progress, cancellation)).ConfigureAwait(false);
        if (!report.TryGetSealed(out var sealedModel))
        {
            Refuse(surroundings, report, json);
            return ExitCode.Rejected;
        }

        using (sealedModel)
        {
            using var predictor = ModelPredictor.Load(sealedModel, cancellation);
            var prediction = predictor.Predict(table);
            if (json)
                WriteJson(surroundings.Output, report, prediction);
            else
                foreach (var value in prediction.Values)
                    surroundings.Output.WriteLine(Escaping.Escape(value.ToString()));
        }

        return ExitCode.Success;
    }

    private static void Refuse(Surroundings surroundings, VerificationReport report, bool json)
    {
        if (json)
            ReportJson.Write(surroundings.Output, report);
        else
            ReportText.Write(surroundings.Error, report, colour: false);
        surroundings.Error.WriteLine($"precinto: no prediction: the model was {(report.Verdict == Verdict.Tolerated ? "only tolerated" : "rejected")}");
    }

    private static void WriteJson(TextWriter output, VerificationReport report, Prediction prediction) => JsonText.Write(output, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("schema", "precinto.prediction/v1");
        writer.WriteModel(report);
        writer.WriteScalars("predictions", prediction.Values);
        WriteProbabilities(writer, prediction.Probabilities);
        writer.WriteScalars("classes", prediction.Classes);
        writer.WriteEndObject();
    });

    private static void WriteProbabilities(Utf8JsonWriter writer, IReadOnlyList<IReadOnlyList<double>>? rows)
    {
        if (rows is null)
        {
            writer.WriteNull("probabilities");
            return;
        }

        writer.WriteStartArray("probabilities");
        foreach (var row in rows)
        {
            writer.WriteStartArray();
            foreach (var value in row)
                writer.WriteProbability(value);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }
}
