using System.Globalization;
using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Xml;

/// <summary>
/// The graph of an OpenVINO model (docs.openvino.ai, "Intermediate Representation"): XML with a root <c>net</c>, its layers, and the edges between them;
/// the constants lie in a file <c>.bin</c> beside it, at the offsets that the layers name.
/// </summary>
internal sealed class OpenVinoFormat : ModelFormat
{
    public override string Name => "openvino";

    public override IReadOnlyList<string> Endings => [];

    public override IReadOnlyList<FindingRule> Rules { get; } = [.. OpenVinoRules.All, .. XmlRules.All];

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) =>
        XmlProlog.Read(head, content) is { } prolog && (prolog.Root is "net" or "Net" || (prolog.Root.Length == 0 && name.EndsWith(".xml", StringComparison.OrdinalIgnoreCase)));

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        if (!BoundedXml.NoticeProlog(content, context))
            return;

        using BoundedXml xml = new(content);
        OpenVinoReader reader = new(xml, context);
        reader.Read();
    }

    private sealed class OpenVinoReader(BoundedXml xml, InspectionContext context)
    {
        private readonly SortedDictionary<string, long> _types = new(StringComparer.Ordinal);
        private readonly List<TensorFact> _inputs = [];
        private readonly List<TensorFact> _tensors = [];
        private Int128 _parameters;
        private string _layer = "";
        private string _type = "";
        private bool _hasWeights;

        public void Read()
        {
            context.Facts.Framework = "openvino";
            while (xml.Read())
            {
                context.Cancellation.ThrowIfCancellationRequested();
                xml.NoticeReferences(context);
                if (!xml.IsInstruction)
                    TakeElement();
            }

            if (_hasWeights)
                context.Add(OpenVinoRules.OtherFile, "The constants lie in a file of weights beside this one.");
            context.Facts.Inputs = _inputs;
            context.Facts.Tensors = _tensors;
            context.Facts.Parts = [.. _types];
            context.Facts.ParameterCount = _parameters <= long.MaxValue ? (long)_parameters : null;
        }

        private void TakeElement()
        {
            NoticeLibraries();
            switch (xml.Name)
            {
                case "net" when xml.Depth == 0:
                    context.Facts.Type = xml.Attribute("name");
                    context.Facts.FrameworkVersion = xml.Attribute("version") is { } version ? "IR " + version : null;
                    break;
                case "layer":
                    TakeLayer();
                    break;
                case "data" when xml.Parent == "layer":
                    TakeData();
                    break;
                case "include":
                    context.Add(XmlRules.OtherDocument, "An inclusion names another document.", xml.Position);
                    break;
            }
        }

        private void TakeLayer()
        {
            _layer = xml.Attribute("name") ?? "";
            _type = xml.Attribute("type") ?? "";
            if (_types.Count < MostTypes || _types.ContainsKey(_type))
                _types[_type] = _types.GetValueOrDefault(_type) + 1;
            // Before IR 10 layers had no operation set.
            var set = xml.Attribute("version");
            var isKnown = set is null || set.StartsWith("opset", StringComparison.Ordinal) || set is "experimental" or "ie_internal_opset" or "internal";
            if (!isKnown || _type == "Custom")
                context.Add(OpenVinoRules.Extension, $"Layer '{_layer}' of type '{_type}' is of '{set}'.", xml.Position);
        }

        private void TakeData()
        {
            var type = xml.Attribute("element_type") ?? "";
            if (_type == "Parameter")
            {
                if (_inputs.Count < MostTensors)
                    _inputs.Add(new(_layer, type, [.. (xml.Attribute("shape") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(ReadLength)]));
                return;
            }

            if (xml.Attribute("offset") is not { } offset || xml.Attribute("size") is not { } size)
                return;
            _hasWeights = true;
            var shape = (xml.Attribute("shape") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(ReadLength).ToArray();
            var count = Array.TrueForAll(shape, length => length is not null) ? TensorShape.Count([.. shape.Select(length => length!.Value)]) : null;
            if (!TryRead(offset, out var start) || !TryRead(size, out var bytes) || start > long.MaxValue - bytes)
                context.Add(OpenVinoRules.SizeMismatch, $"Constant '{_layer}' lies at '{offset}' with '{size}' bytes.", xml.Position);
            else if (type.Length > 0 && type != "string" && BitsOf(type) is var bits && (count is null || bits == 0 || ((Int128)count.Value * bits + 7) / 8 != bytes))
                context.Add(OpenVinoRules.SizeMismatch, $"Constant '{_layer}' of type {type} and shape [{string.Join(", ", shape)}] has {bytes} bytes.", xml.Position);

            _parameters += count ?? 0;
            if (_tensors.Count < MostTensors)
                _tensors.Add(new(_layer, type, shape));
        }

        private void NoticeLibraries()
        {
            foreach (var (attribute, value) in xml.Attributes)
            {
                var isLibrary = attribute is "library" or "plugin" or "extension_path" or "so_path"
                    || (value.Length < 4096 && (value.EndsWith(".so", StringComparison.OrdinalIgnoreCase) || value.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)
                        || value.EndsWith(".dylib", StringComparison.OrdinalIgnoreCase)));
                // The names of layers may be anything.
                if (isLibrary && attribute is not ("name" or "names" or "id"))
                    context.Add(OpenVinoRules.Library, $"The attribute '{attribute}' in layer '{_layer}' names '{Excerpt.Of(value)}'.", xml.Position);
            }
        }

        private static long? ReadLength(string text) => TryRead(text, out var length) ? length : null;

        private static bool TryRead(string text, out long number) => long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out number);

        private static int BitsOf(string type) => type switch
        {
            "u1" => 1,
            "u2" => 2,
            "u3" => 3,
            "i4" or "u4" or "nf4" or "f4e2m1" => 4,
            "u6" => 6,
            "boolean" or "i8" or "u8" or "f8e4m3" or "f8e5m2" or "f8e8m0" => 8,
            "f16" or "bf16" or "i16" or "u16" => 16,
            "f32" or "i32" or "u32" => 32,
            "f64" or "i64" or "u64" => 64,
            _ => 0,
        };

        private const int MostTypes = 10_000;
        private const int MostTensors = 1_000_000;
    }
}
