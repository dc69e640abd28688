using Precinto.Files;
using Precinto.Formats;
using Precinto.Formats.Archives;
using Precinto.Formats.Torch;

namespace Precinto.Inspection;

/// <summary>What the inspection of one file writes into: facts, findings, and how deep it is.</summary>
internal sealed class InspectionContext
{
    private readonly List<Finding> _findings = [];
    private readonly List<CheckpointFile> _checkpoint = [];
    private readonly InspectionContext? _parent;
    private readonly InspectionContext _root;
    private readonly long _fileLength;
    private int _lightest;
    private long _expanded;
    private long _reread;
    private bool _holdsUnknown;
    private bool _holdsKnown;
    private long _decompressors;

    public InspectionContext(InspectionLimits limits, CancellationToken cancellation = default)
    {
        Limits = limits;
        Cancellation = cancellation;
        _root = this;
    }

    // For another reading of the same bytes.
    private InspectionContext(InspectionContext same)
        : this(same.Limits, same.Cancellation)
    {
        _root = same._root;
        Member = same.Member;
        Depth = same.Depth;
    }

    private InspectionContext(InspectionContext parent, string member)
        : this(parent.Limits, parent.Cancellation)
    {
        _parent = parent;
        _root = parent._root;
        Member = parent.Member is null ? member : parent.Member + "!" + member;
        Depth = parent.Depth + 1;
    }

    public InspectionLimits Limits { get; }

    /// <summary>The length of the file itself, in bytes; what its members expand to is held against it.</summary>
    public long FileLength
    {
        get => _root._fileLength;
        init => _fileLength = value;
    }

    public CancellationToken Cancellation { get; }

    public ModelFacts Facts { get; } = new();

    /// <summary>Whether members of no known format were inspected, and none of a known one beside them.</summary>
    public bool HoldsOnlyUnknown => _holdsUnknown && !_holdsKnown;

    /// <summary>What this file says of the distributed checkpoint that it belongs to; null where it belongs to none.</summary>
    public CheckpointPart? Checkpoint { get; set; }

    /// <summary>The members of this container that belong to distributed checkpoints.</summary>
    public IReadOnlyList<CheckpointFile> CheckpointMembers => _checkpoint;

    /// <summary>The container member that is inspected, or null for the file itself.</summary>
    public string? Member { get; }

    public int Depth { get; }

    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>The bytes that all expanded members hold in memory now; counted in the context of the file itself.</summary>
    public long Held { get; set; }

    /// <summary>How many findings there was no room for; none of them weighs more than what is kept.</summary>
    public long LeftOut { get; private set; }

    /// <summary>Notes a finding. Where there are too many, those that weigh least are left out, so that no flood can hide a danger.</summary>
    public void Add(FindingRule rule, string message, long? offset = null) => Add(new Finding(rule, message, offset, Member));

    /// <summary>Notes a finding that was made already.</summary>
    public void Add(Finding finding)
    {
        _parent?.Add(finding);
        if (_findings.Count < Limits.Findings)
        {
            _findings.Add(finding);
            _lightest = Math.Max(_lightest, RankOf(finding));
            return;
        }

        LeftOut++;
        if (RankOf(finding) >= _lightest)
            return;
        _findings.RemoveAt(_findings.FindLastIndex(kept => RankOf(kept) == _lightest));
        _findings.Add(finding);
        _lightest = _findings.Max(RankOf);
    }

    /// <summary>Runs a part of the inspection; what is malformed becomes a finding, and what was found before stays.</summary>
    public void Guard(Action inspect)
    {
        try
        {
            inspect();
        }
        catch (MalformedModelException malformed)
        {
            Add(malformed.IsExpansion ? InspectionRules.ExpansionBomb : InspectionRules.Malformed, malformed.Message, malformed.Offset);
        }
    }

    /// <summary>A context for a member of a container: its own facts, findings handed up to the file.</summary>
    public InspectionContext Enter(string member) => new(this, member);

    /// <summary>A context for another reading of the same bytes, whose findings go nowhere by themselves; what bounds a file bounds all of its readings.</summary>
    public InspectionContext Aside() => new(this);

    /// <summary>The format of a member by its bytes, or <c>unknown</c>; containers ask here, so that formats need not know of each other.</summary>
    public static string Detect(ModelContent content, string member) => Inspector.Detect(content, member);

