using System.Text.Json;
using Precinto.Inspection;

namespace Precinto.Cli.Output;

/// <summary>Facts and findings in the members that <c>precinto.report/v1</c> and <c>precinto.inspection/v1</c> share.</summary>
internal static class FactsJson
{
    public static void WriteFacts(this Utf8JsonWriter writer, string name, ModelFacts? facts)
    {
        writer.WriteStartObject(name);
        if (facts is not null)
            WriteMembers(writer, facts);
        writer.WriteEndObject();
    }

    /// <summary>One finding; the path is written where findings of several files stand together.</summary>
    public static void WriteFinding(this Utf8JsonWriter writer, Finding finding, string? path)
    {
        writer.WriteStartObject();
        writer.WriteString("code", finding.Code);
        writer.WriteString("severity", NameOf(finding.Severity));
        writer.WriteProse("message", finding.Message);
        writer.WriteNumber("offset", finding.Offset);
        writer.WriteData("member", finding.Member);
        if (path is not null)
            writer.WriteData("path", path);
        writer.WriteEndObject();
    }

    public static string NameOf(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Danger => "danger",
        FindingSeverity.Warning => "warning",
        FindingSeverity.Info => "info",
        _ => throw new ArgumentOutOfRangeException(nameof(severity)),
    };

    public static string NameOf(InspectionVerdict verdict) => verdict switch
    {
        InspectionVerdict.Clean => "clean",
        InspectionVerdict.Suspicious => "suspicious",
        InspectionVerdict.Malformed => "malformed",
        InspectionVerdict.Dangerous => "dangerous",
        InspectionVerdict.Unknown => "unknown",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
    };

    private static void WriteMembers(Utf8JsonWriter writer, ModelFacts facts)
    {
        writer.WriteData("type", facts.Type);
        writer.WriteData("framework", facts.Framework);
        writer.WriteData("frameworkVersion", facts.FrameworkVersion);
        writer.WriteData("module", facts.Module);
        writer.WriteNumber("featureCount", facts.FeatureCount);
        WriteScalars(writer, "classes", facts.Classes);
        writer.WriteNumber("parameters", facts.ParameterCount);
        WriteTensors(writer, "inputs", facts.Inputs);
        WriteTensors(writer, "outputs", facts.Outputs);
        WriteTensors(writer, "tensors", facts.Tensors);

        // Names come out of the file and may stand there twice: a list, not an object.
        writer.WriteStartArray("settings");
        foreach (var (name, value) in facts.Settings)
        {
            writer.WriteStartObject();
            writer.WriteData("name", name);
            writer.WritePropertyName("value");
            writer.WriteScalar(value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("parts");
        foreach (var (name, count) in facts.Parts)
        {
            writer.WriteStartObject();
            writer.WriteData("name", name);
            writer.WriteNumber("count", count);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static void WriteScalars(this Utf8JsonWriter writer, string name, IReadOnlyList<ScalarValue>? values)
    {
        if (values is null)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartArray(name);
        foreach (var value in values)
            writer.WriteScalar(value);
        writer.WriteEndArray();
    }

    public static void WriteTensors(this Utf8JsonWriter writer, string name, IReadOnlyList<TensorFact> tensors)
    {
        writer.WriteStartArray(name);
        foreach (var tensor in tensors)
        {
            writer.WriteStartObject();
            writer.WriteData("name", tensor.Name);
            writer.WriteData("type", tensor.ElementType);
            writer.WriteStartArray("shape");
            foreach (var dimension in tensor.Shape)
            {
                if (dimension is { } length)
                    writer.WriteNumberValue(length);
                else
                    writer.WriteNullValue();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
