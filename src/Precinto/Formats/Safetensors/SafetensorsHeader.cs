using System.Text.Json;
using Precinto.Formats.Json;
using Precinto.Inspection;

namespace Precinto.Formats.Safetensors;

/// <summary>A tensor as the header declares it; offsets count from the end of the header.</summary>
internal sealed record SafetensorsTensor(string Name, string ElementType, IReadOnlyList<long> Shape, long Begin, long End, long DeclaredAt);

/// <summary>The JSON header of a safetensors file, read strictly: what the reference reader would refuse, or take in two ways, is a finding.</summary>
internal sealed class SafetensorsHeader
{
    private readonly List<SafetensorsTensor> _tensors = [];
    private readonly List<KeyValuePair<string, string>> _metadata = [];

    private SafetensorsHeader()
    {
    }

    public IReadOnlyList<SafetensorsTensor> Tensors => _tensors;

    /// <summary>The texts under <c>__metadata__</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Metadata => _metadata;

    /// <summary>Reads the header; null where it has more tensors than are read.</summary>
    public static SafetensorsHeader? Read(ReadOnlySpan<byte> json, long start, InspectionContext context)
    {
        SafetensorsHeader header = new();
        BoundedJson reader = new(json, start, HeaderDepth);
        reader.Next();
        reader.Expect(JsonTokenType.StartObject, "The header is no JSON object.");

        HashSet<string> names = [];
        while (reader.Next() == JsonTokenType.PropertyName)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var name = reader.ReadText();
            var at = reader.Offset;
            if (!names.Add(name))
                context.Add(SafetensorsRules.DuplicateKey, $"'{name}' occurs twice.", at);
            reader.Next();
            reader.Expect(JsonTokenType.StartObject, $"'{name}' is no JSON object.");
            if (name == "__metadata__")
                header.ReadMetadata(ref reader, context);
            else if (header._tensors.Count == context.Limits.Tensors)
                return null;
            else
                header._tensors.Add(ReadTensor(ref reader, name, at, context));
        }

        // Complains about anything but white space behind the object.
        reader.Read();
        return header;
    }

    /// <summary>Bits of one element, or 0 for a type that is unknown.</summary>
    public static int BitsOf(string elementType) => elementType switch
    {
        "F4" => 4,
        "F6_E2M3" or "F6_E3M2" => 6,
        "BOOL" or "U8" or "I8" or "F8_E5M2" or "F8_E4M3" or "F8_E8M0" or "F8_E4M3FNUZ" or "F8_E5M2FNUZ" => 8,
        "I16" or "U16" or "F16" or "BF16" => 16,
        "I32" or "U32" or "F32" => 32,
        "I64" or "U64" or "F64" or "C64" => 64,
        _ => 0,
    };

    private void ReadMetadata(ref BoundedJson reader, InspectionContext context)
    {
        HashSet<string> names = [];
        while (reader.Next() == JsonTokenType.PropertyName)
        {
            var name = reader.ReadText();
            if (!names.Add(name))
                context.Add(SafetensorsRules.DuplicateKey, $"'{name}' occurs twice in the metadata.", reader.Offset);
            if (reader.Next() == JsonTokenType.String)
            {
                _metadata.Add(new(name, reader.ReadText()));
                continue;
            }

            context.Add(SafetensorsRules.MetadataNotText, $"'{name}' is no text.", reader.Offset);
            reader.Skip();
        }
    }

    private static SafetensorsTensor ReadTensor(ref BoundedJson reader, string name, long at, InspectionContext context)
    {
        string? type = null;
        long[]? shape = null;
        long[]? offsets = null;
        while (reader.Next() == JsonTokenType.PropertyName)
        {
            var key = reader.ReadText();
            if (key switch { "dtype" => type is not null, "shape" => shape is not null, "data_offsets" => offsets is not null, _ => false })
                context.Add(SafetensorsRules.DuplicateKey, $"'{name}' has '{key}' twice.", reader.Offset);

            reader.Next();
            switch (key)
            {
                case "dtype":
                    reader.Expect(JsonTokenType.String, $"The element type of '{name}' is no text.");
                    type = Shared(reader.ReadText());
                    break;
                case "shape":
                    shape = ReadCounts(ref reader, LargestRank, $"The shape of '{name}' is no list of at most {LargestRank} whole numbers.");
                    break;
                case "data_offsets":
                    offsets = ReadCounts(ref reader, 2, $"The offsets of '{name}' are no list of two whole numbers.");
                    break;
                default:
                    throw new MalformedModelException(reader.Offset, $"'{name}' has the unknown key '{key}'.");
            }
        }

        if (type is null || shape is null || offsets is not [var begin, var end])
            throw new MalformedModelException(at, $"'{name}' lacks its element type, its shape or its two offsets.");
        return new(name, type, shape, begin, end, at);
    }

    private static long[] ReadCounts(ref BoundedJson reader, int maximum, string what)
    {
        reader.Expect(JsonTokenType.StartArray, what);
        List<long> counts = [];
        while (reader.Next() != JsonTokenType.EndArray)
        {
            if (counts.Count == maximum)
                throw new MalformedModelException(reader.Offset, what);
            counts.Add(reader.ReadCount(what));
        }

        return [.. counts];
    }

    // A file may have a million tensors; that each names its type by a text of its own, nobody needs.
    private static string Shared(string elementType) => elementType switch
    {
        "F16" => "F16",
        "BF16" => "BF16",
        "F32" => "F32",
        "U8" => "U8",
        "I8" => "I8",
        "F8_E4M3" => "F8_E4M3",
        _ => elementType,
    };

    // The header, a tensor, its list.
    private const int HeaderDepth = 8;
    private const int LargestRank = 64;
}
