using System.Globalization;

namespace Precinto.Trust;

/// <summary>What a valid policy says that whoever answers for it should know: each a sentence without its full stop.</summary>
internal static class PolicyWeaknesses
{
    public static IReadOnlyList<string> Find(TrustPolicy policy, DateTimeOffset now)
    {
        List<string> found = [];
        if (policy.Expires is { } expires && expires <= now)
            found.Add($"the policy expired on {PolicyTime.Write(expires)}; it accepts nothing any more");
        else if (policy.Expires - now < Soon)
            found.Add($"the policy expires on {PolicyTime.Write(policy.Expires!.Value)}, in less than {Soon.TotalDays:0} days");

        for (var index = 0; index < policy.AllRules.Count; index++)
        {
            var rule = policy.AllRules[index];
            var prefix = policy.Rules.Count == 0 ? "" : $"rule {(index + 1).ToString(CultureInfo.InvariantCulture)}: ";
            found.AddRange(FindInRule(policy, rule).Select(weakness => prefix + weakness));
            if (policy.AllRules.Take(index).SelectMany(earlier => earlier.Models).Any(pattern => pattern.IsEvery))
                found.Add(prefix + "an earlier rule speaks for every model, so that this one is never reached");
        }

        if (policy.RevocationList is { } list && FindProblem(list, policy.Revoked, now) is { } problem)
            found.Add($"{list.Path} {problem}; nothing is accepted until that is put right");
        found.AddRange(policy.AllowedRollbacks.Select(rollback => $"going back to {rollback.Digest} is allowed: {rollback.Reason}"));
        found.AddRange(policy.Sources.Distinct(StringComparer.Ordinal).Where(IsOpen).Select(path => $"{path} can be written by others than its owner"));
        return found;
    }

    private static IEnumerable<string> FindInRule(TrustPolicy policy, TrustPolicy rule)
    {
        foreach (var (name, enforcement) in rule.Checks.Weakened)
            yield return $"'{name}' is not enforced: {enforcement.ToString().ToLowerInvariant()}";

        var signers = rule.Signers.Select(signer => (signer.Kind, signer.Identity)).Distinct().ToArray();
        var revoked = signers.Where(signer => policy.Revoked.Find(signer.Kind, signer.Identity) is not null).ToArray();
        foreach (var (kind, identity) in revoked)
            yield return $"{kind} {identity} is named as a signer and revoked";
        if (signers.Length - revoked.Length < rule.Threshold)
            yield return $"{rule.Threshold} signers must sign, and {signers.Length - revoked.Length} can: no model will ever be accepted";
        else if (rule.Threshold == 1 && signers.Length > 1)
            yield return $"any one of {signers.Length} signers is enough ('threshold' is 1): one stolen key signs what it likes";

        if (rule.AllowExtraFiles)
            yield return "files that nobody signed may lie in the model ('allowExtraFiles')";
        if (rule.IgnoredPaths.Count > 0)
            yield return $"not protected, since it is left out ('ignore'): {string.Join(", ", rule.IgnoredPaths)}";
        if (rule.FailOn == Inspection.FindingSeverity.Danger)
            yield return "what cannot be judged is let in ('failOn' is danger)";
        if (policy.StateFiles.Count == 0 && rule.MinimumVersion is null && rule.MaximumAge is null && rule.Version is null)
            yield return "older versions are accepted: neither 'state' nor 'minimumVersion', 'version' or 'maximumAgeDays' rules them out";
    }

    private static string? FindProblem(SignedRevocations list, Revocations revoked, DateTimeOffset now)
    {
        try
        {
            return list.Read(revoked, now).Problem;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "cannot be read";
        }
    }

    private static bool IsOpen(string path)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(path))
            return false;
        return (File.GetUnixFileMode(path) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0;
    }

    private static readonly TimeSpan Soon = TimeSpan.FromDays(30);
}
