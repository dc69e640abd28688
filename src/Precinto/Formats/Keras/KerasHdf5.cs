using System.Text;
using Precinto.Formats.Hdf5;
using Precinto.Inspection;

namespace Precinto.Formats.Keras;

/// <summary>What Keras writes into an HDF5 file: the configuration of the model and of its training as attributes of the root.</summary>
internal static class KerasHdf5
{
    public static void Inspect(Hdf5File file, Hdf5Walk walk, InspectionContext context)
    {
        if (walk.Names.Contains("model_weights") || walk.Attributes.Exists(attribute => attribute.Name is "layer_names" or "keras_version"))
            context.Facts.Framework = "keras";
        foreach (var attribute in walk.Attributes)
        {
            switch (attribute.Name)
            {
                case "model_config" or "training_config":
                    var isModel = attribute.Name == "model_config";
                    var text = attribute.ReadText(file) ?? throw new MalformedModelException(attribute.Offset, $"The attribute '{attribute.Name}' is no text.");
                    new KerasConfiguration(context).Inspect(text, attribute.Offset, isModel);
                    break;
                case "keras_version":
                    context.Facts.FrameworkVersion = ReadShort(attribute, file);
                    break;
                case "backend" when ReadShort(attribute, file) is { } backend:
                    context.Facts.Settings = [.. context.Facts.Settings, new("backend", ScalarValue.From(backend))];
                    break;
            }
        }
    }

    private static string? ReadShort(Hdf5Attribute attribute, Hdf5File file) =>
        attribute.ReadText(file) is { Length: <= 256 } text ? Encoding.UTF8.GetString(text.Span) : null;
}
