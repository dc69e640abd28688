using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Precinto.Files;

/// <summary>
/// A file that one process holds at a time (flock). It stays there, since removing it would let two processes hold two files of one name;
/// the lock itself ends with the process that holds it, however that ends.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private readonly SafeFileHandle _file;

    private FileLock(SafeFileHandle file) => _file = file;

    /// <exception cref="IOException">Another process holds it for longer than <paramref name="patience"/>, or it cannot be locked at all.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static FileLock Take(string path, TimeSpan patience)
    {
        var end = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (true)
        {
            if (TryTake(path) is { } held)
                return held;
            if (Environment.TickCount64 > end)
                throw new IOException($"{path}: another process holds it for more than {patience.TotalSeconds:0} seconds.");
            Thread.Sleep(Random.Shared.Next(5, 25));
        }
    }

    private static FileLock? TryTake(string path)
    {
        return OperatingSystem.IsLinux() ? TryTakeOnLinux(path) : TryTakeElsewhere(path);
    }

    // The framework's own lock is silently left out where a file system has none, or a variable says so: here, the kernel is asked itself.
    private static FileLock? TryTakeOnLinux(string path)
    {
        const int readableByAll = 0x1a4;
        var descriptor = LinuxCalls.OpenAt(
            LinuxCalls.CurrentDirectory, path, LinuxCalls.ReadWrite | LinuxCalls.Create | LinuxCalls.NoFollow | LinuxCalls.CloseOnExec, readableByAll);
        if (descriptor < 0)
            throw Failure(path);

        SafeFileHandle file = new(descriptor, ownsHandle: true);
        if (LinuxCalls.Lock(file, LinuxCalls.Exclusively | LinuxCalls.WithoutWaiting) == 0)
            return new(file);

        var isHeld = Marshal.GetLastPInvokeError() is LinuxCalls.WouldBlock or LinuxCalls.Interrupted;
        var failure = Failure(path);
        file.Dispose();
        return isHeld ? null : throw failure;
    }

    private static FileLock? TryTakeElsewhere(string path)
    {
        try
        {
            return new(File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException exception) when (exception is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException) && File.Exists(path))
        {
            return null;
        }
    }

    private static Exception Failure(string path) => Marshal.GetLastPInvokeError() is LinuxCalls.AccessDenied or LinuxCalls.ReadOnlyFileSystem
        ? new UnauthorizedAccessException($"{path}: {Marshal.GetLastPInvokeErrorMessage()}")
        : new IOException($"{path}: {Marshal.GetLastPInvokeErrorMessage()}", Marshal.GetLastPInvokeError());

    public void Dispose() => _file.Dispose();
}
