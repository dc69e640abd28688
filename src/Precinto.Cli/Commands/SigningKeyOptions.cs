using System.CommandLine;
using Precinto.Cli.Files;
using Precinto.Signatures;
using Precinto.Signatures.Certificates;
using Precinto.Signatures.Keys;
using Precinto.Signatures.Pkcs11;

namespace Precinto.Cli.Commands;

/// <summary>The key that signs a bundle, said on the command line: in a file, or in a device.</summary>
internal sealed class SigningKeyOptions
{
    private readonly Option<string?> _key = new("--key") { Description = "A private key in PEM: makes an OpenSSF Model Signing bundle", HelpName = "PEM" };
    private readonly Option<string?> _pkcs11 = new("--pkcs11") { Description = "A private key in a device (RFC 7512): makes the same bundle", HelpName = "URI" };
    private readonly Option<string?> _module = new("--module") { Description = "The device's PKCS #11 module, a full path", HelpName = "PATH" };

    private readonly Option<string?> _certificate = new("--certificate") { Description = "The certificate of that key: it goes into the bundle", HelpName = "PEM" };
    private readonly Option<string[]> _chain = new("--chain")
    {
        Description = "Certificates that lead from it to an authority (several times)",
        HelpName = "PEM",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _beyond = CommonOptions.BeyondSpecification();

    public IReadOnlyList<Option> All => [_key, _pkcs11, _module, _certificate, _chain, _beyond];

    /// <summary>The files that they name, which no signature may replace.</summary>
    public IEnumerable<string> Files(ParseResult parsed) =>
        new[] { parsed.GetValue(_key), parsed.GetValue(_module), parsed.GetValue(_certificate) }.OfType<string>().Concat(parsed.GetValue(_chain) ?? []);

    public IReadOnlyList<Option> CertificateOptions => [_certificate, _chain];

    /// <summary>Whether a key is named.</summary>
    public bool IsStated(ParseResult parsed) => parsed.GetValue(_key) is not null || parsed.GetValue(_pkcs11) is not null;

    /// <summary>Whether the key may be of a kind that the specification does not know.</summary>
    public bool AllowsBeyondSpecification(ParseResult parsed) => parsed.GetValue(_beyond);

    /// <summary>Opens the key; null where none is named.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="password">The password of the key, or the PIN of the device.</param>
    /// <exception cref="UsageException">The options contradict each other, or name no key that can be used.</exception>
    public OpenedSigningKey? Open(ParseResult parsed, string? password)
    {
        var (path, uri, module) = (parsed.GetValue(_key), parsed.GetValue(_pkcs11), parsed.GetValue(_module));
        if (module is not null && uri is null)
            throw new UsageException("--module belongs to --pkcs11");
        if (path is not null && uri is not null)
            throw new UsageException("--key and --pkcs11 both name the key that signs; name one of them");
        if (uri is not null)
            return OpenDevice(uri, module, password);
        return path is null ? null : OpenedSigningKey.Of(NamedFile.ReadSigningKey(path, password));
    }

    /// <summary>The certificates that go into the bundle; null for a plain key.</summary>
    /// <exception cref="UsageException">The options contradict each other, or name no certificates.</exception>
    public CertificateChain? ReadCertificates(ParseResult parsed)
    {
        var chain = parsed.GetValue(_chain) ?? [];
        if (parsed.GetValue(_certificate) is not { } path)
            return chain.Length == 0 ? null : throw new UsageException("--chain belongs to --certificate");
        if (!IsStated(parsed))
            throw new UsageException("--certificate belongs to the key that signs: --key PEM or --pkcs11 URI");
        try
        {
            return CertificateChain.ParsePem(NamedFile.ReadText(path, NamedFile.MaximumKey), [.. chain.Select(file => NamedFile.ReadText(file, NamedFile.MaximumKey))]);
        }
        catch (MalformedSignatureException exception)
        {
            throw new UsageException($"{string.Join(", ", [path, .. chain])}: {exception.Message}", exception);
        }
    }

    private static OpenedSigningKey OpenDevice(string text, string? module, string? password)
    {
        try
        {
            var uri = Pkcs11Uri.Parse(text);
            if (password is not null && (uri.PinFile ?? uri.Pin) is not null)
                throw new UsageException("the PIN stands in the URI and in --password-file; name it once");
            if ((module ?? uri.ModulePath) is not { } path)
                throw new UsageException("--pkcs11 needs the device's module: --module /usr/lib/…/module.so, or module-path in the URI");
            if (!Path.IsPathFullyQualified(path))
                throw new UsageException($"{path} is no full path: a module that is searched for could be another one");

            return OpenedSigningKey.Of(Pkcs11Key.Open(uri, path, password ?? NamedFile.ReadPassword(uri.PinFile) ?? uri.Pin));
        }
        catch (Exception exception) when (exception is FormatException or Pkcs11Exception)
        {
            throw new UsageException($"--pkcs11: {exception.Message}", exception);
        }
    }
}

/// <summary>A key that signs, and what is given back when it is not needed any more.</summary>
internal sealed class OpenedSigningKey : IDisposable
{
    private readonly IDisposable _resource;

    private OpenedSigningKey(ISigningKey key, IDisposable resource)
    {
        Key = key;
        _resource = resource;
    }

    public ISigningKey Key { get; }

    public static OpenedSigningKey Of<TKey>(TKey key)
        where TKey : ISigningKey, IDisposable => new(key, key);

    public void Dispose() => _resource.Dispose();
}
