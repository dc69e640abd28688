using Precinto.Inspection;

namespace Precinto.Verification;

/// <summary>Is the format allowed, well formed, and holds nothing dangerous?</summary>
internal static class StructureCheck
{
    public static Check Run(Evidence evidence)
    {
        CheckInProgress check = new(CheckName.Structure);
        var known = 0;
        foreach (var file in evidence.Payload)
        {
            var inspection = file.Inspection!;
            CheckFormat(evidence, file, check);
            if (!IsEmptyCompanion(evidence, file))
                CheckFindings(evidence, inspection, check);
            if (file.HoldsModel)
                known++;
        }

        // Several files of which none is a model are not let in by a list of formats, either.
        if (known == 0 && evidence.Subject is not { File: not null } && (evidence.Policy.AllowedFormats ?? evidence.Expectations.AllowedFormats) is { } wanted)
            check.Fail(CheckRules.FormatNotAllowed, $"no file is of a known model format; allowed are {string.Join(", ", wanted)}");

        if (known == 0)
            check.Note("no file is of a known model format, so nothing can be said of its structure");
        else if (!check.HasFailed)
            check.Confirm(known == 1 ? Describe(evidence) : $"{known} model files were read to their end; nothing dangerous was found");
        return check.Finish();
    }

    private static string Describe(Evidence evidence)
    {
        var inspection = evidence.Payload.First(file => file.HoldsModel).Inspection!;
        var type = inspection.Facts.Type is { } name ? $" ({name})" : "";
        return $"{inspection.Path} is {inspection.Format}{type}, read to its end; nothing dangerous was found";
    }

    private static void CheckFormat(Evidence evidence, Manifests.ExaminedFile file, CheckInProgress check)
    {
        foreach (var allowed in new[] { evidence.Policy.AllowedFormats, evidence.Expectations.AllowedFormats }.OfType<IReadOnlyList<string>>())
        {
            // What accompanies a model, a vocabulary or a config, has no model format and needs none; the model itself does.
            var isSubject = file == evidence.Subject?.File;
            if ((file.HoldsModel || isSubject) && !allowed.Contains(file.Inspection!.Format))
                check.Fail(CheckRules.FormatNotAllowed, $"{file.Path} is {file.Inspection.Format}; allowed are {string.Join(", ", allowed)}");
        }
    }

    private static bool IsEmptyCompanion(Evidence evidence, Manifests.ExaminedFile file) =>
        evidence.Layout.Snapshot.IsFolder && file != evidence.Subject?.File && Inspector.IsMarker(file.Path, file.Length);

    private static void CheckFindings(Evidence evidence, FileInspection inspection, CheckInProgress check)
    {
        foreach (var finding in inspection.Findings)
        {
            if (finding.Severity > evidence.Policy.FailOn && finding.Rule is { IsMalformed: false, IsUnread: false })
                continue;

            var rule = finding.Severity == FindingSeverity.Danger ? CheckRules.Dangerous
                : finding.Rule.IsMalformed || finding.Rule.IsUnread ? CheckRules.Malformed
                : CheckRules.Suspicious;
            var where = finding.Offset is { } offset ? $", at offset {offset}" : "";
            check.Fail(rule, $"{inspection.Path}{(finding.Member is null ? "" : "!" + finding.Member)}: {finding.Code} {finding.Message.TrimEnd('.')}{where}");
        }
    }
}
