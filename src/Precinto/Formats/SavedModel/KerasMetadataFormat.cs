using Precinto.Files;
using Precinto.Formats.Keras;
using Precinto.Formats.Protobuf;
using Precinto.Inspection;

namespace Precinto.Formats.SavedModel;

/// <summary>
/// The file <c>keras_metadata.pb</c> that Keras 2 writes into a SavedModel (keras/protobuf/saved_metadata.proto): objects with their
/// configurations as JSON, from which layers are made again, Lambda with its code among them.
/// </summary>
internal sealed class KerasMetadataFormat : ModelFormat
{
    public override string Name => "kerasmetadata";

    public override IReadOnlyList<string> Endings => [];

    public override IReadOnlyList<string> FileNames => ["keras_metadata.pb"];

    public override bool IsMessage => true;

    public override IReadOnlyList<FindingRule> Rules => KerasRules.All;

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) => TensorFlowDetection.IsKerasMetadata(content);

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        KerasConfiguration configuration = new(context);
        ProtobufReader reader = new(content, 0, content.Length);
        var isFirst = true;
        while (reader.TryReadTag(out var field, out var wire))
        {
            if (field != 1)
            {
                reader.Skip(wire);
                continue;
            }

            var outer = reader.Enter(wire);
            while (reader.TryReadTag(out var part, out var kind))
            {
                if (part != 5)
                {
                    reader.Skip(kind);
                    continue;
                }

                configuration.InspectPart(reader.ReadRaw(kind, context.Limits.JsonBytes), isFirst);
                isFirst = false;
            }

            reader.Leave(outer);
        }

        context.Facts.Framework = "keras";
    }
}
