namespace Precinto.Scans;

/// <summary>A place that the scanner looked at.</summary>
public sealed class ScannedTarget
{
    internal ScannedTarget(string name, string? @class, string? type, int? packageCount, long checkCount)
    {
        Name = name;
        Class = @class;
        Type = type;
        PackageCount = packageCount;
        CheckCount = checkCount;
    }

    /// <summary>Its name, such as a lock file's path.</summary>
    public string Name { get; }

    /// <summary>Its class: <c>os-pkgs</c>, <c>lang-pkgs</c>, <c>config</c>, <c>secret</c>, <c>license</c>, or null.</summary>
    public string? Class { get; }

    /// <summary>Its type, such as <c>alpine</c> or <c>nuget</c>, or null.</summary>
    public string? Type { get; }

    /// <summary>How many packages with a name and a version the report lists for it, each once; null where it lists none, which does not mean that there are none.</summary>
    public int? PackageCount { get; }

    /// <summary>How many checks of its configuration were made, as the report says.</summary>
    public long CheckCount { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Class})";
}
