using Precinto.Files;

namespace Precinto.Trust;

/// <summary>
/// A folder that says whom a deployment trusts: either one <c>policy.json</c> with the key files that it names, or public keys and OpenPGP certificates,
/// whose owners are then all trusted. Whatever else lies in it is an error, and so is a folder that trusts nobody.
/// </summary>
public sealed class TrustFolder
{
    private TrustFolder(TrustPolicy policy, string? policyFile)
    {
        Policy = policy;
        PolicyFile = policyFile;
    }

    /// <summary>The policy that the folder states, or one that trusts the owners of its keys and insists on nothing else.</summary>
    public TrustPolicy Policy { get; }

    /// <summary>The path of its <c>policy.json</c>, or null where it holds keys alone.</summary>
    public string? PolicyFile { get; }

    /// <summary>
    /// Reads a folder. Links in it are followed, since Kubernetes mounts a ConfigMap as links; names that begin with a dot are passed over, and README, README.md and README.txt.
    /// </summary>
    /// <exception cref="PolicyException">It trusts nobody, or holds something that is neither a key nor belongs to its policy.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static TrustFolder Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (File.Exists(path))
            throw new PolicyException(path, "is a file; a folder of keys is wanted here.");
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException($"{path}: no such folder");

        var names = ReadNames(path);
        if (names.Contains(PolicyName))
            return LoadPolicy(path, names);
        if (names.Count == 0)
            throw new PolicyException(path, "holds neither a policy.json nor a key; it would trust nobody.");

        return new(new() { Signers = [.. names.SelectMany(name => LoadSigners(Path.Combine(path, name)))], Sources = [.. names.Select(name => Path.GetFullPath(Path.Combine(path, name)))] }, null);
    }

    private static TrustFolder LoadPolicy(string path, List<string> names)
    {
        var file = Path.Combine(path, PolicyName);
        var policy = PolicyDocument.Load(file);
        var folder = Path.GetFullPath(path);
        // A key that lies there and is not trusted would mislead whoever looks into the folder.
        foreach (var name in names.Where(name => name != PolicyName))
        {
            var entry = Path.Combine(folder, name);
            var isNamed = policy.Sources.Any(source => Path.GetFullPath(source) is var full && (full == entry || RealPath.IsInside(full, entry)));
            if (!isNamed)
                throw new PolicyException(Path.Combine(path, name), "lies beside a policy.json that does not name it: name it there, or take it away.");
        }

        return new(policy, file);
    }

    // What a key file is, its content tells: keygen gives both kinds the ending .pub.
    private static IEnumerable<TrustedSigner> LoadSigners(string path) => Path.GetExtension(path) switch
    {
        ".pub" or ".pem" or ".crt" or ".asc" or ".gpg" => PolicyDocument.LoadSigners(path),
        _ => throw new PolicyException(path, "is no trust file; the folder may hold policy.json, or keys that end in .pub, .pem, .crt, .asc or .gpg, and a README, README.md or README.txt."),
    };

    private static List<string> ReadNames(string path)
    {
        List<string> names = [];
        foreach (var entry in Directory.EnumerateFileSystemEntries(path))
        {
            var name = Path.GetFileName(entry);
            if (name.StartsWith('.') || ReadMe.Contains(name))
                continue;
            names.Add(name);
            if (names.Count > MaximumFiles)
                throw new PolicyException(path, $"holds more than {MaximumFiles} files.");
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }

    // By their full names: README.pub is a key, and one that is passed over without a word is missed by nobody until it is needed.
    private static readonly string[] ReadMe = ["README", "README.md", "README.txt"];
    private const string PolicyName = "policy.json";
    private const int MaximumFiles = 1000;
}
