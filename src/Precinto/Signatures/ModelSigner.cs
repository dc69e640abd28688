using Precinto.Digests;
using Precinto.Files;
using Precinto.Manifests;
using Precinto.Signatures.Bundles;
using Precinto.Signatures.OpenPgp;

namespace Precinto.Signatures;

/// <summary>Signs models.</summary>
public static class ModelSigner
{
    /// <summary>Signs a file or a folder, and writes its record and hash where they are not there yet.</summary>
    /// <param name="model">A file or a folder.</param>
    /// <param name="options">Who signs, and what is said.</param>
    /// <param name="progress">Is told how many bytes were read since it was told last.</param>
    /// <param name="cancellation">Stops before anything is written.</param>
    /// <exception cref="ArgumentException">Nobody is named who signs, or an option does not fit the model.</exception>
    /// <exception cref="SigningRefusedException">The model is not signed, for the reasons in the exception.</exception>
    /// <exception cref="OutputExistsException">A signature is there already.</exception>
    /// <exception cref="ModelChangedException">The model changed while it was read.</exception>
    /// <exception cref="IOException">The world failed.</exception>
    public static Task<SigningResult> SignAsync(string model, SigningOptions options, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Key is null && options.OpenPgpKey is null)
            throw new ArgumentException("No key is named to sign with.", nameof(options));
        if (options.OutputPath is not null && options.Key is not null && options.OpenPgpKey is not null)
            throw new ArgumentException("One output cannot hold two signatures; leave the output out or sign twice.", nameof(options));
        if (options.ExpiresAt <= options.Time.GetUtcNow())
            throw new ArgumentException("The expiry lies in the past.", nameof(options));

        if (options.Certificates is { } certificates && !certificates.PublicKey.Equals(options.Key?.PublicKey))
            throw new ArgumentException($"The certificate of '{certificates.Subject}' is about another key than the one that signs.", nameof(options));
        RefuseUnasked(options);
        if (options.ShardSize < 1)
            throw new ArgumentException("A part has at least one byte.", nameof(options));

