using System.Text.Json;
using Precinto.Files;
using Precinto.Formats.Json;

namespace Precinto.Formats.TorchExport;

/// <summary>Bytes of a weight or a constant: the member that holds them, and how many it must hold at least where they are plain numbers.</summary>
internal readonly record struct ExportedPayload(string Name, string Member, long? Length)
{
    public static bool IsList(string part) =>
        part.StartsWith("data/", StringComparison.Ordinal) && (part.EndsWith("_weights_config.json", StringComparison.Ordinal) || part.EndsWith("_constants_config.json", StringComparison.Ordinal))
        && !part.StartsWith("data/aotinductor/", StringComparison.Ordinal);

    /// <summary>Reads the list of payloads (PayloadConfig in torch/_export/serde/schema.py); members lie beside it.</summary>
    /// <exception cref="MalformedModelException">It is no JSON.</exception>
    public static List<ExportedPayload> ReadList(ModelContent bytes, string member)
    {
        using var document = PythonJson.Parse(bytes.ToArray(), 0);
        List<ExportedPayload> payloads = [];
        if (document.RootElement.Member("config") is not { ValueKind: JsonValueKind.Object } config)
            return payloads;

        var folder = member[..(member.LastIndexOf('/') + 1)];
        foreach (var payload in config.EnumerateObject())
        {
            if (payload.Value.TextOf("path_name") is { } path)
                payloads.Add(new(payload.Name, folder + path, payload.Value.Member("use_pickle")?.ValueKind == JsonValueKind.True ? null : LengthOf(payload.Value.Member("tensor_meta"))));
        }

        return payloads;
    }

    // The byte behind the last element that sizes, strides and offset reach.
    private static long? LengthOf(JsonElement? meta)
    {
        if (meta?.Whole("dtype") is not (>= 1 and <= 13 and var type))
            return null;
        var sizes = (meta?.Member("sizes")?.Items() ?? []).Select(size => size.Whole("as_int") ?? -1).ToArray();
        var strides = (meta?.Member("strides")?.Items() ?? []).Select(stride => stride.Whole("as_int") ?? -1).ToArray();
        if (sizes.Length != strides.Length || sizes.Length > MostDimensions || Array.Exists(sizes, size => size < 0) || Array.Exists(strides, stride => stride < 0))
            return null;
        if (Array.IndexOf(sizes, 0) >= 0)
            return 0;

        Int128 last = meta?.Member("storage_offset")?.Whole("as_int") ?? 0;
        for (var index = 0; index < sizes.Length; index++)
        {
            last += (Int128)(sizes[index] - 1) * strides[index];
            if (last > long.MaxValue)
                return long.MaxValue;
        }

        var length = (last + 1) * ElementSizes[(int)type];
        return length >= 0 && length <= long.MaxValue ? (long)length : long.MaxValue;
    }

    private static ReadOnlySpan<byte> ElementSizes => [0, 1, 1, 2, 4, 8, 2, 4, 8, 4, 8, 16, 1, 2];

    private const int MostDimensions = 64;
}
