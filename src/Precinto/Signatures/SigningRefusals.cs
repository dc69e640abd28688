using Precinto.Files;
using Precinto.Inspection;
using Precinto.Manifests;
using Precinto.Signatures.Bundles;
using Precinto.Signatures.OpenPgp;

namespace Precinto.Signatures;

/// <summary>Why a model is not signed, whoever asks for it.</summary>
internal static class SigningRefusals
{
    /// <exception cref="SigningRefusedException">Something in the model is no regular file, two names are one elsewhere, or there is no file.</exception>
    public static void RefuseIrregular(ModelLayout layout, IReadOnlyList<string> ignored)
    {
        var snapshot = layout.Snapshot;
        IgnoredPaths leftOut = new(snapshot.IsFolder ? [.. IgnoredPaths.Default, .. ignored] : []);
        var irregular = snapshot.Irregularities.Where(irregularity => !leftOut.Covers(irregularity.Path)).Select(irregularity => $"{irregularity.Path} {irregularity.Reason}").ToArray();
        if (irregular.Length > 0)
            throw new SigningRefusedException(irregular);
        if (layout.Payload.Count == 0)
            throw new SigningRefusedException(["the model holds no file"]);
        if (snapshot is { IsFolder: false, Files: [{ Length: 0 } empty] })
            throw new SigningRefusedException([$"{empty.Path} holds no bytes"]);
        RefuseTwins([.. snapshot.Files.Select(file => file.Path).Where(path => !leftOut.Covers(path))]);
    }

    /// <summary>What stands where a signature stands is read as one on verification; a model that could never verify is not signed.</summary>
    /// <exception cref="SigningRefusedException">Something stands there and is no signature.</exception>
    public static void RefuseUnreadableSignatures(ModelLayout layout, SigningOutputs outputs)
    {
        var written = outputs.Paths.Concat(outputs.LeftOut).ToHashSet(StringComparer.Ordinal);
        List<string> reasons = [];
        foreach (var candidate in layout.Signatures.Where(candidate => layout.Snapshot.IsFolder && !written.Contains(candidate.Path)))
        {
            var file = layout.Read(candidate);
            if (file.Bytes is null || !(DsseBundle.LooksLikeBundle(file.Bytes) || OpenPgpSignature.LooksLikeOpenPgp(file.Bytes)))
                reasons.Add($"{candidate.Path} stands where a signature of {candidate.Covers} would stand, and is none; rename it");
        }

        if (reasons.Count > 0)
            throw new SigningRefusedException(reasons);
    }

    /// <exception cref="SigningRefusedException">A file holds something dangerous, and no reason was given to sign it all the same.</exception>
    public static void RefuseDangerous(IEnumerable<ExaminedFile> payload, SigningOptions options)
    {
        if (options.DangerouslySignDespite is not null)
            return;

        var reasons = payload.SelectMany(file => file.Inspection!.Findings
            .Where(finding => finding.Severity == FindingSeverity.Danger)
            .Select(finding => $"{file.Path}: {finding.Code} {finding.Message.TrimEnd('.')}")).Take(20).ToArray();
        if (reasons.Length > 0)
            throw new SigningRefusedException(reasons);
    }

    // A file system that ignores case, or one form of Unicode against another, keeps one of the two, and nobody knows which.
    private static void RefuseTwins(IReadOnlyList<string> paths)
    {
        var twins = TwinNames.Find(paths).Take(20)
            .Select(group => $"{string.Join(" and ", group)} differ only by case or by the form of their letters; elsewhere they would be one file").ToArray();
        if (twins.Length > 0)
            throw new SigningRefusedException(twins);
    }
}
