using System.Text.Json;
using Precinto.Digests;
using Precinto.Files;
using Precinto.Formats.Archives;
using Precinto.Formats.Json;
using Precinto.Inspection;

namespace Precinto.Formats.Oci;

/// <summary>
/// An OCI image layout (image-spec 1.1, image-layout.md), in a folder or in an archive: <c>oci-layout</c>, <c>index.json</c>, and <c>blobs/ALGORITHM/DIGEST</c>.
/// From the index on, every manifest is read, and every blob that one names must be there, as large as it is said to be.
/// </summary>
internal sealed class OciLayout
{
    private readonly Func<string, byte[]?> _read;
    private readonly IReadOnlyDictionary<string, long> _sizes;
    private readonly InspectionContext _context;
    private readonly HashSet<string> _named = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _kinds = new(StringComparer.Ordinal);
    private readonly List<KeyValuePair<string, ScalarValue>> _settings = [];
    private readonly Queue<OciDescriptor> _ahead = [];

    private OciLayout(Func<string, byte[]?> read, IReadOnlyDictionary<string, long> sizes, InspectionContext context)
    {
        _read = read;
        _sizes = sizes;
        _context = context;
    }

    /// <summary>Whether files are a layout.</summary>
    public static bool IsLayout(IReadOnlyCollection<string> names) => names.Contains(Mark) && names.Contains(Index);

    /// <summary>Reads a layout from its index on.</summary>
    /// <param name="read">Reads a file that is there and is no larger than a manifest may be; null where it cannot be read, which is said elsewhere.</param>
    /// <param name="sizes">The files of the layout, by their paths in it.</param>
    /// <param name="context">Takes the facts and the findings.</param>
    public static void Inspect(Func<string, byte[]?> read, IReadOnlyDictionary<string, long> sizes, InspectionContext context)
    {
        OciLayout layout = new(read, sizes, context);
        layout.ReadManifest(Index);
        while (layout._ahead.TryDequeue(out var descriptor))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            layout.Take(descriptor);
        }

