using System.Text;
using System.Text.Json;
using Precinto.Files;
using Precinto.Manifests;
using Precinto.Signatures.Bundles;
using Precinto.Signatures.OpenPgp;

namespace Precinto.Signatures;

/// <summary>Where the signatures of a model go, and which files of a folder are never part of what is signed.</summary>
internal sealed class SigningOutputs
{
    private readonly Snapshot _snapshot;
    private readonly SigningOptions _options;
    private readonly string? _bundlePath;
    private readonly string? _openPgpPath;

    public SigningOutputs(Snapshot snapshot, SigningOptions options)
    {
        _snapshot = snapshot;
        _options = options;
        if (options.Key is not null)
            _bundlePath = options.OutputPath ?? (snapshot.IsFolder ? Path.Combine(snapshot.Path, ModelLayout.FolderBundleName) : snapshot.Path + ".oms.sig");
        if (options.OpenPgpKey is not null)
        {
            var signed = snapshot.IsFolder ? Path.Combine(snapshot.Path, ModelLayout.ChecksumsFileName) : snapshot.Path;
            _openPgpPath = options.OutputPath ?? signed + (options.Armor ? ".asc" : ".sig");
        }
    }

    /// <summary>Where the bundle goes; null where none is made.</summary>
    public string? BundlePath => _bundlePath;

    /// <summary>The signatures to be written, as far as they lie in the folder: relative paths.</summary>
    public IReadOnlyList<string> Paths => [.. new[] { _bundlePath, _openPgpPath }.OfType<string>().Select(Relative).OfType<string>()];

    /// <summary>
    /// What stands in a folder beside the bundle for other tools and changes with it. The bundle says that it was left out,
    /// so that any verifier of the specification knows.
    /// </summary>
    public IReadOnlyList<string> LeftOut
    {
        get
        {
            if (!_snapshot.IsFolder)
                return [];

            string[] names =
            [
                ModelLayout.ChecksumsFileName,
                .. ModelLayout.Endings.Select(ending => ModelLayout.ChecksumsFileName + ending),
                ModelLayout.FolderBundleName,
            ];
            var present = _snapshot.Files.Select(file => file.Path).Concat(_options.OpenPgpKey is null ? [] : [ModelLayout.ChecksumsFileName]).Concat(Paths).ToHashSet(StringComparer.Ordinal);
            return [.. names.Where(name => present.Contains(name) && name != Relative(_bundlePath ?? ""))];
        }
    }

    public void ThrowIfTaken()
    {
        ThrowIfModel();
        if (_options.OutputPath is { } output && File.Exists(output) && _options.Overwrite && !IsSignature(output))
            throw new ArgumentException($"{output} is no signature, and only such a one is replaced.");
        foreach (var path in new[] { _bundlePath, _openPgpPath }.OfType<string>())
            NewFile.ThrowIfTaken(path, _options.Overwrite);
        if (_openPgpPath is not null && _snapshot.IsFolder)
            NewFile.ThrowIfTaken(Path.Combine(_snapshot.Path, ModelLayout.ChecksumsFileName), _options.Overwrite);
    }

    public void WriteBundle(byte[] bundle, List<string> written) => Write(_bundlePath!, bundle, written);

    public void WriteOpenPgp(byte[] signature, List<string> written) =>
        Write(_openPgpPath!, _options.Armor ? Encoding.ASCII.GetBytes(OpenPgpArmor.Encode(signature, OpenPgpArmor.Signature)) : signature, written);

    private static bool IsSignature(string path)
    {
        try
        {
            var bytes = SmallFile.Read(path, ModelLayout.MaximumSignature);
            if (!DsseBundle.LooksLikeBundle(bytes))
                return OpenPgpSignature.ParseFile(bytes).Count > 0;
            DsseBundle.Parse(bytes);
            return true;
        }
        catch (Exception exception) when (exception is JsonException or MalformedSignatureException or InvalidDataException)
        {
            return false;
        }
    }

    // Overwriting means signatures: a model that is replaced by one is lost.
    private void ThrowIfModel()
    {
        if (_options.OutputPath is not { } output)
            return;
        if (Directory.Exists(output))
            throw new ArgumentException($"{output} is a folder; the output is a file.");

        var full = Path.GetFullPath(output);
        var folder = RealPath.Of(_snapshot.FolderPath);
        var real = Path.Combine(RealPath.Of(Path.GetDirectoryName(full) ?? full), Path.GetFileName(full));
        var isModel = _snapshot.Files.Select(file => file.Path)
            .Where(path => !_snapshot.IsFolder || !ModelLayout.Endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal)))
            .Append(ModelRecord.FileName)
            .Append(ModelLayout.HashFileName)
            .Any(path => Path.Combine(folder, path) == real);
        if (isModel)
            throw new ArgumentException($"{output} is part of the model, which a signature must not replace.");
    }

    private void Write(string path, byte[] content, List<string> written)
    {
        NewFile.Write(path, content, _options.Overwrite);
        written.Add(path);
    }

    private string? Relative(string path)
    {
        if (!_snapshot.IsFolder || path.Length == 0)
            return null;

        var relative = Path.GetRelativePath(_snapshot.Path, Path.GetFullPath(path)).Replace(Path.DirectorySeparatorChar, '/');
        return ModelPath.IsProper(relative) ? relative : null;
    }
}
