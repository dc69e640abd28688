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
                    PickleTrail.Inspect(reader, session, root);
                }
            });
        }
        finally
        {
            if (session.FirstJoblibArray is { } array)
                InspectAsPlainPickle(content, session.Context, array);
            if (session.HasCrossedFrame)
                InspectByFrame(content, session);
        }

        return first;
    }

    // Who loads a joblib file with pickle.load meets opcodes where joblib meets the bytes of an array. Honest arrays end that reading within
    // a few bytes; what it finds beyond, or what nobody could mistake, was put there.
    private static void InspectAsPlainPickle(ModelContent content, InspectionContext context, long array)
    {
        InspectionContext plain = new(context.Limits, context.Cancellation);
        try
        {
            PickleSession session = new(plain, PickleKeep.Texts) { ReadsAsPlainPickle = true };
            Read(content, session, reader => new PickleMachine(reader, session).TryRead(out _));
        }
        catch (MalformedModelException)
        {
            // As expected of an array; what was found before stays.
        }

        foreach (var finding in plain.Findings)
        {
            if (finding.Rule.IsMalformed || finding.Severity == FindingSeverity.Info || finding.Offset is not { } offset || offset < array)
                continue;

            // What needs something of the loading program, or a method that is there, comes to nothing in an array that nobody prepared.
            if (finding.Rule == PickleRules.ExtensionCode || finding.Rule == PickleRules.PersistentIdentifier
                || finding.Rule == PickleRules.OutOfBandBuffer || finding.Rule == PickleRules.UnknownMethod)
                continue;
            if (offset >= array + LikelyEnd || (finding.Severity == FindingSeverity.Danger && finding.Rule != PickleRules.ComputedImport))
                context.Add(finding.Rule, $"Read without joblib: {finding.Message}", finding.Offset);
        }
    }

    // CPython's unpickler in C loses what an opcode leaves of the frame that it crosses, where it reads from a stream; others lose nothing.
    private static void InspectByFrame(ModelContent content, PickleSession linear)
    {
        InspectionContext framed = new(linear.Context.Limits, linear.Context.Cancellation);
        PickleSession session = new(framed, PickleKeep.Texts) { ReadsByFrame = true, ReadsAsPlainPickle = linear.FirstJoblibArray is not null };
        try
        {
            Read(content, session, reader => new PickleMachine(reader, session).TryRead(out _));
        }
        catch (MalformedModelException)
        {
            // That the two readings differ, was found before.
        }

        foreach (var finding in framed.Findings)
        {
            if (!finding.Rule.IsMalformed && finding.Severity != FindingSeverity.Info
                && !linear.Context.Findings.Any(known => known.Rule == finding.Rule && known.Offset == finding.Offset))
                linear.Context.Add(finding.Rule, $"Read frame by frame: {finding.Message}", finding.Offset);
        }
    }

    private static void Read(ModelContent content, PickleSession session, Action<BoundedReader> read)
    {
        var head = Head(content);
        if (!CompressedPickle.IsCompressed(head) || PickleDetection.IsPickle(head, content))
        {
            read(new(content));
            return;
        }

        var reader = CompressedPickle.Open(content, head, session.Context.Limits, out var stream, out var source);
        using (stream)
        {
            read(reader);
            if (reader.IsAtEnd && source.Position < content.Length)
                session.Context.Add(InspectionRules.TrailingBytes, "Bytes follow the compressed stream.", source.Position);
        }
    }

    private static byte[] Head(ModelContent content)
    {
        var head = new byte[(int)Math.Min(HeadSize, content.Length)];
        content.Read(0, head);
        return head;
    }

    public const int HeadSize = 4096;

    // That so many random bytes in a row are opcodes whose operands are there, happens to one array in millions.
    private const int LikelyEnd = 8;
}
