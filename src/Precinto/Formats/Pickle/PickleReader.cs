using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Formats.Pickle;

/// <summary>Reads pickles, raw or compressed as joblib does, into graphs and findings.</summary>
internal static class PickleReader
{
    /// <summary>Reads the first pickle with everything that a prediction needs.</summary>
    /// <exception cref="MalformedModelException">It is no pickle, or breaks off.</exception>
    public static PickleDocument Read(ModelContent content, InspectionContext context)
    {
        PickleSession session = new(context, PickleKeep.Arrays);
        var before = context.Findings.Count;
        PickleDocument? document = null;
        Read(content, session, reader =>
        {
            if (new PickleMachine(reader, session).TryRead(out var value))
                document = new(value, reader.Content, reader.Position);
        });
        if (document is not null && !session.IsBroken)
            return document;

        var reason = context.Findings.Skip(before).LastOrDefault(finding => finding.Rule.IsMalformed);
        throw new MalformedModelException(reason?.Offset ?? 0, reason?.Message ?? "The pickle breaks off.");
    }

    /// <summary>Reads everything in a file: its pickles one behind the other, and what follows them.</summary>
    /// <returns>The first pickle, or null where it breaks off.</returns>
    public static PickleDocument? Inspect(ModelContent content, PickleSession session)
    {
        PickleDocument? first = null;
        try
        {
            Read(content, session, reader =>
            {
                if (new PickleMachine(reader, session).TryRead(out var root))
                {
                    first = new(root, reader.Content, reader.Position);
                    SearchTree.Inspect(session.SearchTrees, first, session.Context);
                    session.SearchTrees.Clear();
                    PickleTrail.Inspect(reader, session, root);
                }
            });
        }
        finally
        {
            if (session.FirstJoblibArray is { } array)
                InspectAsPlainPickle(content, session, array);
            if (session.HasCrossedFrame)
                InspectByFrame(content, session);
        }

        return first;
    }

    // Who loads a joblib file with pickle.load meets opcodes where joblib meets the bytes of an array. Honest arrays end that reading within
    // a few bytes; what it finds beyond, or what nobody could mistake, was put there. An array of objects is a pickle of its own, whose memo
    // joblib begins anew: protocol 5 counts on in the memo around it for everybody else, who imports by whatever text that has there, and ends.
    private static void InspectAsPlainPickle(ModelContent content, PickleSession asJoblib, long array)
    {
        var isAstray = false;
        foreach (var finding in ReadAgain(content, asJoblib.Context, asPlainPickle: true, byFrame: false))
        {
            // What needs something of the loading program, or a method that is there, comes to nothing in an array that nobody prepared.
            if (finding.Offset is not { } offset || offset < array || finding.Rule == PickleRules.ExtensionCode || finding.Rule == PickleRules.PersistentIdentifier
                || finding.Rule == PickleRules.OutOfBandBuffer || finding.Rule == PickleRules.UnknownMethod)
                continue;

            isAstray |= finding.Rule == PickleRules.UnknownImport && asJoblib.EmbeddedImports.Contains(offset);
            if (isAstray && finding.Severity != FindingSeverity.Danger)
                continue;
            if (offset >= array + LikelyEnd || (finding.Severity == FindingSeverity.Danger && finding.Rule != PickleRules.ComputedImport))
                asJoblib.Context.Add(finding.Rule, $"Read without joblib: {finding.Message}", finding.Offset);
        }
    }

    // CPython's unpickler in C loses what an opcode leaves of the frame that it crosses, where it reads from a stream; others lose nothing.
    private static void InspectByFrame(ModelContent content, PickleSession linear)
    {
        foreach (var finding in ReadAgain(content, linear.Context, linear.FirstJoblibArray is not null, byFrame: true))
        {
            if (!linear.Context.Findings.Any(known => known.Rule == finding.Rule && known.Offset == finding.Offset))
                linear.Context.Add(finding.Rule, $"Read frame by frame: {finding.Message}", finding.Offset);
        }
    }

    // What another reader of the same bytes finds, up to where it breaks off: that it does, is no news.
    private static IEnumerable<Finding> ReadAgain(ModelContent content, InspectionContext context, bool asPlainPickle, bool byFrame)
    {
        if (!context.TryReread(content.Length))
        {
            context.Add(InspectionRules.LimitReached, "Holds more pickles that read differently than are read in both ways.");
            return [];
        }

        var again = context.Aside();
        PickleSession session = new(again, PickleKeep.Texts) { ReadsAsPlainPickle = asPlainPickle, ReadsByFrame = byFrame };
        try
        {
            Read(content, session, reader => new PickleMachine(reader, session).TryRead(out _));
        }
        catch (MalformedModelException)
        {
        }

        return again.Findings.Where(finding => !finding.Rule.IsMalformed && finding.Severity != FindingSeverity.Info);
    }

    private static void Read(ModelContent content, PickleSession session, Action<BoundedReader> read)
    {
        try
        {
            ReadExpanded(content, session, read);
        }
        finally
        {
            session.NoticeUncalled();
        }
    }

    private static void ReadExpanded(ModelContent content, PickleSession session, Action<BoundedReader> read)
    {
        var head = content.Head(HeadSize);
        if (!CompressedPickle.IsCompressed(head) || PickleDetection.IsPickle(head, content))
        {
            session.LimitValues(content.Length);
            read(new(content));
            return;
        }

        var reader = CompressedPickle.Open(content, head, session.Context.Limits, out var stream, out var source);
        session.LimitValues(content.Length > long.MaxValue / LikelyRatio ? content.Length : content.Length * LikelyRatio);
        session.LimitSteps(content.Length);
        using (stream)
        {
            read(reader);
            if (reader.IsAtEnd && !CompressedPickle.IsWhole(content, head, reader.Position, source))
                session.Context.Add(InspectionRules.Malformed, "The compressed data ends before its checksum.", content.Length);
            if (reader.IsAtEnd && source.Position < content.Length)
                session.Context.Add(InspectionRules.TrailingBytes, "Bytes follow the compressed stream.", source.Position);
        }
    }

    public const int HeadSize = 4096;

    // How many times larger than its compressed form a graph of objects is; arrays, which may be more, are no values.
    private const int LikelyRatio = 32;

    // That so many random bytes in a row are opcodes whose operands are there, happens to one array in millions.
    private const int LikelyEnd = 8;
}
