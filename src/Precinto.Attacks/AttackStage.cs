using Precinto.Digests;
using Precinto.Files;
using Precinto.Inspection;
using Precinto.Signatures;
using Precinto.Signatures.Keys;
using Precinto.Trust;
using Precinto.Verification;

namespace Precinto.Attacks;

/// <summary>
/// Where one attack takes place: a fresh copy of the model in a folder that its author signed as version 2.0.0, a deployment that trusts
/// the author's key, and an attacker who can write into the model's folder and knows our source, but does not have the key.
/// </summary>
internal sealed class AttackStage : IDisposable
{
    private readonly DirectoryInfo _root;
    private readonly string _mainName;
    private readonly Dictionary<string, Digest> _signed;

    private AttackStage(DirectoryInfo root, string mainName, string format, SigningKey author)
    {
        _root = root;
        _mainName = mainName;
        Format = format;
        Author = author;
        Policy = new() { Signers = [new TrustedKey(author.PublicKey)], MinimumVersion = Version(Current), Name = ModelName };
        _signed = DigestFiles();
    }

    public const string ModelName = "attacked-model";
    public const string Current = "2.0.0";
    public const string Previous = "1.0.0";

    /// <summary>The folder that the attacker can write to.</summary>
    public string Folder => Path.Combine(_root.FullName, "model");

    /// <summary>The model file in it.</summary>
    public string MainFile => Path.Combine(Folder, _mainName);

    public string Format { get; }

    /// <summary>The author's key; attacks use it only for what the author signed at some time.</summary>
    public SigningKey Author { get; }

    /// <summary>What the deployment insists on; an attack that reaches the configuration changes it.</summary>
    public TrustPolicy Policy { get; set; }

    public string Outside(string name) => Path.Combine(_root.FullName, name);

    public static async Task<AttackStage> SetAsync(string model, SigningKey author, CancellationToken cancellation)
    {
        var root = Directory.CreateTempSubdirectory("precinto-attack-");
        try
        {
            var mainName = ModelCopy.Make(model, Path.Combine(root.FullName, "model"));
            var main = Path.Combine(root.FullName, "model", mainName);
            using var content = ModelContent.FromBytes(ReadHead(main));
            var format = Inspector.Detect(content, mainName);
            await SignAsync(Path.Combine(root.FullName, "model"), author, Current, cancellation).ConfigureAwait(false);
            return new(root, mainName, format, author);
        }
        catch
        {
            root.Delete(recursive: true);
            throw;
        }
    }

    public static Task<SigningResult> SignAsync(string folder, SigningKey key, string version, CancellationToken cancellation) =>
        ModelSigner.SignAsync(folder, new() { Key = key, Name = ModelName, Version = version, Overwrite = true, DangerouslySignDespite = "an attack in a temporary folder" }, cancellation: cancellation);

    public Task<VerificationReport> VerifyAsync(CancellationToken cancellation) => new Verifier(Policy).VerifyAndSealAsync(Folder, cancellation: cancellation);

    /// <summary>Another working model, as different as can be had for this format.</summary>
    public byte[] ForgeModel() => ForgedModels.For(Format, File.ReadAllBytes(MainFile));

    /// <summary>An attack that changed nothing would be stopped by nothing, and prove nothing.</summary>
    public void ThrowIfUnchanged()
    {
        var links = new DirectoryInfo(Folder).EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Any(entry => entry.LinkTarget is not null);
        var now = DigestFiles();
        if (!links && now.Count == _signed.Count && now.All(file => _signed.TryGetValue(file.Key, out var digest) && digest.Equals(file.Value)))
            throw new InvalidOperationException("The attack left the model as it was.");
    }

    public void Dispose() => _root.Delete(recursive: true);

    private Dictionary<string, Digest> DigestFiles() => new DirectoryInfo(Folder)
        .EnumerateFiles("*", SearchOption.AllDirectories)
        .Where(file => file.LinkTarget is null)
        .ToDictionary(file => file.FullName, file =>
        {
            using var stream = file.OpenRead();
            return new Digest(DigestAlgorithm.Sha256, System.Security.Cryptography.SHA256.HashData(stream));
        });

    private static byte[] ReadHead(string path)
    {
        using var stream = File.OpenRead(path);
        var head = new byte[Math.Min(stream.Length, 64 << 20)];
        stream.ReadExactly(head);
        return head;
    }

    private static ModelVersion Version(string text) => ModelVersion.TryParse(text, out var version) ? version : throw new ArgumentException(text);
}