        var left = sizes.Keys.Count(name => name.StartsWith(Blobs, StringComparison.Ordinal) && !layout._named.Contains(name));
        if (left > 0)
            context.Add(OciRules.Unreferenced, $"{left} blobs belong to no manifest.");
        layout.WriteFacts();
    }

    private void Take(OciDescriptor descriptor)
    {
        if (PathOf(descriptor.Digest) is not { } path || (IsComputed(descriptor.Digest) && !Digest.TryParse(descriptor.Digest, out _)))
        {
            _context.Add(OciRules.BadDigest, $"'{descriptor.Digest}' is no digest.");
            return;
        }

        if (descriptor.IsForeign)
            _context.Add(OciRules.ForeignLayer, $"'{descriptor.Digest}' is fetched from elsewhere.");
        foreach (var name in descriptor.FileNames.Where(MemberNames.LeavesFolder))
            _context.Add(OciRules.LeavesFolder, $"'{descriptor.Digest}' is written to '{name}'.");
        NoticeContradiction(descriptor);
        if (!_sizes.TryGetValue(path, out var size))
        {
            if (!descriptor.IsForeign)
                _context.Add(OciRules.Missing, $"'{descriptor.Digest}' is not there.");
            return;
        }

        if (size != descriptor.Size)
            _context.Add(OciRules.WrongSize, $"'{descriptor.Digest}' has {size} bytes, and {descriptor.Size} are stated.");
        if (!_named.Add(path))
            return;
        _kinds[descriptor.MediaType] = _kinds.GetValueOrDefault(descriptor.MediaType) + 1;
        if (descriptor.IsManifest)
            ReadManifest(path, descriptor.MediaType);
        else if (descriptor.IsModelConfiguration)
            Parse(path, ReadModel);
    }

    // The bytes in a descriptor are as good as the blob to who reads them, if they are the blob; a member in other letters is another one to some.
    private void NoticeContradiction(OciDescriptor descriptor)
    {
        if (descriptor.OtherCase is { } other)
            _context.Add(OciRules.Contradiction, $"The descriptor of '{descriptor.Digest}' has a member '{other}'.");
        if (Digest.TryParse(descriptor.Digest, out var digest))
        {
            if (descriptor.Data is { } data && !IsContent(data, digest))
                _context.Add(OciRules.Contradiction, $"The descriptor of '{descriptor.Digest}' holds other bytes than those of that digest.");
        }
        else
        {
            _context.Add(OciRules.UnknownAlgorithm, $"Whether its bytes have the digest '{descriptor.Digest}' was not checked.");
        }
    }

    private static bool IsContent(string data, Digest digest)
    {
        var bytes = new byte[data.Length];
        return Convert.TryFromBase64String(data, bytes, out var length)
            && ContentHashing.Compute(ModelContent.FromBytes(bytes.AsMemory(0, length)), digest.Algorithm, CancellationToken.None).Equals(digest);
    }

    private void ReadManifest(string path, string? stated = null) => Parse(path, manifest =>
    {
        if (OciDescriptor.FindOtherCase(manifest) is { } other)
            _context.Add(OciRules.Contradiction, $"'{path}' has a member '{other}'.");
        // CVE-2021-41190: what is a manifest and an index at once, each reader takes for what it looks for.
        if (manifest.Member("manifests") is not null && (manifest.Member("layers") ?? manifest.Member("config")) is not null)
            _context.Add(OciRules.Contradiction, $"'{path}' is an index and a manifest.");
        if (stated is not null && manifest.TextOf("mediaType") is { } own && own != stated)
            _context.Add(OciRules.Contradiction, $"'{path}' is of the kind '{own}' and is named as '{stated}'.");
        foreach (var descriptor in OciDescriptor.ReadAll(manifest))
        {
            if (_ahead.Count >= _context.Limits.Entries)
                throw new MalformedModelException(0, $"Names more than {_context.Limits.Entries} blobs.");
            _ahead.Enqueue(descriptor);
        }

        if (manifest.TextOf("artifactType") is { } type)
            _settings.Add(new("artifactType", ScalarValue.From(type)));
    });

    // ModelPack (CNCF model-spec, config.md): a name, and what the weights are. Ollama says model_format, model_family, model_type and file_type.
    private void ReadModel(JsonElement configuration)
    {
        AddTexts(configuration, name => name.StartsWith("model_", StringComparison.Ordinal) || name == "file_type");
        AddTexts(configuration.Member("descriptor"), _ => true);
        AddTexts(configuration.Member("config"), _ => Has(OciDescriptor.ModelPack));
    }

    private void AddTexts(JsonElement? told, Func<string, bool> isTold)
    {
        if (told is not { ValueKind: JsonValueKind.Object } members)
            return;
        foreach (var member in members.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.String && isTold(member.Name)).Take(MostSettings))
            _settings.Add(new(member.Name, ScalarValue.From(member.Value.Text())));
    }

    private void Parse(string path, Action<JsonElement> take)
    {
        try
        {
            if (_sizes[path] > LargestManifest)
                throw new MalformedModelException(0, $"'{path}' has {_sizes[path]} bytes; {LargestManifest} are read.");
            if (_read(path) is not { } bytes)
                return;
            using var document = PythonJson.Parse(bytes, 0);
            take(document.RootElement);
        }
        catch (MalformedModelException malformed)
        {
            _context.Add(InspectionRules.Malformed, $"'{path}': {malformed.Message}", malformed.Offset);
        }
    }

    private void WriteFacts()
    {
        var facts = _context.Facts;
        facts.Type = Has(OciDescriptor.ModelPack) ? "OCI layout of ModelPack" : Has(OciDescriptor.Ollama) ? "OCI layout of Ollama" : "OCI layout";
        facts.Settings = [.. _settings.DistinctBy(setting => setting.Key).Take(MostSettings), .. _kinds.Take(MostSettings).Select(kind => KeyValuePair.Create(kind.Key, ScalarValue.From(kind.Value)))];
    }

    private bool Has(string prefix) => _kinds.Keys.Any(kind => kind.StartsWith(prefix, StringComparison.Ordinal));

    // A digest of a known algorithm in other letters or of another length is none; nothing of that name would be compared with it.
    private static bool IsComputed(string digest) => digest.Split(':')[0] is "sha256" or "sha384" or "sha512";

    // descriptor.md: an algorithm, a colon, and letters and digits; whatever else it is would become a path.
    private static string? PathOf(string digest)
    {
        var colon = digest.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && colon < digest.Length - 1 && digest[..colon].All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '+' or '-' or '_')
            && digest[(colon + 1)..].All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '=' or '_' or '-')
            ? $"{Blobs}{digest[..colon]}/{digest[(colon + 1)..]}"
            : null;
    }

    public const string Mark = "oci-layout";
    public const string Index = "index.json";
    private const string Blobs = "blobs/";
    private const int LargestManifest = 4 << 20;
    private const int MostSettings = 100;
}
