using Precinto.Digests;
using Precinto.Files;
using Precinto.Scans;

namespace Precinto.Cli.Scanning;

/// <summary>
/// The Trivy that is run: found once, looked at before anything in it runs, and copied through one open file to where nobody else can write. What is hashed,
/// what says its version and what scans are the same bytes; whoever can exchange one of them decides every verdict.
/// </summary>
internal sealed class TrivyExecutable : IDisposable
{
    private readonly string _folder;

    private TrivyExecutable(string foundAt, string folder)
    {
        FoundAt = foundAt;
        _folder = folder;
        Path = System.IO.Path.Combine(folder, FileName);
    }

    /// <summary>Where it was found, every link resolved.</summary>
    public string FoundAt { get; }

    /// <summary>The copy, which is run.</summary>
    public string Path { get; }

    /// <summary>Finds, checks and copies it.</summary>
    /// <exception cref="ScannerException">There is none, or it must not be run.</exception>
    public static TrivyExecutable Open(Surroundings surroundings, string? named, Digest? digest, CancellationToken cancellation)
    {
        var real = Find(surroundings, named);
        TrivyExecutable executable = new(real, Directory.CreateTempSubdirectory("precinto-trivy-").FullName);
        try
        {
            if (Exchangeability.Explain(executable._folder) is { } reason)
                throw new ScannerException($"{reason}, and no program is run from there; name a folder of your own for temporary files with TMPDIR");
            executable.Copy(digest, cancellation);
            return executable;
        }
        catch (ModelChangedException exception)
        {
            executable.Dispose();
            throw new ScannerException(ScanRules.ScannerFailed, $"{real} changed while it was read, and is not run", exception);
        }
        catch
        {
            executable.Dispose();
            throw;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Find(Surroundings surroundings, string? named)
    {
        var variable = surroundings.Variable(VariableName) is { Length: > 0 } value ? value : null;
        if (named is null && variable is not null && !System.IO.Path.IsPathFullyQualified(variable))
            throw new ScannerException($"{VariableName} is '{variable}', which leads elsewhere from each folder; a full path is needed");

        var path = named ?? variable ?? SearchPath.Find(surroundings, FileName) ?? throw new ScannerException(
            "Trivy is not on PATH: install it, name it with --trivy PATH or PRECINTO_TRIVY, or hand in a report that it made elsewhere (trivy … --format json)");
        if (Directory.Exists(path))
            throw new ScannerException($"{path} is a folder and is not run");
        if (Exchangeability.Explain(path) is { } reason)
            throw new ScannerException($"{reason}, and {path} is not run");

        var real = RealPath.Of(path);
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(real) & SearchPath.Executable) == 0)
            throw new ScannerException($"{real} is not executable");
        return real;
    }

    private void Copy(Digest? digest, CancellationToken cancellation)
    {
        using var snapshot = Snapshot.Open(FoundAt);
        if (snapshot.Files is not [{ Length: <= MaximumLength } file])
            throw new ScannerException($"{FoundAt} is no regular file of at most {MaximumLength >> 20} MiB and is not run");

        using var opened = file.Open();
        using var hash = digest is null ? null : new HashRequest(digest.Algorithm).Start();
        using (FileStream copy = new(Path, CopyOptions()))
        {
            var buffer = new byte[(int)Math.Min(BufferSize, Math.Max(opened.Content.Length, 1))];
            for (long offset = 0; offset < opened.Content.Length;)
            {
                cancellation.ThrowIfCancellationRequested();
                var read = opened.Content.Read(offset, buffer);
                hash?.Append(buffer.AsSpan(0, read));
                copy.Write(buffer, 0, read);
                offset += read;
            }
        }

        if (digest is not null && new Digest(digest.Algorithm, hash!.Finish()) is var found && !found.Equals(digest))
            throw new ScannerException($"{FoundAt} is {found}, not {digest}, and is not run");
    }

    private static FileStreamOptions CopyOptions()
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        return options;
    }

    private static string FileName => OperatingSystem.IsWindows() ? "trivy.exe" : "trivy";

    private const string VariableName = "PRECINTO_TRIVY";
    private const long MaximumLength = 1L << 30;
    private const int BufferSize = 1 << 20;
}
