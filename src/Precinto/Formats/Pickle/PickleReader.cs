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
        if (document is not null)
            return document;

        var reason = context.Findings.Skip(before).LastOrDefault(finding => finding.Rule.IsMalformed);
        throw new MalformedModelException(reason?.Offset ?? 0, reason?.Message ?? "The pickle breaks off.");
    }

    /// <summary>Reads everything in a file: its pickles one behind the other, and what follows them.</summary>
    /// <returns>The first pickle, or null where it breaks off.</returns>
    public static PickleDocument? Inspect(ModelContent content, PickleSession session)
    {
        PickleDocument? first = null;
        Read(content, session, reader =>
        {
            if (new PickleMachine(reader, session).TryRead(out var root))
            {
                first = new(root, reader.Content, reader.Position);
                PickleTrail.Inspect(reader, session, root);
            }
        });
        return first;
    }

    private static void Read(ModelContent content, PickleSession session, Action<BoundedReader> read)
    {
        var head = Head(content);
        if (!CompressedPickle.IsCompressed(head) || PickleDetection.IsPickle(head, content.Length))
        {
            read(new(content));
            return;
        }

        var limit = CompressedPickle.Limit(content, session.Context.Limits);
        var reader = CompressedPickle.Open(content, head, session.Context.Limits, out var stream);
        using (stream)
        {
            try
            {
                read(reader);
            }
            catch (MalformedModelException bomb) when (bomb.Offset == limit)
            {
                session.Context.Add(InspectionRules.ExpansionBomb, $"Expands to more than {limit} bytes.", limit);
            }
        }
    }

    private static byte[] Head(ModelContent content)
    {
        var head = new byte[(int)Math.Min(HeadSize, content.Length)];
        content.Read(0, head);
        return head;
    }

    public const int HeadSize = 4096;
}
