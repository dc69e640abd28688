using Microsoft.Win32.SafeHandles;

namespace Precinto.Files;

/// <summary>A folder that was opened once; what is in it is reached through it and not by path. A closed set: Linux, and the rest.</summary>
internal abstract class OpenedFolder : IDisposable
{
    /// <summary>Opens a folder named by the user; a link to a folder is resolved here, once.</summary>
    public static OpenedFolder Open(string path) =>
        OperatingSystem.IsLinux() && Environment.Is64BitProcess ? LinuxFolder.Open(path) : PortableFolder.Open(path);

    /// <summary>The names in the folder; null stands for a name that is not valid UTF-8.</summary>
    public abstract IReadOnlyList<string?> List();

    /// <summary>What stands under a name, without following a link; null where there is nothing.</summary>
    public abstract FileIdentity? Look(string name);

    /// <summary>Opens a folder in this one, refusing links.</summary>
    public abstract OpenedFolder OpenFolder(string name);

    /// <summary>Opens a regular file in this folder for reading, refusing links; never blocks.</summary>
    /// <returns>The handle and what was found behind it, or a null handle where it is no regular file any more.</returns>
    public abstract (SafeFileHandle? Handle, FileIdentity Identity) OpenFile(string name);

    /// <summary>What is behind an open handle now.</summary>
    public abstract FileIdentity Look(SafeFileHandle handle, string name);

    public abstract void Dispose();
}