        return Task.Run(() => Sign(model, options, progress, cancellation), cancellation);
    }

    /// <summary>
    /// Adds a signature to the bundle of a model that is signed already: one more signer of the same statement. What reads the first signature alone still reads it.
    /// </summary>
    /// <param name="model">A file or a folder, exactly as it was signed.</param>
    /// <param name="options">The key, and where the bundle lies if not beside or in the model; the statement is there already, so that nothing else can be said.</param>
    /// <param name="progress">Is told how many bytes were read since it was told last.</param>
    /// <param name="cancellation">Stops before anything is written.</param>
    /// <exception cref="ArgumentException">There is no key, or more than a key is named.</exception>
    /// <exception cref="FileNotFoundException">There is no bundle.</exception>
    /// <exception cref="SigningRefusedException">The bundle is about other files, or is signed by this key already, or the model is not signed for the reasons in the exception.</exception>
    /// <exception cref="IOException">The world failed.</exception>
    public static Task<SigningResult> AddSignatureAsync(string model, SigningOptions options, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Key is not { } key)
            throw new ArgumentException("No key is named to sign with.", nameof(options));
        if (options.OpenPgpKey is not null || options.Certificates is not null)
            throw new ArgumentException("A further signature in a bundle is one of a plain key; sign with a certificate or OpenPGP into a file of its own.", nameof(options));
        RefuseUnasked(options);
        return Task.Run(() => ModelCosigner.Sign(model, key, options, progress, cancellation), cancellation);
    }

    private static void RefuseUnasked(SigningOptions options)
    {
        if (options.Key?.PublicKey.Algorithm is { IsBeyondSpecification: true } algorithm && !options.BeyondSpecification)
            throw new ArgumentException($"A key of the kind {algorithm.Name} is beyond OpenSSF Model Signing 1.0, and no other tool would verify the bundle; ask for it with --beyond-specification.", nameof(options));
    }

    private static SigningResult Sign(string model, SigningOptions options, IProgress<long>? progress, CancellationToken cancellation)
    {
        using var snapshot = Snapshot.Open(model);
        var ignored = options.IgnoredPaths.Select(IgnoredPaths.Normalize).ToArray();
        if (ignored.Length > 0 && !snapshot.IsFolder)
            throw new ArgumentException("A single file has no paths to leave out.", nameof(options));

        IgnoredPaths leftOut = new(snapshot.IsFolder ? [.. IgnoredPaths.Default, .. ignored] : []);
        var layout = ModelLayout.Of(snapshot, leftOut, [.. AttestationFiles.Find(snapshot, leftOut).Select(file => file.Name)]);
        SigningRefusals.RefuseIrregular(layout, ignored);

        SigningOutputs outputs = new(snapshot, options);
        outputs.ThrowIfTaken();
        SigningRefusals.RefuseUnreadableSignatures(layout, outputs);

        var now = options.Time.GetUtcNow();
        var draft = options.OpenPgpKey?.Prepare(now);
        var files = snapshot.IsFolder ? FilesToSign(layout, outputs, ignored) : snapshot.Files;
        var payload = layout.Payload.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        RefuseParts(files, options);
        var vouched = VouchedDigests.Read(options);
        VouchedDigests.ThrowIfIdle(options, [.. files.Select(file => file.Path)]);
        var examination = Examination.Run(
            [.. files.Select(file => new ExaminationRequest(file, [Method(options)], Hashes(snapshot, draft), payload.Contains(file.Path)) { Known = vouched?.Of(file.Path) })],
            progress, cancellation);
        ExaminedFile[] examinedPayload = [.. examination.Files.Where(file => payload.Contains(file.Path))];

        SigningRefusals.RefuseDangerous(examinedPayload, options);
        var subject = ModelSubject.Of(examinedPayload);
        var record = SigningRecord.Prepare(layout, subject, options, vouched?.Statement(files.Select(file => file.Path)), now);

        // Nothing was written up to here; from here on the new files are part of what is signed.
        List<string> written = [];
        cancellation.ThrowIfCancellationRequested();
        var sidecars = record.WriteFiles(snapshot.FolderPath, written);
        SignAll(snapshot, options, outputs, examination, subject, record.Signed, sidecars, draft, ignored, written);
        return new(subject.Digest, record.Signed, SignersOf(options), written, CountSigned(snapshot, files, sidecars));
    }

    private static int CountSigned(Snapshot snapshot, IReadOnlyList<SnapshotFile> files, IReadOnlyList<Resource> sidecars) =>
        snapshot.IsFolder ? files.Select(file => file.Path).Union(sidecars.Select(sidecar => sidecar.Path)).Count() : files.Count;

    private static void SignAll(
        Snapshot snapshot, SigningOptions options, SigningOutputs outputs, Examination examination, ModelSubject subject,
        ModelRecord record, IReadOnlyList<Resource> sidecars, OpenPgpSignatureDraft? draft, string[] ignored, List<string> written)
    {
        var replaced = sidecars.Select(sidecar => sidecar.Path).ToHashSet(StringComparer.Ordinal);
        var files = snapshot.IsFolder ? examination.Files.Where(file => !replaced.Contains(file.Path)).ToArray() : [.. examination.Files];
        var added = snapshot.IsFolder ? sidecars : [];
        if (draft is not null)
        {
            var signature = snapshot.IsFolder
                ? SignChecksums(snapshot, options, files, added, draft, written)
                : options.OpenPgpKey!.Complete(draft, subject.File!.Hashes[^1]);
            outputs.WriteOpenPgp(signature, written);
        }

        if (options.Key is null)
            return;

        var method = Method(options);
        var resources = files.SelectMany(file => Manifest.ResourcesOf(file.Path, file.Length, method, file.ComputedBy(method)!))
            .Concat(added.SelectMany(sidecar => Rehash(sidecar, snapshot, method)));
        var manifest = Manifest.FromFiles(resources, snapshot.IsFolder ? [.. outputs.LeftOut.Concat(ignored).Distinct(StringComparer.Ordinal)] : [], method.ShardSize);
        var bundle = ModelBundle.Sign(ModelStatement.Write(record.Name!, manifest, record), options.Key, options.Certificates);

        // What cannot be read back must not be called signed.
        if (bundle.Length > ModelLayout.MaximumSignature || !ModelBundle.Parse(bundle).IsSignedBy(options.Key.PublicKey))
            throw new InvalidOperationException("The bundle that was made does not verify.");
        outputs.WriteBundle(bundle, written);
    }

    private static byte[] SignChecksums(
        Snapshot snapshot, SigningOptions options, ExaminedFile[] files, IReadOnlyList<Resource> added, OpenPgpSignatureDraft draft, List<string> written)
    {
        var manifest = Manifest.FromFiles(files.Select(file => new Resource(file.Path, file.Digest)).Concat(added));
        var checksums = System.Text.Encoding.UTF8.GetBytes(string.Concat(manifest.Resources.Select(resource => Checksums.FormatLine(resource.Digest, resource.Path) + "\n")));
        var path = Path.Combine(snapshot.Path, ModelLayout.ChecksumsFileName);
        NewFile.Write(path, checksums, options.Overwrite);
        written.Add(path);

        using var hash = new HashRequest(draft.HashAlgorithm, ReadOnlyMemory<byte>.Empty, draft.Trailer).Start();
        hash.Append(checksums);
        hash.Append(draft.Trailer.Span);
        return options.OpenPgpKey!.Complete(draft, hash.Finish());
    }

    // Sidecars were written a moment ago from memory; SHA-256 is at hand, what another method needs is computed from the same bytes.
    private static IEnumerable<Resource> Rehash(Resource sidecar, Snapshot snapshot, HashMethod method)
    {
        if (method == HashMethod.Default)
            return [sidecar];

        using var content = ModelContent.FromBytes(File.ReadAllBytes(Path.Combine(snapshot.Path, sidecar.Path)));
        var hashes = ContentHashing.Compute(content, [HashMethod.Default.Request(), method.Request()], null, CancellationToken.None);
        return sidecar.Digest.Bytes.SequenceEqual(hashes[0])
            ? Manifest.ResourcesOf(sidecar.Path, content.Length, method, hashes[1])
            : throw new ModelChangedException(sidecar.Path);
    }

    private static HashMethod Method(SigningOptions options) => new(options.HashAlgorithm, options.ShardSize);

    private static HashRequest[] Hashes(Snapshot snapshot, OpenPgpSignatureDraft? draft) =>
        draft is null || snapshot.IsFolder ? [] : [new(draft.HashAlgorithm, ReadOnlyMemory<byte>.Empty, draft.Trailer)];

    private static SnapshotFile[] FilesToSign(ModelLayout layout, SigningOutputs outputs, string[] ignored)
    {
        IgnoredPaths leftOut = new([.. IgnoredPaths.Default, .. ignored, .. outputs.LeftOut, .. outputs.Paths]);
        return [.. layout.Snapshot.Files.Where(file => !leftOut.Covers(file.Path))];
    }

    private static void RefuseParts(IReadOnlyList<SnapshotFile> files, SigningOptions options)
    {
        if (options.ShardSize is null)
            return;

        // Section 6.3.2 lists no part of an empty file: its name would not be protected.
        if (files.FirstOrDefault(file => file.Length == 0) is { } empty)
            throw new SigningRefusedException([$"{empty.Path} is empty, and a signature over parts of files does not protect empty ones; sign whole files"]);
        if (files.Sum(file => (decimal)Method(options).CountDigests(file.Length)) > MaximumShards)
            throw new SigningRefusedException([$"the model has more than {MaximumShards} parts of {options.ShardSize} bytes; take larger ones"]);
    }

    private static string[] SignersOf(SigningOptions options)
    {
        List<string> signers = [];
        if (options.Key is { } key)
            signers.Add(options.Certificates is { } certificates ? $"certificate {certificates.Subject}" : $"key {key.PublicKey.Identity}");
        if (options.OpenPgpKey is { } openPgp)
            signers.Add($"openpgp {openPgp.Fingerprint}");
        return [.. signers];
    }

    private const int MaximumShards = 100_000;
}