    /// <summary>Inspects a member of a container by its bytes, as if it were a file, and hands its findings up.</summary>
    /// <param name="content">The bytes of the member.</param>
    /// <param name="member">Its name in the container.</param>
    /// <param name="isOwn">Whether the container reads members of a format itself, so that nothing else is to be made of this one.</param>
    /// <returns>The member's context and the format that its bytes have.</returns>
    public (InspectionContext Member, string Format) InspectMember(ModelContent content, string member, Func<string, bool>? isOwn = null)
    {
        var context = Enter(member);
        if (context.Depth > Limits.Nesting)
        {
            context.Add(InspectionRules.TooDeep, $"Lies {context.Depth} containers deep.");
            return (context, "unknown");
        }

        var format = Inspector.InspectContent(content, member, context, isOwn);
        // Notes and lists of words lie in every archive, and on a Mac what its Finder remembers; a plain text is nothing that a loader takes for a model.
        var head = content.Head(TextHead);
        var isUnknown = Inspector.IsUnknown(format, context) && !UnicodeText.IsPlain(head) && !MacFiles.IsOne(member, head);
        _holdsUnknown |= isUnknown;
        // Nor does a text beside them tell what unknown bytes are.
        _holdsKnown |= !Inspector.IsUnknown(format, context) && !(format is "json" or "yaml" or "xml" or "python" && content.Length <= SmallText);
        if (context.Checkpoint is { } part)
            _checkpoint.Add(new(member, part, context));
        return (context, format);
    }

    /// <summary>
    /// Takes from what all compressed members together may expand to, in whatever depth: in proportion to the bytes of the file itself,
    /// so that archives in archives do not multiply their ratios.
    /// </summary>
    /// <param name="expanded">How many bytes more.</param>
    /// <param name="isModel">Whether they begin as a model does: arrays of zeros compress as well as bombs do.</param>
    /// <returns>False where the members expand beyond all proportion.</returns>
    public bool TryExpand(long expanded, bool isModel = false)
    {
        var total = _root._expanded + expanded;
        if (total > Limits.ExpandedBytes || (total > (isModel ? FreeModelExpansion : FreeExpansion) && total / Limits.ExpansionRatio > FileLength))
            return false;

        _root._expanded = total;
        return true;
    }

    /// <summary>
    /// Takes from what may be read once more by another reader's rules: in proportion to the file, so that pickles in pickles, each read twice, do not double
    /// the work at every level.
    /// </summary>
    /// <returns>False where more would be read than a few times the file.</returns>
    public bool TryReread(long bytes)
    {
        _root._reread += bytes;
        return _root._reread <= FreeRereading + (Math.Min(FileLength, long.MaxValue / MostReadings) * MostReadings);
    }

    /// <summary>Takes one of the decompressors that take megabytes however little they decompress: in proportion to the file, in whatever depth they are.</summary>
    /// <returns>False where there are more than a file of that size is given.</returns>
    public bool TryDecompress()
    {
        _root._decompressors++;
        return _root._decompressors <= FreeDecompressors + (_root.FileLength / BytesPerDecompressor);
    }

    /// <summary>What a member that is to be expanded will hold in memory until what is returned is disposed.</summary>
    public HeldBytes Hold() => new(_root);

    // What decides the verdict comes first; docs/findings.md says of each code which it is.
    private static int RankOf(Finding finding) => finding switch
    {
        { Severity: FindingSeverity.Danger } => 0,
        { Rule.IsMalformed: true } or { Rule.IsUnread: true } => 1,
        { Severity: FindingSeverity.Warning } => 2,
        _ => 3,
    };

    private const int TextHead = 4096;
    private const int SmallText = 64 << 10;
    private const long FreeRereading = 1L << 20;
    private const int MostReadings = 8;
    private const long FreeDecompressors = 1024;
    private const long BytesPerDecompressor = 4 << 10;
    private const long FreeExpansion = 32L << 20;

    /// <summary>
    /// What a compressed model may expand to whatever its ratio, which says nothing of what is small: two arrays of ten million zeros fit. Members of archives
    /// are held while they are read, so this is also what a bomb may take of memory.
    /// </summary>
    internal const long FreeModelExpansion = 160L << 20;
}
