namespace Precinto.Verification;

/// <summary>Are the signed name and version those asked for?</summary>
internal static class IdentityCheck
{
    public static Check Run(Evidence evidence, ModelIdentity signed)
    {
        CheckInProgress check = new(CheckName.Identity);
        foreach (var conflict in signed.Conflicts)
            check.Fail(CheckRules.NoIdentity, conflict);

        // A rule was taken for a name that anyone could have written; what was signed must lead to the same one.
        if (evidence.Choice.FindDisagreement(signed.Name) is { } disagreement)
            check.Fail(CheckRules.NoRule, disagreement);
        foreach (var expected in new[] { evidence.Policy.Name, evidence.Expectations.Name }.OfType<string>().Distinct())
            Compare(check, "name", CheckRules.NameDiffers, expected, signed.Name);
        foreach (var expected in new[] { evidence.Policy.Version, evidence.Expectations.Version }.OfType<string>().Distinct())
            Compare(check, "version", CheckRules.VersionDiffers, expected, signed.Version);

        if (signed.Name is not null || signed.Version is not null)
            check.Note($"signed as {signed.Name ?? "(no name)"} {signed.Version ?? "(no version)"}");
        else if (!check.HasFailed)
            check.Note("no trusted signature states a name or version, and none is asked for");
        return check.Finish();
    }

    private static void Compare(CheckInProgress check, string what, Inspection.FindingRule rule, string expected, string? signed)
    {
        if (signed is null)
            check.Fail(CheckRules.NoIdentity, $"the {what} '{expected}' is asked for, and no trusted signature states a {what}");
        else if (signed != expected)
            check.Fail(rule, $"the {what} '{expected}' is asked for, and '{signed}' was signed");
        else
            check.Confirm($"the {what} is the one asked for");
    }
}
