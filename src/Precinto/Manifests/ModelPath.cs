using Precinto.Files;

namespace Precinto.Manifests;

/// <summary>What a path in a manifest may be (OMS 1.0, section 6.1.2): relative, parts separated by one <c>/</c>, none of them <c>.</c> or <c>..</c>.</summary>
internal static class ModelPath
{
    public static bool IsProper(string path)
    {
        if (path.Length is 0 or > Snapshot.MaximumPath || path.Contains('\0', StringComparison.Ordinal))
            return false;

        foreach (var part in path.AsSpan().Split('/'))
            if (path.AsSpan()[part] is "" or "." or "..")
                return false;

        return IsWellFormed(path);
    }

    // A lone surrogate has no UTF-8 form and could be compared equal to another one once it is replaced.
    private static bool IsWellFormed(string path)
    {
        for (var index = 0; index < path.Length; index++)
        {
            if (!char.IsSurrogate(path[index]))
                continue;
            if (!char.IsHighSurrogate(path[index]) || index + 1 == path.Length || !char.IsLowSurrogate(path[++index]))
                return false;
        }

        return true;
    }
}
