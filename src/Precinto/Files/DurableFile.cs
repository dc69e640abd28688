using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Precinto.Files;

/// <summary>Replaces a file so that after a crash, of the machine too, either the old content or the new one is there, and nothing between.</summary>
internal static class DurableFile
{
    /// <exception cref="IOException">It cannot be written; the old content is still there.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        NewFile.Write(path, content, overwrite: true);

        // The content is on the disk before it gets its name; the name itself lies in the folder.
        if (OperatingSystem.IsLinux())
            SyncFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    private static void SyncFolder(string folder)
    {
        var descriptor = LinuxCalls.OpenAt(LinuxCalls.CurrentDirectory, folder, LinuxCalls.ReadOnly | LinuxCalls.Directory | LinuxCalls.CloseOnExec, 0);
        if (descriptor < 0)
            throw new IOException($"{folder}: {Marshal.GetLastPInvokeErrorMessage()}");
        using SafeFileHandle handle = new(descriptor, ownsHandle: true);
        RandomAccess.FlushToDisk(handle);
    }
}
