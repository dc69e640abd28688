namespace Precinto.Files;

/// <summary>What stands under a name in a folder.</summary>
public enum EntryKind
{
    /// <summary>Something that has no name here.</summary>
    Other,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link or another kind of redirection.</summary>
    Link,

    /// <summary>A named pipe.</summary>
    Pipe,

    /// <summary>A socket.</summary>
    Socket,

    /// <summary>A block or character device.</summary>
    Device,
}
