using Precinto.Inspection;
using Xunit;

namespace Precinto.Tests.Inspection;

public sealed class InspectionContextTests
{
    private static readonly FindingRule Note = new("TST401", FindingSeverity.Info, "A note");
    private static readonly FindingRule Warning = new("TST201", FindingSeverity.Warning, "A warning");
    private static readonly FindingRule Unread = new("TST202", FindingSeverity.Warning, "Something that is not read", isUnread: true);
    private static readonly FindingRule Broken = new("TST301", FindingSeverity.Warning, "A broken format", isMalformed: true);
    private static readonly FindingRule Danger = new("TST101", FindingSeverity.Danger, "A danger");

    [Fact]
    public void No_flood_hides_what_weighs_more()
    {
        InspectionContext context = new(InspectionLimits.Default);
        Add(context, Note, 1000);
        Add(context, Warning, 1000);
        Add(context, Unread, 1);
        Add(context, Broken, 1);
        Add(context, Warning, 1000);
        Add(context, Danger, 1);
        Add(context, Note, 1000);

        Assert.Equal(InspectionLimits.Default.Findings, context.Findings.Count);
        Assert.Equal(4003 - InspectionLimits.Default.Findings, context.LeftOut);
        Assert.DoesNotContain(context.Findings, finding => finding.Rule == Note);
        Assert.Equal([Unread, Broken, Danger], context.Findings.Select(finding => finding.Rule).Where(rule => rule != Warning));
    }

    [Fact]
    public void A_flood_of_dangers_keeps_the_first()
    {
        InspectionContext context = new(InspectionLimits.Default);
        Add(context, Broken, 1);
        Add(context, Danger, 1000);
        Assert.Equal("0", context.Findings[0].Message);
        Assert.All(context.Findings, finding => Assert.Equal(Danger, finding.Rule));
    }

    [Fact]
    public void A_member_hands_its_findings_up_by_the_same_rule()
    {
        InspectionContext context = new(InspectionLimits.Default);
        Add(context, Warning, 500);
        Add(context.Enter("inner"), Broken, 1);
        Assert.Equal("inner", Assert.Single(context.Findings, finding => finding.Rule == Broken).Member);
    }

    [Fact]
    public void Members_expand_in_proportion_to_the_file_however_deep_they_lie()
    {
        InspectionContext context = new(InspectionLimits.Default) { FileLength = 1 << 20 };
        var inner = context.Enter("a").Enter("b");
        Assert.True(inner.TryExpand(100 << 20));
        Assert.True(context.TryExpand(99 << 20));
        Assert.False(inner.TryExpand(20 << 20));
    }

    private static void Add(InspectionContext context, FindingRule rule, int times)
    {
        for (var index = 0; index < times; index++)
            context.Add(rule, $"{index}");
    }
}
