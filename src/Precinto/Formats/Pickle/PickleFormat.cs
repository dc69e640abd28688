using Precinto.Files;
using Precinto.Formats.Torch;
using Precinto.Inspection;

namespace Precinto.Formats.Pickle;

/// <summary>
/// Python pickles of protocols 0 to 5, and joblib files. A raw file is a <c>pickle</c>, also when joblib wrote it, since that shows only
/// where an array begins; what joblib compressed is <c>joblib</c>. Layout: Python's Lib/pickletools.py, joblib's numpy_pickle.py.
/// </summary>
internal sealed class PickleFormat : ModelFormat
{
    private readonly bool _isCompressed;

    private PickleFormat(string name, bool isCompressed)
    {
        Name = name;
        _isCompressed = isCompressed;
    }

    public static PickleFormat Raw { get; } = new("pickle", isCompressed: false);

    public static PickleFormat Joblib { get; } = new("joblib", isCompressed: true);

    public override string Name { get; }

    public override IReadOnlyList<string> Endings { get; } =
    [
        ".pkl", ".pickle", ".p", ".pk", ".sav", ".joblib", ".dill", ".jl", ".pkl.gz", ".pkl.z", ".pkl.bz2", ".pkl.xz", ".pkl.lzma", ".pkl.lz4",
        ".pt", ".pth", ".joblib.gz", ".joblib.z", ".joblib.bz2", ".joblib.xz", ".joblib.lzma", ".joblib.lz4",
    ];

    // joblib compresses by the last ending of whatever name it is given.
    public override IReadOnlyList<string> OtherEndings => _isCompressed ? Compressions : [];

    public override IReadOnlyList<FindingRule> Rules => _isCompressed ? [] : PickleRules.All;

    public override bool Detect(ReadOnlySpan<byte> head, ModelContent content, string name) =>
        _isCompressed ? IsCompressedPickle(head, content) : PickleDetection.IsPickle(head, content);

    public override void Inspect(ModelContent content, string name, InspectionContext context)
    {
        PickleSession session = new(context, PickleKeep.Texts);
        try
        {
            if (PickleReader.Inspect(content, session) is { } document)
            {
                PickleExpansion.Inspect(document.Root, context);
                EstimatorFacts.Write(document, context.Facts);
                context.Checkpoint = CheckpointIndex.TryRead(document, name, session);
            }
        }
        finally
        {
            context.Facts.Parts =
            [
                .. session.Imports.Take(MaximumParts)
                    .Select(import => KeyValuePair.Create(PickleSession.Quote(import.ToString()), import.Count))
                    .OrderBy(part => part.Key, StringComparer.Ordinal),
            ];
        }
    }

    private static bool IsCompressedPickle(ReadOnlySpan<byte> head, ModelContent content)
    {
        if (!CompressedPickle.IsCompressed(head))
            return false;

        var looked = false;
        try
        {
            var reader = CompressedPickle.Open(content, head, InspectionLimits.Default, out var stream, out _);
            using (stream)
            {
                var expanded = reader.Peek(PickleReader.HeadSize).ToArray();
                return PickleDetection.IsPickle(expanded, expanded.Length < PickleReader.HeadSize ? expanded.Length : long.MaxValue, at =>
                {
                    looked = true;
                    while (reader.Position < at && !reader.IsAtEnd)
                        reader.Skip(Math.Min(at - reader.Position, reader.Window.Length));
                    return reader.Peek(PickleReader.HeadSize).ToArray();
                });
            }
        }
        catch (MalformedModelException)
        {
            // Compressed, but not with a pickle in it that a reader could reach; or one that breaks off behind what only a pickle holds.
            return looked;
        }
    }

    private static readonly string[] Compressions = [".z", ".gz", ".bz2", ".xz", ".lzma", ".lz4", ".zst"];

    private const int MaximumParts = 10_000;
}
