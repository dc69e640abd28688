namespace Precinto.Files;

/// <summary>Which file it is and when it last changed: equal before and after reading, or what was read is worth nothing.</summary>
internal readonly record struct FileIdentity(EntryKind Kind, long Size, ulong Device, ulong Inode, long Modified, long Changed);
