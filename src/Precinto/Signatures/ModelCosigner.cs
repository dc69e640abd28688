using Precinto.Files;
using Precinto.Manifests;
using Precinto.Signatures.Bundles;
using Precinto.Signatures.Keys;

namespace Precinto.Signatures;

/// <summary>
/// Adds a signature over the statement of a bundle. Whoever signs second signs the same words about the same files: they are all held against the model first, and
/// nothing is taken on trust from whoever signed before.
/// </summary>
internal static class ModelCosigner
{
    public static SigningResult Sign(string model, ISigningKey key, SigningOptions options, IProgress<long>? progress, CancellationToken cancellation)
    {
        using var snapshot = Snapshot.Open(model);
        SigningOutputs outputs = new(snapshot, options);
        var bytes = SmallFile.Read(outputs.BundlePath!, ModelLayout.MaximumSignature);
        var statement = ReadStatement(outputs.BundlePath!, bytes, key);

        var manifest = statement.Manifest;
        IgnoredPaths leftOut = new(snapshot.IsFolder ? [.. IgnoredPaths.Default, .. manifest.IgnoredPaths] : []);
        var layout = ModelLayout.Of(snapshot, leftOut, [.. outputs.Paths, .. AttestationFiles.Find(snapshot, leftOut).Select(file => file.Name)]);
        SigningRefusals.RefuseIrregular(layout, manifest.IgnoredPaths);
        var payload = layout.Payload.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        var examination = Examination.Run(
            [.. snapshot.Files.Where(file => manifest.FindNamed(file.Path) is not null || payload.Contains(file.Path))
                .Select(file => new ExaminationRequest(file, [manifest.Method], [], payload.Contains(file.Path)))], progress, cancellation);
        ExaminedFile[] examinedPayload = [.. examination.Files.Where(file => payload.Contains(file.Path))];
        RefuseDifferences(statement, snapshot, examination, examinedPayload, options.Time.GetUtcNow());
        // A reason of its own would stand nowhere: what is signed is the statement as it is.
        if (options.DangerouslySignDespite is { } reason && reason != statement.Record?.SignedDespite)
            throw new SigningRefusedException([statement.Record?.SignedDespite is { } stated ? $"the bundle gives the reason '{stated}'; who adds a signature signs that one" : "the bundle gives no reason to sign what is dangerous, and none can be added"]);
        SigningRefusals.RefuseDangerous(examinedPayload, options);

        cancellation.ThrowIfCancellationRequested();
        var signed = DsseBundle.AddSignature(bytes, key);
        var check = ModelBundle.Parse(signed);
        if (signed.Length > ModelLayout.MaximumSignature || !check.IsSignedBy(key.PublicKey, check.FurtherKeyHints.Count))
            throw new InvalidOperationException("The bundle that was made does not verify.");

        // It replaces the bundle with one that holds the same and more.
        NewFile.Write(outputs.BundlePath!, signed, overwrite: true);
        var subject = ModelSubject.Of(examinedPayload);
        return new(subject.Digest, statement.Record ?? new ModelRecord { Name = statement.SubjectName }, [$"key {key.PublicKey.Identity}"], [outputs.BundlePath!], manifest.Paths.Count);
    }

    private static ModelStatement ReadStatement(string path, byte[] bytes, ISigningKey key)
    {
        try
        {
            var bundle = ModelBundle.Parse(bytes);
            if (bundle.Statement.IsOldEncoding)
                throw new SigningRefusedException([$"{path} is of an old kind that takes one signature; sign the model anew"]);
            if (bundle.KeyHint == key.PublicKey.Hint || bundle.FurtherKeyHints.Contains(key.PublicKey.Hint) || key.PublicKey.Equals(bundle.Certificates?.PublicKey))
                throw new SigningRefusedException([$"{path} is signed by this key already"]);
            return bundle.FurtherKeyHints.Count + 1 < DsseBundle.MaximumSignatures
                ? bundle.Statement
                : throw new SigningRefusedException([$"{path} has {DsseBundle.MaximumSignatures} signatures, and takes no more"]);
        }
        catch (MalformedSignatureException exception)
        {
            throw new SigningRefusedException([$"{path} is no bundle: {exception.Message.TrimEnd('.')}"]);
        }
    }

    private static void RefuseDifferences(ModelStatement statement, Snapshot snapshot, Examination examination, ExaminedFile[] payload, DateTimeOffset now)
    {
        List<string> reasons = [];
        foreach (var path in statement.Manifest.Paths)
        {
            var file = path == Manifest.Nameless && !snapshot.IsFolder ? examination.Files[0] : examination.Find(path);
            if (file is null)
                reasons.Add($"{path} is missing; the bundle lists it");
            else if (statement.Manifest.Find(path)!.Difference(file) is { } difference)
                reasons.Add($"{path} is not what the bundle states: {difference}");
        }

        reasons.AddRange(payload.Where(file => statement.Manifest.FindNamed(file.Path) is null).Select(file => $"{file.Path} is not listed in the bundle"));
        if (reasons.Count == 0 && statement.Record is { } record)
        {
            reasons.AddRange(RecordComparison.FindDisagreements(record, ModelSubject.Of(payload), now).Select(disagreement => $"the record in the bundle: {disagreement.Message}"));
            if (record.ExpiresAt <= now)
                reasons.Add($"what was signed expired on {ModelRecord.FormatTime(record.ExpiresAt.Value)}");
        }

        if (reasons.Count > 0)
            throw new SigningRefusedException([.. reasons.Take(20)]);
    }
}
