using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using static Precinto.Files.LinuxCalls;

namespace Precinto.Files;

internal sealed class LinuxFolder : OpenedFolder
{
    private readonly string _path;
    private int _descriptor;

    private LinuxFolder(int descriptor, string path)
    {
        _descriptor = descriptor;
        _path = path;
    }

    public static new LinuxFolder Open(string path)
    {
        var descriptor = OpenAt(CurrentDirectory, path, ReadOnly | LinuxCalls.Directory | CloseOnExec, 0);
        return descriptor >= 0 ? new(descriptor, path) : throw Failure(path);
    }

    public override IReadOnlyList<string?> List()
    {
        // fdopendir takes the descriptor over, so it gets a fresh one for the same folder.
        var own = OpenAt(_descriptor, ".", ReadOnly | LinuxCalls.Directory | CloseOnExec, 0);
        var directory = own < 0 ? 0 : OpenDirectory(own);
        if (directory == 0)
        {
            var failure = Failure(_path);
            if (own >= 0)
                _ = Close(own);
            throw failure;
        }

        try
        {
            List<string?> names = [];
            while (NextName(directory) is { } bytes)
            {
                var name = Decode(bytes);
                if (name is not ("." or ".."))
                    names.Add(name);
            }

            return names;
        }
        finally
        {
            _ = CloseDirectory(directory);
        }
    }

    public override unsafe FileIdentity? Look(string name)
    {
        FileStatus status;
        if (StatX(_descriptor, name, SymbolicLinkNoFollow, BasicStatistics, &status) == 0)
            return Identify(status);

        return Marshal.GetLastPInvokeError() is NotFound or NotADirectory or NameTooLong ? null : throw Failure(PathOf(name));
    }

    public override OpenedFolder OpenFolder(string name)
    {
        var descriptor = OpenAt(_descriptor, name, ReadOnly | LinuxCalls.Directory | NoFollow | CloseOnExec, 0);
        if (descriptor >= 0)
            return new LinuxFolder(descriptor, PathOf(name));

        // It was listed as a folder a moment ago: removed since, or exchanged for a link.
        throw Marshal.GetLastPInvokeError() is NotFound or NotADirectory or TooManyLinks ? new ModelChangedException(PathOf(name)) : Failure(PathOf(name));
    }

    public override (SafeFileHandle? Handle, FileIdentity Identity) OpenFile(string name)
    {
        // Opening a device can have effects, so the look comes first; the second look makes sure of what was opened.
        if (Look(name) is not { Kind: EntryKind.File })
            return (null, default);

        var descriptor = OpenAt(_descriptor, name, ReadOnly | NoFollow | NonBlocking | NoControllingTerminal | CloseOnExec, 0);
        if (descriptor < 0)
        {
            if (Marshal.GetLastPInvokeError() is TooManyLinks or NotFound)
                return (null, default);
            throw Failure(PathOf(name));
        }

        SafeFileHandle handle = new(descriptor, ownsHandle: true);
        var identity = Look(handle, name);
        if (identity.Kind == EntryKind.File)
            return (handle, identity);

        handle.Dispose();
        return (null, identity);
    }

    public override unsafe FileIdentity Look(SafeFileHandle handle, string name)
    {
        FileStatus status;
        return StatX((int)handle.DangerousGetHandle(), "", EmptyPath, BasicStatistics, &status) == 0
            ? Identify(status)
            : throw Failure(PathOf(name));
    }

    public override void Dispose()
    {
        var descriptor = Interlocked.Exchange(ref _descriptor, -1);
        if (descriptor >= 0)
            _ = Close(descriptor);
    }

    private static unsafe byte[]? NextName(nint directory)
    {
        // The error number is cleared before the call, so that its end can be told from a failure.
        var entry = ReadDirectory(directory);
        if (entry is not null)
            return MemoryMarshal.CreateReadOnlySpanFromNullTerminated(&entry->Name).ToArray();

        return Marshal.GetLastPInvokeError() == 0 ? null : throw Failure("a folder of the model");
    }

    private static string? Decode(byte[] name)
    {
        try
        {
            return StrictUtf8.GetString(name);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static FileIdentity Identify(in FileStatus status) => new(
        (status.Mode & TypeMask) switch
        {
            0x8000 => EntryKind.File,
            0x4000 => EntryKind.Folder,
            0xA000 => EntryKind.Link,
            0x1000 => EntryKind.Pipe,
            0xC000 => EntryKind.Socket,
            0x2000 or 0x6000 => EntryKind.Device,
            _ => EntryKind.Other,
        },
        checked((long)status.Size),
        ((ulong)status.DeviceMajor << 32) | status.DeviceMinor,
        status.Inode,
        unchecked(status.ModificationSeconds * 1_000_000_000 + status.ModificationNanoseconds),
        unchecked(status.ChangeSeconds * 1_000_000_000 + status.ChangeNanoseconds));

    private static Exception Failure(string path)
    {
        var error = Marshal.GetLastPInvokeError();
        var reason = Marshal.GetPInvokeErrorMessage(error);
        return error switch
        {
            NotFound or NotADirectory => new FileNotFoundException($"{path}: {reason}", path),
            AccessDenied => new UnauthorizedAccessException($"{path}: {reason}"),
            _ => new IOException($"{path}: {reason}", error),
        };
    }

    private string PathOf(string name) => Path.Combine(_path, name);

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private const int TypeMask = 0xF000;
}
