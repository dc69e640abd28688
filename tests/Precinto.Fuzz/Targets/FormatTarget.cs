using System.Text;
using Precinto.Files;
using Precinto.Inspection;

namespace Precinto.Fuzz.Targets;

/// <summary>One format of models: whatever the bytes, there is a verdict, and no reader lets an exception out.</summary>
internal sealed class FormatTarget(string format) : FuzzTarget(format)
{
    private readonly List<byte[]> _words = [];

    /// <summary>The words in the seeds themselves: a format's own names are its best dictionary.</summary>
    public override IReadOnlyList<byte[]> Dictionary => _words;

    // Reading an archive's members may take windows of a decompressor; a model of 100 GB is read with no more.
    protected override long MostAllocated => 200L << 20;

    public override bool Accepts(Seed seed)
    {
        _words.AddRange(WordsOf(seed.Bytes));
        return Inspect(seed.Bytes, seed.Name).Format == Name;
    }

    public override Answer Read(byte[] bytes, string name)
    {
        var found = Inspect(bytes, name);
        if (Inspector.Detect(ModelContent.FromBytes(bytes), name) is var detected && bytes.Length > 0 && detected != found.Format)
            throw new FuzzFailureException($"It was detected as {detected} and inspected as {found.Format}.");
        if (found.Verdict == InspectionVerdict.Clean && found.Findings.Any(finding => finding.Severity != FindingSeverity.Info))
            throw new FuzzFailureException("What has a finding is called clean.");
        if (found.Findings.FirstOrDefault(finding => finding.Offset < 0) is { } outside)
            throw new FuzzFailureException($"{outside.Code} lies at {outside.Offset}.");

        var facts = found.Facts;
        StringBuilder text = new($"{found.Format} {found.Verdict} {facts.Framework} {facts.FrameworkVersion} {facts.Type} {facts.Module} {facts.FeatureCount} {facts.ParameterCount}");
        text.Append($" {facts.Inputs.Count} {facts.Outputs.Count} {facts.Tensors.Count} {facts.Settings.Count} {facts.Parts.Count} {facts.Classes?.Count}");
        foreach (var finding in found.Findings)
            text.Append('\n').Append(finding.Code).Append(' ').Append(finding.Offset).Append(' ').Append(finding.Member).Append(' ').Append(finding.Message);

        StringBuilder way = new($"{found.Format} {found.Verdict} {Answer.BucketOf(facts.Tensors.Count)} {Answer.BucketOf(facts.Parts.Count)} {Answer.BucketOf(facts.Settings.Count)}");
        foreach (var finding in found.Findings.DistinctBy(finding => finding.Code).OrderBy(finding => finding.Code, StringComparer.Ordinal))
            way.Append(' ').Append(finding.Code).Append(Answer.BucketOf(finding.Offset)).Append(Answer.ShapeOf(finding.Message));
        return new(text.ToString(), way.ToString());
    }

    private static FileInspection Inspect(byte[] bytes, string name) => Inspector.Inspect(ModelContent.FromBytes(bytes), name);

    private static IEnumerable<byte[]> WordsOf(byte[] bytes)
    {
        var start = 0;
        for (var index = 0; index <= bytes.Length; index++)
        {
            if (index < bytes.Length && (char.IsAsciiLetterOrDigit((char)bytes[index]) || bytes[index] == (byte)'_'))
                continue;
            if (index - start is >= 3 and <= 32)
                yield return bytes[start..index];
            start = index + 1;
        }
    }
}
