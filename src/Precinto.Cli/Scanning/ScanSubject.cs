using System.Buffers;
using System.Text;
using Precinto.Cli.Files;
using Precinto.Files;
using Precinto.Scans;

namespace Precinto.Cli.Scanning;

/// <summary>What TARGET names. What is there as a file or a folder is that; a name is an image only where nothing of that name is there, or <c>--image</c> says so.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">What Trivy is told: a full path, or an image's name.</param>
/// <param name="Report">The bytes of a report, or null.</param>
/// <param name="HidesImage">Whether an image could be meant, too.</param>
internal sealed record ScanSubject(ScanSubjectKind Kind, string Name, byte[]? Report, bool HidesImage)
{
    /// <exception cref="UsageException">It names nothing that can be scanned.</exception>
    /// <exception cref="FileNotFoundException">It looks like a file, and there is none.</exception>
    public static ScanSubject Of(string target, bool isImage, Stream input)
    {
        if (target == "-" && !isImage)
            return new(ScanSubjectKind.Report, target, ReadBounded(input), false);
        if (isImage)
            return IsReference(target) ? new(ScanSubjectKind.Image, target, null, false) : throw new UsageException($"'{target}' is no name of an image");
        if (Directory.Exists(target))
            return new(ScanSubjectKind.Folder, Path.TrimEndingDirectorySeparator(Path.GetFullPath(target)), null, IsReference(target));
        if (File.Exists(target))
            return OfFile(target);
        if (LooksLikePath(target))
            throw new FileNotFoundException(null, Path.GetFullPath(target));
        return IsReference(target)
            ? new(ScanSubjectKind.Image, target, null, false)
            : throw new UsageException($"'{target}' is no file, no folder and no name of an image");
    }

    /// <summary>What Trivy is told to scan, as its report may speak of it.</summary>
    public ScannerOrder ToOrder() => Kind switch
    {
        ScanSubjectKind.Image or ScanSubjectKind.Archive => new([Name], ["container_image"]),
        ScanSubjectKind.Folder => new([Name, .. HostName()], ["filesystem", "repository"]),
        ScanSubjectKind.BillOfMaterials => new([Name], ["cyclonedx", "spdx"]),
        _ => throw new InvalidOperationException($"{Kind} is not scanned."),
    };

    // Trivy calls a folder that holds a system by the name of that host.
    private string[] HostName()
    {
        try
        {
            return [Encoding.UTF8.GetString(SmallFile.Read(Path.Combine(Name, "etc", "hostname"), MaximumHostName)).Trim()];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return [];
        }
    }

    private static ScanSubject OfFile(string path)
    {
        if (IsArchive(path))
            return new(ScanSubjectKind.Archive, Path.GetFullPath(path), null, IsReference(path));

        var bytes = NamedFile.Read(path, ScanReport.MaximumLength);
        return BillOfMaterials.IsOne(bytes)
            ? new(ScanSubjectKind.BillOfMaterials, Path.GetFullPath(path), null, false)
            : new(ScanSubjectKind.Report, path, bytes, false);
    }

    // One byte more than is read as a report, so that it is refused for its size and not for its missing end.
    private static byte[] ReadBounded(Stream stream)
    {
        using MemoryStream arrived = new();
        var buffer = new byte[1 << 16];
        while (arrived.Length <= ScanReport.MaximumLength && stream.Read(buffer) is > 0 and var read)
            arrived.Write(buffer, 0, read);
        return arrived.ToArray();
    }

    private static bool IsArchive(string path)
    {
        using var snapshot = Snapshot.Open(RealPath.Of(path));
        if (snapshot.IsFolder || snapshot.Files.Count == 0)
            return false;

        using var opened = snapshot.Files[0].Open();
        Span<byte> start = stackalloc byte[TarMagicAt + 5];
        var length = opened.Content.Read(0, start);
        return start[..length].StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) || (length == start.Length && start[TarMagicAt..].SequenceEqual("ustar"u8));
    }

    // A report that is not there must not become an image that somebody else may have published under its name.
    private static bool LooksLikePath(string target) =>
        target.StartsWith('.') || target.StartsWith('/') || target.StartsWith('~') || target.Contains('\\', StringComparison.Ordinal)
        || Extensions.Any(extension => target.EndsWith(extension, StringComparison.OrdinalIgnoreCase));

    // The characters of an image's name with tag and digest; it can be no option, since it begins with a letter or a digit.
    private static bool IsReference(string target) =>
        target.Length is > 0 and <= MaximumReference && char.IsAsciiLetterOrDigit(target[0]) && target.AsSpan().IndexOfAnyExcept(ReferenceCharacters) < 0;

    private static readonly SearchValues<char> ReferenceCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/:@");
    private static readonly string[] Extensions = [".json", ".sarif", ".tar", ".tgz", ".gz", ".xml", ".cdx", ".spdx"];
    private const int TarMagicAt = 257;
    private const int MaximumReference = 512;
    private const int MaximumHostName = 4096;
}
