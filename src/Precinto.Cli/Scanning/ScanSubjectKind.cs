namespace Precinto.Cli.Scanning;

/// <summary>What TARGET is.</summary>
internal enum ScanSubjectKind
{
    /// <summary>A report that was made before.</summary>
    Report,

    /// <summary>An image, by its name.</summary>
    Image,

    /// <summary>An image in a file, as <c>docker save</c> writes it.</summary>
    Archive,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>CycloneDX or SPDX.</summary>
    BillOfMaterials,
}
